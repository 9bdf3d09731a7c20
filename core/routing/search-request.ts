import { type Json, type JsonObject, isJsonObject } from "#core/prelude/json.ts"
import { countMax, countOf, type LargeCounts } from "./large-counts.ts"
import { type ParameterKind, readParameters } from "./read-parameters.ts"

/** What the proxy must understand of a search; everything else is passed on to the nodes as it is. */
export interface SearchRequest {
  /** The whole request in the form of `POST /search`. */
  readonly body: JsonObject
  readonly query: string
  readonly paging: Paging
  readonly filter: Json | undefined
  /** null: all displayed attributes. */
  readonly attributesToRetrieve: ReadonlyArray<string> | null
  readonly distinct: string | null
  readonly showRankingScore: boolean
  readonly showRankingScoreDetails: boolean
}

export type Paging = (
  | { readonly tag: "offset"; readonly offset: number; readonly limit: number }
  | { readonly tag: "page"; readonly page: number; readonly hitsPerPage: number }
) & { readonly large?: LargeCounts }

const limitDefault = 20
const hitsPerPageDefault = 20

/** Reads a body of `POST /search`; null where a value has the wrong type: then a node says so in its own words. */
export const readSearchBody = (value: Json, large: LargeCounts = {}): SearchRequest | null => {
  if (!isJsonObject(value)) return null
  const offset = countOf(value, "offset", large)
  const limit = countOf(value, "limit", large)
  const page = countOf(value, "page", large)
  const hitsPerPage = countOf(value, "hitsPerPage", large)
  const query = value["q"] ?? ""
  const distinct = value["distinct"] ?? null
  const attributesToRetrieve = value["attributesToRetrieve"] ?? null
  const { showRankingScore = false, showRankingScoreDetails = false } = value
  const filter = value["filter"] ?? undefined
  // These have a default in the engine, and may be left out, but not be null.
  if (value["offset"] === null || value["limit"] === null) return null
  if (offset === "wrong" || limit === "wrong" || page === "wrong" || hitsPerPage === "wrong") return null
  if (typeof query !== "string" || (distinct !== null && typeof distinct !== "string")) return null
  if (typeof showRankingScore !== "boolean" || typeof showRankingScoreDetails !== "boolean") return null
  if (attributesToRetrieve !== null && !isStrings(attributesToRetrieve)) return null
  if (filter !== undefined && typeof filter !== "string" && !Array.isArray(filter)) return null
  const isPaged = page !== null || hitsPerPage !== null
  const echo = Object.keys(large).length === 0 ? {} : { large }
  return {
    body: large["cropLength"] === undefined ? value : { ...value, cropLength: countMax },
    query,
    paging: isPaged
      ? { tag: "page", page: page ?? 1, hitsPerPage: hitsPerPage ?? hitsPerPageDefault, ...echo }
      : { tag: "offset", offset: offset ?? 0, limit: limit ?? limitDefault, ...echo },
    filter,
    attributesToRetrieve,
    distinct,
    showRankingScore,
    showRankingScoreDetails,
  }
}

/**
 * Whether the text has a count, or the id of a document, that is no integer to the engine although JavaScript reads one:
 * `1.0`, `1e2`, `-0`.
 */
export const hasOddCount = (text: string): boolean =>
  /"(?:id|offset|limit|page|hitsPerPage|cropLength|maxValuesPerFacet)"\s*:\s*-?[0-9]*(?:[.eE]|-0)/.test(text)

const isStrings = (value: Json): value is ReadonlyArray<string> =>
  Array.isArray(value) && value.every((item) => typeof item === "string")

/** How `GET /search` writes each field; parameters that are not listed make a node refuse the request. */
const parameterKinds: Readonly<Record<string, ParameterKind>> = {
  q: "text",
  offset: "count",
  limit: "count",
  page: "count",
  hitsPerPage: "count",
  attributesToRetrieve: "list",
  attributesToCrop: "list",
  cropLength: "count",
  cropMarker: "text",
  attributesToHighlight: "list",
  highlightPreTag: "text",
  highlightPostTag: "text",
  showMatchesPosition: "flag",
  filter: "filter",
  sort: "sort",
  distinct: "text",
  facets: "list",
  matchingStrategy: "text",
  attributesToSearchOn: "list",
  rankingScoreThreshold: "number",
  locales: "list",
  retrieveVectors: "flag",
  showRankingScore: "flag",
  showRankingScoreDetails: "flag",
  vector: "numbers",
  hybridEmbedder: "text",
  hybridSemanticRatio: "number",
}

/** Reads the parameters of `GET /search`; null where a node should say what is wrong with them. */
export const readSearchParameters = (pairs: ReadonlyArray<readonly [string, string]>): SearchRequest | null => {
  const read = readParameters(pairs, parameterKinds)
  if (read === null) return null
  const { hybridEmbedder: embedder, hybridSemanticRatio: semanticRatio, ...rest } = read.body
  if (embedder === undefined) return semanticRatio === undefined ? readSearchBody(rest, read.large) : null
  const hybrid = { embedder, ...(semanticRatio === undefined ? {} : { semanticRatio }) }
  return readSearchBody({ ...rest, hybrid }, read.large)
}

/** The same search, asked only how much it matches with all scores allowed. */
export const withoutThreshold = (request: SearchRequest): SearchRequest => ({
  ...request,
  body: { ...request.body, rankingScoreThreshold: undefined },
  paging: { tag: "offset", offset: 0, limit: 0 },
})
