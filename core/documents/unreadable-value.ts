import { type ErrorBody, errorBody } from "#core/protocol/meilisearch-error.ts"
import { faultOf, readOneValue } from "#core/protocol/serde-json-error.ts"
import { documentMembers } from "./document-members.ts"

/**
 * The failure of the whole task when a document of a list has a value that passes the first look at its form but that
 * the engine cannot read: a lone surrogate, a number beyond a double, 128 levels. Null when every value is readable.
 * A value that a later member of the same name replaces is never read. The engine puts ``Index `uid`: `` before it.
 * One case is stricter than the engine: a document that a later one of the same payload replaces is judged too.
 */
export const unreadableValue = (document: Uint8Array): ErrorBody | null => {
  const values = new Map<string, Uint8Array>()
  for (const { name, value } of documentMembers(document)) values.set(name, value)
  for (const value of values.values()) {
    const fault = faultOf(() => readOneValue({ bytes: value, index: 0 }))
    if (fault !== null) return errorBody("internal", `internal: ${fault.message}.`)
  }
  return null
}
