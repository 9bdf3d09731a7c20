import { explainJson, explainNdjson } from "#core/documents/explain-payload.ts"
import { missingPayload } from "#core/documents/payload-error.ts"
import { invariant } from "#core/prelude/invariant.ts"
import type { Json } from "#core/prelude/json.ts"
import { encodeUtf8 } from "#core/prelude/utf8.ts"
import { serdeJsonError } from "#core/protocol/serde-json-error.ts"
import type { NodeResponse } from "#core/protocol/http-message.ts"
import { inQuery, members, nullable, string } from "./decode.ts"
import { filterOf, listDocuments, readFetch, readList, readView, viewDocument } from "./list-documents.ts"
import { isEmptyFilter } from "./filter-documents.ts"
import {
  isRawArray,
  isRawObject,
  parseFirstRawValue,
  parseRawValues,
  type RawObject,
  type RawValue,
} from "./raw-json.ts"
import { Refusal, refuse, refuseUnsupported } from "./refusal.ts"
import {
  accept,
  bodyText,
  checkContentType,
  existingIndex,
  indexUid,
  readJson,
  type Route,
  type RoutedRequest,
} from "./route.ts"

export const documentRoutes: ReadonlyArray<Route> = [
  {
    path: "/indexes/*/documents",
    answer: {
      GET: (request) => {
        const list = readList(request.parameters)
        return listDocuments(existingIndex(request), list)
      },
      POST: (request) => addDocuments(request, false),
      PUT: (request) => addDocuments(request, true),
      DELETE: (request) => accept(request, indexUid(request), { tag: "clearDocuments" }, { deletedDocuments: null }),
    },
  },
  {
    path: "/indexes/*/documents/fetch",
    answer: {
      POST: (request) => {
        const list = readFetch(readJson(request))
        return listDocuments(existingIndex(request), list)
      },
    },
  },
  { path: "/indexes/*/documents/delete-batch", answer: { POST: (request) => deleteBatch(request) } },
  { path: "/indexes/*/documents/delete", answer: { POST: (request) => deleteByFilter(request) } },
  { path: "/indexes/*/documents/edit", answer: { POST: () => refuseUnsupported("editing documents by function") } },
  {
    path: "/indexes/*/documents/*",
    answer: {
      GET: (request) => {
        const names = readView(request.parameters)
        return viewDocument(existingIndex(request), request.segments[1] ?? "", names)
      },
      DELETE: (request) => deleteIds(request, [request.segments[1] ?? ""]),
    },
  },
]

const writeParameters = {
  primaryKey: { code: "invalid_index_primary_key", decode: nullable(string) },
  csvDelimiter: { code: "invalid_document_csv_delimiter", decode: nullable(string) },
}

/** The payload is checked before the task exists; ids and the primary key only when the task runs. */
const addDocuments = (request: RoutedRequest, isPartial: boolean): NodeResponse => {
  const { primaryKey = null, csvDelimiter = null } = members(
    request.parameters,
    inQuery("", "bad_request"),
    writeParameters,
  ) as { primaryKey?: string; csvDelimiter?: string }
  const uid = indexUid(request)
  const mediaType = checkContentType(request.contentType, ["application/json", "application/x-ndjson", "text/csv"])
  if (mediaType === "text/csv") return refuseUnsupported("CSV payloads")
  if (csvDelimiter !== null) {
    return refuse(
      "invalid_content_type",
      `The Content-Type \`${mediaType}\` does not support the use of a csv delimiter. The csv delimiter can only be used with the Content-Type \`text/csv\`.`,
    )
  }
  const documents = readDocuments(bodyText(request.body), mediaType === "application/json" ? "json" : "ndjson")
  const work = { tag: "addDocuments", documents, primaryKey, isPartial } as const
  return accept(request, uid, work, { receivedDocuments: documents.length, indexedDocuments: null })
}

const readDocuments = (text: string, format: "json" | "ndjson"): ReadonlyArray<RawObject> => {
  if (text === "") throw new Refusal(missingPayload(format))
  const bytes = encodeUtf8(text)
  const mistake = format === "json" ? explainJson(bytes) : explainNdjson(bytes)
  if (mistake !== null) throw new Refusal(mistake)
  const documents = format === "json" ? jsonDocuments(text) : parseRawValues(text)
  invariant(documents !== null, "checked-payloads-parse", "a payload would be accepted and stored as nothing")
  invariant(
    documents.every(isRawObject),
    "checked-payloads-hold-objects",
    "something else would be stored as a document",
  )
  return documents
}

const jsonDocuments = (text: string): ReadonlyArray<RawValue> | null => {
  const first = parseFirstRawValue(text)
  if (first === null) return null
  return isRawArray(first.value) ? first.value : [first.value]
}

const deleteBatch = (request: RoutedRequest): NodeResponse => {
  checkContentType(request.contentType, ["application/json"])
  const uid = indexUid(request)
  const text = bodyText(request.body)
  if (text === "") return refuse("missing_payload", "A json payload is missing.")
  const mistake = serdeJsonError(text)
  if (mistake !== null) return refuse("malformed_payload", `The json payload provided is malformed. \`${mistake}\`.`)
  const ids = JSON.parse(text) as Json
  if (!Array.isArray(ids))
    return refuse(
      "bad_request",
      `Json deserialize error: invalid type: ${serdeKind(ids)}, expected a sequence at line 1 column 0`,
    )
  const [values] = parseRawValues(text) as ReadonlyArray<ReadonlyArray<RawValue>>
  return deleteIds(request, (values ?? []).map(idText), uid)
}

const serdeKind = (value: Json): string =>
  value === null ? "null" : typeof value === "object" ? "map" : `${typeof value} \`${JSON.stringify(value)}\``

const idText = (value: RawValue): string =>
  typeof value === "string"
    ? value
    : typeof value === "object" && value !== null && "digits" in value
      ? value.digits
      : ""

const deleteIds = (request: RoutedRequest, ids: ReadonlyArray<string>, uid = indexUid(request)): NodeResponse =>
  accept(
    request,
    uid,
    { tag: "deleteIds", ids },
    { providedIds: ids.length, deletedDocuments: null, originalFilter: null },
  )

const deleteByFilter = (request: RoutedRequest): NodeResponse => {
  const body = readJson(request)
  const filter = filterOf(body)
  const uid = indexUid(request)
  if (isEmptyFilter(filter, "invalid_document_filter"))
    return refuse("invalid_document_filter", "Sending an empty filter is forbidden.")
  const details = { providedIds: 0, deletedDocuments: null, originalFilter: JSON.stringify(filter) }
  return accept(request, uid, { tag: "deleteByFilter", filter }, details)
}
