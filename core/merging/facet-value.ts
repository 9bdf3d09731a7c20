import { rustWhiteSpace, trimOuter } from "#core/prelude/trim-outer.ts"
import { encodeUtf8 } from "#core/prelude/utf8.ts"

/**
 * Normal form in which the engine stores, compares and groups a string value: without outer white space, decomposed for
 * compatibility (NFKD), in lower case, cut to what fits a key. Booleans are the strings "true" and "false".
 */
export const normaliseFacetValue = (text: string): string => {
  const trimmed = trimOuter(text, rustWhiteSpace)
  const lower = trimmed.normalize("NFKD").toLowerCase()
  return lower.length * utf8BytesPerUnitMax <= keyBytesMax ? lower : cutToBytes(lower, keyBytesMax)
}

/** A value by which the engine groups and sorts: the number 1 and the string "1" are two values, 1 and 1.0 are one. */
export type FacetValue = number | string

/**
 * Values of one field of a document. An array gives those of its elements, at any depth; null, "", and objects give
 * none, so a document that has only these counts as one without value.
 */
export const facetValues = (value: unknown): Array<FacetValue> => {
  if (Array.isArray(value)) return (value as Array<unknown>).flatMap(facetValues)
  if (typeof value === "number") return [value]
  if (typeof value === "boolean") return [String(value)]
  if (typeof value !== "string") return []
  const normal = normaliseFacetValue(value)
  return normal === "" ? [] : [normal]
}

/** The engine's limit for the value in a key of its facet databases. */
const keyBytesMax = 468
const utf8BytesPerUnitMax = 3

const cutToBytes = (text: string, bytesMax: number): string => {
  let bytes = 0
  let kept = ""
  for (const character of text) {
    bytes += encodeUtf8(character).length
    if (bytes > bytesMax) break
    kept += character
  }
  return kept
}
