import type { Json } from "#core/prelude/json.ts"
import { encodeUtf8 } from "#core/prelude/utf8.ts"
import { readJson } from "#core/protocol/read-json.ts"

/**
 * A filter in a query string: JSON where the engine can read it as JSON, so that arrays work; otherwise it is an
 * expression, also a list of 128 levels. JSON's `null` is no filter that is absent, but one of the wrong type.
 */
export const readFilterParameter = (text: string): Json => {
  const read = readJson(encodeUtf8(text))
  return read.tag === "read" ? read.value : text
}
