import { readFilterParameter } from "#core/filter/read-filter-parameter.ts"
import type { Json } from "#core/prelude/json.ts"
import {
  boolean,
  count,
  type Decoder,
  type Fields,
  fraction,
  inBody,
  inQuery,
  members,
  nullable,
  oneOf,
  string,
  strings,
} from "./decode.ts"
import { refuse, refuseUnsupported } from "./refusal.ts"

export interface SearchRequest {
  readonly q: string | null
  readonly offset: number
  readonly limit: number
  /** Set when the client asked for pages: then totals are exact. */
  readonly page: number | null
  readonly hitsPerPage: number
  readonly attributesToRetrieve: ReadonlyArray<string> | null
  readonly attributesToCrop: ReadonlyArray<string> | null
  readonly cropLength: number
  readonly attributesToHighlight: ReadonlyArray<string> | null
  readonly showMatchesPosition: boolean
  readonly showRankingScore: boolean
  readonly showRankingScoreDetails: boolean
  readonly filter: Json
  readonly sort: ReadonlyArray<string>
  readonly distinct: string | null
  readonly facets: ReadonlyArray<string> | null
  readonly highlightPreTag: string
  readonly highlightPostTag: string
  readonly cropMarker: string
  readonly matchingStrategy: "last" | "all"
  readonly attributesToSearchOn: ReadonlyArray<string> | null
  readonly rankingScoreThreshold: number | null
}

const anything: Decoder<Json> = (value) => value

const unsupported =
  (what: string, isHarmless: (value: Json) => boolean): Decoder<null> =>
  (value) =>
    isHarmless(value) ? null : refuseUnsupported(what)

const isNull = (value: Json): boolean => value === null

const strategy: Decoder<"last" | "all"> = (value, place) => {
  const chosen = oneOf(["last", "all", "frequency"])(value, place)
  return chosen === "frequency" ? refuseUnsupported("the matching strategy `frequency`") : chosen
}

const codeOf = (name: string): string =>
  `invalid_search_${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`

const decoders: Readonly<Record<string, Decoder<unknown>>> = {
  q: nullable(string),
  vector: unsupported("vectors", isNull),
  media: unsupported("media", isNull),
  hybrid: unsupported("hybrid search", isNull),
  hybridEmbedder: unsupported("hybrid search", () => false),
  hybridSemanticRatio: unsupported("hybrid search", () => false),
  offset: count,
  limit: count,
  page: nullable(count),
  hitsPerPage: nullable(count),
  attributesToRetrieve: nullable(strings),
  retrieveVectors: (value, place) => boolean(value, place) && refuseUnsupported("vectors"),
  attributesToCrop: nullable(strings),
  cropLength: count,
  attributesToHighlight: nullable(strings),
  showMatchesPosition: boolean,
  showRankingScore: boolean,
  showRankingScoreDetails: boolean,
  filter: anything,
  sort: nullable(strings),
  distinct: nullable(string),
  facets: nullable(strings),
  highlightPreTag: string,
  highlightPostTag: string,
  cropMarker: string,
  matchingStrategy: strategy,
  attributesToSearchOn: nullable(strings),
  rankingScoreThreshold: nullable(fraction),
  locales: nullable(strings),
}

const fieldsNamed = (names: string): Fields =>
  Object.fromEntries(names.split(" ").map((name) => [name, { code: codeOf(name), decode: decoders[name]! }]))

// In the order of the engine's declarations, which shows in its messages.
const bodyFields: Fields = {
  ...fieldsNamed("q vector media"),
  hybrid: { code: "invalid_search_hybrid_query", decode: decoders["hybrid"]! },
  ...fieldsNamed("offset limit page hitsPerPage attributesToRetrieve retrieveVectors attributesToCrop cropLength"),
  ...fieldsNamed(
    "attributesToHighlight showMatchesPosition showRankingScore showRankingScoreDetails filter sort distinct",
  ),
  ...fieldsNamed("facets highlightPreTag highlightPostTag cropMarker matchingStrategy attributesToSearchOn"),
  ...fieldsNamed("rankingScoreThreshold locales"),
}

const multiFields: Fields = {
  indexUid: { code: "invalid_index_uid", decode: string },
  ...fieldsNamed("q vector media"),
  hybrid: bodyFields["hybrid"]!,
  ...fieldsNamed("offset limit page hitsPerPage attributesToRetrieve retrieveVectors attributesToCrop cropLength"),
  ...fieldsNamed("attributesToHighlight showRankingScore showRankingScoreDetails showMatchesPosition"),
  ...bodyFields,
  federationOptions: {
    code: "invalid_multi_search_federation_options",
    decode: () => refuseUnsupported("federated search"),
  },
}

const queryFields: Fields = {
  ...fieldsNamed(
    "q vector offset limit page hitsPerPage attributesToRetrieve retrieveVectors attributesToCrop cropLength",
  ),
  ...fieldsNamed(
    "attributesToHighlight filter sort distinct showMatchesPosition showRankingScore showRankingScoreDetails",
  ),
  ...fieldsNamed("facets highlightPreTag highlightPostTag cropMarker matchingStrategy attributesToSearchOn"),
  hybridEmbedder: { code: "invalid_search_embedder", decode: decoders["hybridEmbedder"]! },
  hybridSemanticRatio: { code: "invalid_search_semantic_ratio", decode: decoders["hybridSemanticRatio"]! },
  ...fieldsNamed("rankingScoreThreshold locales"),
}

export const decodeSearchBody = (body: Json): SearchRequest =>
  complete(members(body, inBody("", "bad_request"), bodyFields))

/** The query of a multi-search: `indexUid` beside the members of a search. */
export const decodeMultiSearchQuery = (
  query: Json,
  path: string,
): { readonly indexUid: string; readonly request: SearchRequest } => {
  const { indexUid, ...given } = members(query, inBody(path, "bad_request"), multiFields)
  if (typeof indexUid !== "string") return refuse("missing_index_uid", `Missing field \`indexUid\` inside \`${path}\``)
  return { indexUid, request: complete(given) }
}

/** `parameters` of the query string; `filter` may be JSON. */
export const decodeSearchQuery = (parameters: Readonly<Record<string, string>>): SearchRequest => {
  const given = members(parameters, inQuery("", "bad_request"), queryFields)
  return complete({ ...given, filter: decodeTextFilter(parameters["filter"]) })
}

export const decodeTextFilter = (text: string | undefined): Json =>
  text === undefined ? null : readFilterParameter(text)

const complete = (given: Readonly<Record<string, unknown>>): SearchRequest => {
  const { page, hitsPerPage, limit, offset, ...others } = given as Partial<SearchRequest>
  const isPaged = typeof page === "number" || typeof hitsPerPage === "number"
  return {
    q: null,
    attributesToRetrieve: null,
    attributesToCrop: null,
    cropLength: 10,
    attributesToHighlight: null,
    showMatchesPosition: false,
    showRankingScore: false,
    showRankingScoreDetails: false,
    filter: null,
    distinct: null,
    facets: null,
    highlightPreTag: "<em>",
    highlightPostTag: "</em>",
    cropMarker: "…",
    matchingStrategy: "last",
    attributesToSearchOn: null,
    rankingScoreThreshold: null,
    ...others,
    sort: others.sort ?? [],
    offset: offset ?? 0,
    limit: limit ?? 20,
    page: isPaged ? (page ?? 1) : null,
    hitsPerPage: hitsPerPage ?? 20,
  }
}
