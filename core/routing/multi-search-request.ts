import { type Json, type JsonObject, isJsonObject } from "#core/prelude/json.ts"
import { collectElements, decodeString, skipValue, visitMembers, type Slice } from "#core/protocol/json-slices.ts"
import type { EngineCapabilities } from "#core/protocol/engine-capabilities.ts"
import type { LargeCounts, LargeCountsOfQueries } from "./large-counts.ts"
import { readSearchBody, type SearchRequest } from "./search-request.ts"

/** One query of a multi-search. */
export interface IndexQuery {
  readonly indexUid: string
  readonly search: SearchRequest
  /** Factor for the scores of its hits in a federated search. */
  readonly weight: number
}

/** How the hits of all queries become one list. */
export interface Federation {
  readonly paging: SearchRequest["paging"]
  /** By the client's uid; null: none of that index. */
  readonly facetsByIndex: ReadonlyMap<string, ReadonlyArray<string> | null>
  /** null: facets are shown by index. */
  readonly mergeFacets: { readonly maxValuesPerFacet: number | null } | null
  /** Since v1.50: the attribute of which each value may appear once among all hits. */
  readonly distinct: string | null
}

export interface MultiSearchRequest {
  readonly queries: ReadonlyArray<IndexQuery>
  /** null: every query has its own answer. */
  readonly federation: Federation | null
}

/** null where a node should say what is wrong. */
export const readMultiSearch = (
  value: Json,
  engine: EngineCapabilities,
  large: LargeCountsOfQueries = { queries: [], federation: {} },
): MultiSearchRequest | null => {
  if (!isJsonObject(value) || !hasOnly(value, ["queries", "federation"])) return null
  const { queries } = value
  const federation = value["federation"] ?? null
  if (!Array.isArray(queries)) return null
  const read = (queries as ReadonlyArray<Json>).map((query, position) =>
    readQuery(query, federation !== null, large.queries[position]),
  )
  if (read.includes(null)) return null
  const understood = federation === null ? null : readFederation(federation, engine, large.federation)
  if (federation !== null && understood === null) return null
  return { queries: read.filter((query) => query !== null), federation: understood }
}

const readQuery = (query: Json, isFederated: boolean, large: LargeCounts = {}): IndexQuery | null => {
  if (!isJsonObject(query)) return null
  const { indexUid, federationOptions, ...body } = query
  // Unlike in a search of its own these may be null.
  const { offset, limit } = body
  const search = readSearchBody({ ...body, offset: offset ?? undefined, limit: limit ?? undefined }, large)
  const weight = readWeight(federationOptions ?? null, isFederated)
  if (typeof indexUid !== "string" || search === null || weight === null) return null
  if (isFederated && notInFederation.some((name) => (body[name] ?? null) !== null)) return null
  return { indexUid, search, weight }
}

/** Where all hits make one list, these belong to the list and not to a query. */
const notInFederation = ["offset", "limit", "page", "hitsPerPage", "facets", "personalize"]

const weightDefault = 1

/** `remote` and `queryPosition` are for networks of nodes, which the proxy is instead of: a node refuses them. */
const readWeight = (options: Json, isFederated: boolean): number | null => {
  if (options === null) return weightDefault
  if (!isFederated || !isJsonObject(options) || !hasOnly(options, ["weight"])) return null
  const { weight = weightDefault } = options
  return typeof weight === "number" && weight >= 0 ? weight : null
}

const readFederation = (
  value: Json,
  { hasFederatedPages }: EngineCapabilities,
  large: LargeCounts,
): Federation | null => {
  const fields = hasFederatedPages ? [...federationFields, ...pageFields] : federationFields
  if (!isJsonObject(value) || !hasOnly(value, fields)) return null
  const { offset, limit, page, hitsPerPage } = value
  const paged = readSearchBody({ offset, limit, page, hitsPerPage }, large)
  const facetsByIndex = readFacetsByIndex(value["facetsByIndex"] === undefined ? {} : value["facetsByIndex"])
  const merge = value["mergeFacets"] ?? null
  const distinct = value["distinct"] ?? null
  if (paged === null || facetsByIndex === null || (distinct !== null && typeof distinct !== "string")) return null
  if (merge !== null && !(isJsonObject(merge) && hasOnly(merge, ["maxValuesPerFacet"]))) return null
  const valuesMax = merge?.["maxValuesPerFacet"] ?? null
  if (valuesMax !== null && !(typeof valuesMax === "number" && Number.isSafeInteger(valuesMax) && valuesMax >= 0))
    return null
  return {
    paging: paged.paging,
    facetsByIndex,
    mergeFacets: merge === null ? null : { maxValuesPerFacet: valuesMax },
    distinct,
  }
}

const federationFields = ["limit", "offset", "facetsByIndex", "mergeFacets"]
const pageFields = ["page", "hitsPerPage", "distinct"]

const readFacetsByIndex = (value: Json): Federation["facetsByIndex"] | null => {
  if (!isJsonObject(value)) return null
  const entries = Object.entries(value).map(([uid, facets]) => [uid, facets ?? null] as const)
  const isRight = entries.every(
    ([, facets]) => facets === null || (Array.isArray(facets) && facets.every((name) => typeof name === "string")),
  )
  return isRight ? (new Map(entries) as Federation["facetsByIndex"]) : null
}

const hasOnly = (value: JsonObject, names: ReadonlyArray<string>): boolean =>
  Object.keys(value).every((name) => names.includes(name))

/**
 * The text of a multi-search with the names of its indexes replaced, everything else as the client wrote it: for asking
 * a node what is wrong with it.
 */
export const renameIndexes = (text: string, rename: (uid: string) => string): string => {
  const names: Array<Slice> = []
  visitMembers(text, 0, (key, _keyStart, valueStart) => {
    if (key === "queries" && text[valueStart] === "[") return collectQueryNames(text, valueStart, names)
    if (key === "federation" && text[valueStart] === "{") return collectFacetNames(text, valueStart, names)
    return skipValue(text, valueStart)
  })
  let renamed = ""
  let from = 0
  for (const { start, end } of names) {
    renamed += text.slice(from, start) + JSON.stringify(rename(decodeString(text, start, end)))
    from = end
  }
  return renamed + text.slice(from)
}

const collectQueryNames = (text: string, start: number, names: Array<Slice>): number => {
  const queries: Array<Slice> = []
  const end = collectElements(text, start, queries)
  for (const query of queries) {
    if (text[query.start] !== "{") continue
    visitMembers(text, query.start, (key, _keyStart, valueStart) => {
      const valueEnd = skipValue(text, valueStart)
      if (key === "indexUid" && text[valueStart] === '"') names.push({ start: valueStart, end: valueEnd })
      return valueEnd
    })
  }
  return end
}

const collectFacetNames = (text: string, start: number, names: Array<Slice>): number =>
  visitMembers(text, start, (key, _keyStart, valueStart) =>
    key === "facetsByIndex" && text[valueStart] === "{"
      ? visitMembers(text, valueStart, (_uid, keyStart, facetsStart) => {
          names.push({ start: keyStart, end: skipValue(text, keyStart) })
          return skipValue(text, facetsStart)
        })
      : skipValue(text, valueStart),
  )
