import type { Json } from "#core/prelude/json.ts"
import { decodeUtf8, decodeUtf8Strictly } from "#core/prelude/utf8.ts"
import { isDoubtfulJson } from "./doubtful-json.ts"
import { serdeJsonError } from "./serde-json-error.ts"

export type ReadJson =
  /** `text` is what was sent: numbers beyond 2^53 are whole only there. */
  | { readonly tag: "read"; readonly value: Json; readonly text: string }
  /** `problem`: in the words of serde_json. */
  | { readonly tag: "malformed"; readonly problem: string }

/** Reads a text that should be one JSON value, and takes what the engine takes. */
export const readJson = (bytes: Uint8Array): ReadJson => {
  const plain = readPlainly(bytes)
  if (plain !== null) return plain
  const problem = serdeJsonError(bytes)
  if (problem !== null) return { tag: "malformed", problem }
  const text = decodeUtf8(bytes)
  return { tag: "read", value: JSON.parse(text) as Json, text }
}

/** The value where nothing in the text can be refused, else null: the exact reader takes many times as long. */
const readPlainly = (bytes: Uint8Array): ReadJson | null => {
  const text = decodeUtf8Strictly(bytes)
  if (text === null) return null
  try {
    const value = JSON.parse(text) as Json
    return isDoubtfulJson(bytes) ? null : { tag: "read", value, text }
  } catch {
    return null
  }
}
