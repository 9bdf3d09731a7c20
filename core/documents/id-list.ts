import { decodeString, readElements } from "#core/protocol/json-slices.ts"

/**
 * Ids of `POST /documents/delete-batch`: Meilisearch takes an array of anything and turns what is not a string into its JSON text, so
 * 9007199254740993 keeps every digit. null where the text is not an array. `text` must be valid JSON.
 */
export const readIdList = (text: string): ReadonlyArray<string> | null => {
  if (!text.trimStart().startsWith("[")) return null
  return readElements(text).map(({ start, end }) =>
    text.charAt(start) === '"' ? decodeString(text, start, end) : text.slice(start, end),
  )
}
