import type { ApiRequest } from "#core/protocol/http-message.ts"
import { type ErrorBody, errorBody } from "#core/protocol/meilisearch-error.ts"
import { parseQuery } from "#core/protocol/parse-query.ts"
import { invalidIndexUidMessage, isValidIndexUid } from "#core/catalogue/new-index.ts"
import type { PayloadFormat } from "./payload-format.ts"

/** The parameters and the format of a payload of documents. `misunderstood`: a node should say what is wrong. */
export type DocumentsRequest =
  | { readonly tag: "understood"; readonly format: PayloadFormat; readonly primaryKey: string | null }
  | { readonly tag: "refused"; readonly error: ErrorBody }
  | { readonly tag: "misunderstood" }

const accepted = "`application/json`, `application/x-ndjson`, `text/csv`"

/** Checks in Meilisearch's order: parameters, content type, index uid. */
export const readDocumentsRequest = (request: ApiRequest, uid: string): DocumentsRequest => {
  let primaryKey: string | null = null
  let delimiter: string | null = null
  for (const [name, value] of parseQuery(request.query)) {
    if (name === "primaryKey") primaryKey = value
    else if (name === "csvDelimiter" && value.length === 1 && value.charCodeAt(0) < 0x80) delimiter = value
    else return { tag: "misunderstood" }
  }
  const header = request.headers["content-type"]
  if (header === undefined)
    return refused(
      "missing_content_type",
      `A Content-Type header is missing. Accepted values for the Content-Type header are: ${accepted}`,
    )
  const type = header.split(";")[0]?.trim().toLowerCase() ?? ""
  const format = formatOf(type, delimiter)
  if (format === null)
    return refused(
      "invalid_content_type",
      `The Content-Type \`${type.replace(/\+.*$/, "")}\` is invalid. Accepted values for the Content-Type header are: ${accepted}`,
    )
  if (delimiter !== null && format.tag !== "csv")
    return refused(
      "invalid_content_type",
      `The Content-Type \`${type}\` does not support the use of a csv delimiter. The csv delimiter can only be used with the Content-Type \`text/csv\`.`,
    )
  if (!isValidIndexUid(uid)) return refused("invalid_index_uid", invalidIndexUidMessage(uid))
  return { tag: "understood", format, primaryKey }
}

const formatOf = (type: string, delimiter: string | null): PayloadFormat | null => {
  switch (type) {
    case "application/json":
      return { tag: "json" }
    case "application/x-ndjson":
      return { tag: "ndjson" }
    case "text/csv":
      return { tag: "csv", delimiter: delimiter ?? "," }
    default:
      return null
  }
}

const refused = (code: string, message: string): DocumentsRequest => ({
  tag: "refused",
  error: errorBody(code, message),
})
