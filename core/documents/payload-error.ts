import { type ErrorBody, errorBody } from "#core/protocol/meilisearch-error.ts"
import type { JsonFault } from "#core/protocol/serde-json-reader.ts"
import { decodeUtf8, encodeUtf8 } from "#core/prelude/utf8.ts"
import type { PayloadFormat } from "./payload-format.ts"

// Texts of Meilisearch for payloads that it refuses before a task exists. Compared with v1.21.0.

/** The body was empty. */
export const missingPayload = (format: PayloadFormat["tag"]): ErrorBody =>
  errorBody("missing_payload", `A ${format} payload is missing.`)

/** The body is not JSON. */
export const malformedJson = (format: "json" | "ndjson", detail: string): ErrorBody =>
  errorBody(
    "malformed_payload",
    `The \`${format}\` payload provided is malformed. \`Couldn't serialize document value: ${shorten(detail)}\`.`,
  )

/** The body is not CSV of the form that its header announces. */
export const malformedCsv = (detail: string): ErrorBody =>
  errorBody("malformed_payload", `The \`csv\` payload provided is malformed: \`${detail}\`.`)

/** A JSON fault in a payload. An item that is JSON but no object is, oddly, an internal error there. */
export const refusedJson = (format: "json" | "ndjson", fault: JsonFault): ErrorBody =>
  fault.mismatch ? errorBody("internal", fault.message) : malformedJson(format, fault.message)

/** A document uses a name that is ours. `number` counts from 1. */
export const reservedField = (name: string, number: number): ErrorBody =>
  errorBody(
    "miroir_reserved_field",
    `Document ${number} has the field \`${name}\`: names that begin with \`_miroir_\` are reserved.`,
  )

const detailBytesMax = 138
const headBytes = 50
const tailBytes = 85

const shorten = (detail: string): string => {
  const bytes = encodeUtf8(detail)
  if (bytes.length <= detailBytesMax) return detail
  return `${decodeUtf8(bytes.subarray(0, headBytes))}...${decodeUtf8(bytes.subarray(bytes.length - tailBytes))}`
}
