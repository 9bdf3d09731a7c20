import type { Json } from "#core/prelude/json.ts"
import type { NodeResponse } from "#core/protocol/http-message.ts"
import {
  array,
  boolean,
  count,
  type Decoder,
  type Fields,
  inBody,
  inQuery,
  members,
  nullable,
  strings,
  wrongType,
} from "./decode.ts"
import { filterDocuments } from "./filter-documents.ts"
import { allDocuments, findDocument, inFieldOrder, type ModelIndex, type StoredDocument } from "./model-index.ts"
import { compareSortValues } from "./ranking-scores.ts"
import { printRaw } from "./raw-json.ts"
import { refuse } from "./refusal.ts"
import { decodeTextFilter } from "./search-request.ts"
import { selectFields } from "./select-fields.ts"
import { parseSort, sortValue } from "./sort-rules.ts"

export interface DocumentList {
  readonly offset: number
  readonly limit: number
  readonly fields: ReadonlyArray<string> | null
  readonly ids: ReadonlyArray<string> | null
  readonly filter: Json
  readonly sort: ReadonlyArray<string>
}

const identifier: Decoder<string> = (value, place) => {
  if (typeof value === "number" && Number.isInteger(value)) return `${value}`
  return typeof value === "string" ? value : wrongType(place, ["a string", "an integer"], value)
}

/** No document has vectors here, so whoever asks for them (repair does) gets none. */
const withoutVectors: Decoder<null> = (value, place) => {
  boolean(value, place)
  return null
}

const anything: Decoder<Json> = (value) => value

const fields: Fields = {
  offset: { code: "invalid_document_offset", decode: count },
  limit: { code: "invalid_document_limit", decode: count },
  fields: { code: "invalid_document_fields", decode: nullable(strings) },
  retrieveVectors: { code: "invalid_document_retrieve_vectors", decode: withoutVectors },
  ids: { code: "invalid_document_ids", decode: nullable(array(identifier)) },
  filter: { code: "invalid_document_filter", decode: anything },
  sort: { code: "invalid_document_sort", decode: nullable(strings) },
}

export const readFetch = (body: Json): DocumentList => complete(members(body, inBody("", "bad_request"), fields))

export const readList = (parameters: Readonly<Record<string, string>>): DocumentList => {
  const given = members(parameters, inQuery("", "bad_request"), fields)
  return complete({ ...given, filter: decodeTextFilter(parameters["filter"]) })
}

const complete = (given: Readonly<Record<string, unknown>>): DocumentList => {
  const {
    offset = 0,
    limit = 20,
    fields: names = null,
    ids = null,
    filter = null,
    sort,
  } = given as Partial<DocumentList>
  return { offset, limit, fields: names, ids, filter, sort: sort ?? [] }
}

/** `total` counts all that match. Hidden attributes are answered too: `displayedAttributes` is about searches only. */
export const listDocuments = (index: ModelIndex, list: DocumentList): NodeResponse => {
  const code = "invalid_document_filter"
  const filtered = list.filter === null ? allDocuments(index) : filterDocuments(index, list.filter, code, "")
  const matching = list.ids === null ? filtered : filtered.filter(({ id }) => list.ids?.includes(id))
  const shown = sorted(index, matching, list.sort).slice(list.offset, list.offset + list.limit)
  const results = shown.map((document) => printDocument(index, document, list.fields)).join(",")
  return {
    status: 200,
    body: `{"results":[${results}],"offset":${list.offset},"limit":${list.limit},"total":${matching.length}}`,
  }
}

/** Documents without a value for the first criterion are left out, as in v1.21, although `total` counts them. */
const sorted = (
  index: ModelIndex,
  documents: ReadonlyArray<StoredDocument>,
  sort: ReadonlyArray<string>,
): ReadonlyArray<StoredDocument> => {
  const rules = parseSort(sort, index.settings, { code: "invalid_document_sort", prefix: "" })
  const [first] = rules
  if (first === undefined) return documents
  return documents
    .filter(({ content }) => sortValue(content, first) !== null)
    .map((document) => ({ document, values: rules.map((rule) => sortValue(document.content, rule)) }))
    .sort((left, right) => {
      for (const [at, rule] of rules.entries()) {
        const order = compareSortValues(left.values[at] ?? null, right.values[at] ?? null, rule.direction)
        if (order !== 0) return order
      }
      return left.document.number - right.document.number
    })
    .map(({ document }) => document)
}

const printDocument = (index: ModelIndex, document: StoredDocument, names: ReadonlyArray<string> | null): string => {
  const content = inFieldOrder(index, document.content)
  return printRaw(names === null ? content : selectFields(content, names))
}

const viewFields: Fields = { fields: fields["fields"]!, retrieveVectors: fields["retrieveVectors"]! }

/** Names of the fields to show; null: all. */
export const readView = (parameters: Readonly<Record<string, string>>): ReadonlyArray<string> | null => {
  const given = members(parameters, inQuery("", "bad_request"), viewFields) as { fields?: ReadonlyArray<string> }
  return given.fields ?? null
}

export const viewDocument = (index: ModelIndex, id: string, names: ReadonlyArray<string> | null): NodeResponse => {
  const document = findDocument(index, id)
  if (document === null) return refuse("document_not_found", `Document \`${id}\` not found.`)
  return { status: 200, body: printDocument(index, document, names) }
}

/** The filter of `POST /documents/delete`, which has no other member. */
export const filterOf = (body: Json): Json => {
  const given = members(body, inBody("", "bad_request"), { filter: fields["filter"]! }) as { filter?: Json }
  return given.filter ?? refuse("missing_document_filter", "Missing field `filter`")
}
