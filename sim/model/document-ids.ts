import { refuse } from "./refusal.ts"
import { isInteger } from "./print-number.ts"
import { isRawNumber, printRaw, type RawObject } from "./raw-json.ts"
import { valuesAt } from "./read-fields.ts"

const idPattern = /^[A-Za-z0-9_-]{1,511}$/

/** The id of a document in its normal form: `1` and `"1"` are the same. Refuses with the engine's task errors. */
export const documentId = (document: RawObject, primaryKey: string): string => {
  const values = valuesAt(document, primaryKey)
  if (values.length === 0) {
    return refuse(
      "missing_document_id",
      `Document doesn't have a \`${primaryKey}\` attribute: \`${printRaw(document)}\`.`,
    )
  }
  if (values.length > 1) {
    return refuse(
      "invalid_document_id",
      `Document have too many matching \`${primaryKey}\` attribute: \`${printRaw(document)}\`.`,
    )
  }
  const value = values[0]!
  if (typeof value === "string" && idPattern.test(value)) return value
  if (isRawNumber(value) && isInteger(value.digits)) return value.digits
  return refuse(
    "invalid_document_id",
    `Document identifier \`${printRaw(value)}\` is invalid. A document identifier can be of type integer or string, only composed of alphanumeric characters (a-z A-Z 0-9), hyphens (-) and underscores (_), and can not be more than 511 bytes.`,
  )
}

const byHand = "Please specify the primary key manually using the `primaryKey` query parameter."

/** The one top-level field whose name ends with `id`. */
export const inferPrimaryKey = (document: RawObject): string => {
  const candidates = [...document.keys()].filter((name) => name.toLowerCase().endsWith("id"))
  const [first, second] = candidates
  if (first === undefined) {
    return refuse(
      "index_primary_key_no_candidate_found",
      `The primary key inference failed as the engine did not find any field ending with \`id\` in its name. ${byHand}`,
    )
  }
  if (second === undefined) return first
  return refuse(
    "index_primary_key_multiple_candidates_found",
    `The primary key inference failed as the engine found ${candidates.length} fields ending with \`id\` in their names: '${first}' and '${second}'. ${byHand}`,
  )
}
