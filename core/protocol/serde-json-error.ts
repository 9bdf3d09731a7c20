import { encodeUtf8 } from "#core/prelude/utf8.ts"
import { type Cursor, faultAhead, faults, JsonFault, peekToken } from "./serde-json-reader.ts"
import { checkValue, readValue } from "./serde-json-value.ts"

/**
 * What serde_json says of a text that should be one JSON value, as Meilisearch repeats it in ``The json payload
 * provided is malformed. `<this>`.``; null when the text is JSON. Some texts that `JSON.parse` takes are refused: lone
 * surrogates, numbers beyond a double, 128 levels of nesting.
 */
export const serdeJsonError = (text: string | Uint8Array): string | null => {
  const fault = faultOf(() => checkOneValue({ bytes: typeof text === "string" ? encodeUtf8(text) : text, index: 0 }))
  return fault === null ? null : fault.message
}

/** The fault that `read` ends with, or null when it reads to its end. */
export const faultOf = (read: () => unknown): JsonFault | null => {
  try {
    read()
    return null
  } catch (error) {
    if (error instanceof JsonFault) return error
    throw error
  }
}

/** Reads a text that is one value and nothing more, and prints it in serde_json's form. Throws `JsonFault`. */
export const readOneValue = (at: Cursor): string => {
  const printed = readValue(at)
  expectEnd(at)
  return printed
}

const checkOneValue = (at: Cursor): void => {
  checkValue(at)
  expectEnd(at)
}

const expectEnd = (at: Cursor): void => {
  if (peekToken(at) !== null) throw faultAhead(at, faults.trailing)
}
