import { Effect } from "effect"
import type { IndexRecord } from "#core/catalogue/index-record.ts"
import type { Facets } from "#core/merging/facets.ts"
import { mergeFederated, type QueryHits } from "#core/merging/merge-federated.ts"
import { type IndexTotals, printFederated } from "#core/merging/print-federated.ts"
import { slowestOf } from "#core/merging/processing-time.ts"
import type { NodeClient } from "#core/ports/node-client.ts"
import { type Json, isJsonObject } from "#core/prelude/json.ts"
import { engineCapabilities } from "#core/protocol/engine-capabilities.ts"
import type { ApiRequest } from "#core/protocol/http-message.ts"
import type { Federation } from "#core/routing/multi-search-request.ts"
import { withBody } from "#core/routing/search-kind.ts"
import { type SearchRequest, withoutThreshold } from "#core/routing/search-request.ts"
import { longEnough } from "#core/routing/tie-window.ts"
import { mergeSettingsOf, searchableCountOf } from "#core/settings/desired-settings.ts"
import { Cluster } from "./cluster.ts"
import { coverageOf } from "./coverage.ts"
import { countFederated } from "./count-federated.ts"
import { findMultiSearchError } from "./ask-multi-search.ts"
import { insideQuery, type KnownQuery, type MultiAnswer, queriesAtOnce } from "./multi-query.ts"
import { runSearch, type SearchResult } from "./run-search.ts"

/*
 * A federated search. Every query is run over all nodes as a search of its own, up to the end of the page; then their lists become
 * one by the engine's own comparison of different queries. So the order inside a query is that of one node with all documents,
 * and no node decides what the others have found. Documents that several queries of one index match are counted once, which
 * only the nodes can do: they are asked for that, and for facets, in a second round where it is needed.
 */

type Found = Extract<SearchResult, { readonly tag: "found" }>

export const federatedSearch = Effect.fnUntraced(function* (
  request: ApiRequest,
  queries: ReadonlyArray<KnownQuery>,
  federation: Federation,
  body: Json,
): Effect.fn.Return<MultiAnswer, never, Cluster | NodeClient> {
  const cluster = yield* Cluster
  const { hasFederatedPages } = engineCapabilities(cluster.state.engineVersion)
  const window = windowOfPage(federation)
  const [clash, results] = yield* Effect.all(
    [
      mayClash(queries, federation) ? findMultiSearchError(withoutHits(body)) : Effect.succeed(null),
      Effect.forEach(queries, (query) => searchOne(query, federation, window, hasFederatedPages), {
        concurrency: queriesAtOnce,
      }),
    ],
    { concurrency: 2 },
  )
  if (clash !== null) return { tag: "answered", response: clash }
  const found: Array<Found> = []
  for (const [position, result] of results.entries()) {
    if (result.tag === "refused") return { tag: "refused", error: insideQuery(result.error, position) }
    found.push(result)
  }

  const degraded = new Set<string>()
  for (const [position, { record }] of queries.entries()) {
    const coverage = coverageOf(found[position]!, record, request, cluster.options.unavailableShards)
    if (coverage.tag === "unavailable") return { tag: "answered", response: coverage.response }
    const missing = coverage.headers["x-miroir-degraded"]
    if (missing !== undefined) degraded.add(`${record.uid} ${missing}`)
  }
  const counted = yield* countIndexes(queries, found, federation)
  if (counted.tag === "refused") return counted
  const lists = queries.map((query, position) => toQueryHits(query, position, found[position]!))
  const merged = mergeFederated(lists, { ...window, distinct: federation.distinct })
  const printed = printFederated(
    {
      ...merged,
      federation,
      indexes: counted.indexes,
      queryVectors: queries.some(({ search }) => search.body["retrieveVectors"] === true)
        ? found.flatMap(({ merged: { queryVector } }, position) =>
            queryVector === null ? [] : [[position, queryVector] as const],
          )
        : null,
      isSemantic: found.some(({ merged: { semanticHitCount } }) => semanticHitCount !== null),
    },
    slowestOf(found),
  )
  return { tag: "answered", response: { status: 200, body: printed, headers: headersOf(degraded) } }
})

const headersOf = (degraded: ReadonlySet<string>): Readonly<Record<string, string>> =>
  degraded.size === 0 ? {} : { "x-miroir-degraded": [...degraded].join("; ") }

const windowOfPage = ({ paging }: Federation): { readonly offset: number; readonly limit: number } =>
  paging.tag === "offset"
    ? paging
    : {
        offset: Math.max(0, paging.page - 1) * paging.hitsPerPage,
        limit: paging.page === 0 ? 0 : paging.hitsPerPage,
      }

/** The best hits of one query, as many as the whole page could need. */
const searchOne = (
  { search, record }: KnownQuery,
  { distinct }: Federation,
  window: { readonly offset: number; readonly limit: number },
  isWithinMaxTotalHits: boolean,
) => {
  const needed = window.offset + window.limit
  const { maxTotalHits } = mergeSettingsOf(record.settings)
  const hitsMax = isWithinMaxTotalHits ? Math.min(longEnough(needed), maxTotalHits) : longEnough(needed)
  const asked: SearchRequest = {
    ...(distinct === null ? search : withBody({ ...search, distinct }, { distinct })),
    paging: { tag: "offset", offset: 0, limit: needed },
  }
  return runSearch(asked, record, { hitsMax, needsScores: true })
}

const toQueryHits = ({ indexUid, record, weight }: KnownQuery, position: number, { merged }: Found): QueryHits => ({
  position,
  indexUid,
  primaryKey: record.primaryKey,
  weight,
  searchableCount: searchableCountOf(record.settings),
  hits: merged.hits,
  view: merged.view,
})

/**
 * Whether only the request as a whole can be refused: because the rules of two indexes cannot be compared, or their
 * facets are ordered differently.
 */
const mayClash = (queries: ReadonlyArray<KnownQuery>, { facetsByIndex }: Federation): boolean => {
  const facets = [...facetsByIndex.keys()]
  const records = new Set(queries.map(({ record }) => record))
  if (records.size < 2 && facets.every((uid) => queries.some((query) => query.indexUid === uid))) return false
  return (
    facets.length > 0 ||
    queries.some(({ search }) => (search.body["sort"] ?? null) !== null) ||
    [...records].some(hasCustomRules)
  )
}

const hasCustomRules = ({ settings }: IndexRecord): boolean =>
  JSON.stringify(settings["rankingRules"] ?? null).includes(":")

const withoutHits = (body: Json): string => {
  if (!isJsonObject(body) || !isJsonObject(body["federation"])) return JSON.stringify(body)
  const paging = { offset: undefined, limit: 0, page: undefined, hitsPerPage: undefined }
  return JSON.stringify({ ...body, federation: { ...body["federation"], ...paging } })
}

type Counted =
  | Extract<MultiAnswer, { readonly tag: "refused" }>
  | { readonly tag: "counted"; readonly indexes: ReadonlyArray<IndexTotals> }

/** Totals and facets of each index that is searched. */
const countIndexes = Effect.fnUntraced(function* (
  queries: ReadonlyArray<KnownQuery>,
  found: ReadonlyArray<Found>,
  federation: Federation,
): Effect.fn.Return<Counted, never, Cluster | NodeClient> {
  const ofIndexes = Map.groupBy(queries.keys(), (position) => queries[position]!.record)
  const counted = yield* Effect.forEach(
    ofIndexes,
    ([record, positions]) =>
      countIndex(
        record,
        [...positions].map((position) => found[position]!),
        federation,
      ),
    { concurrency: queriesAtOnce },
  )
  const indexes: Array<IndexTotals> = []
  for (const count of counted) {
    if (count.tag === "refused") return count
    indexes.push(count.totals)
  }
  return { tag: "counted", indexes }
})

const countIndex = Effect.fnUntraced(function* (
  record: IndexRecord,
  found: ReadonlyArray<Found>,
  { facetsByIndex }: Federation,
) {
  const facets = facetsByIndex.get(record.uid) ?? null
  const { sortFacetValuesBy } = mergeSettingsOf(record.settings)
  const known = { indexUid: record.uid, sortFacetValuesBy }
  const none: Facets = { distribution: null, stats: null }
  const [only] = found
  if (found.length === 1 && facets === null && only !== undefined)
    return { tag: "counted", totals: { ...known, totalHits: only.merged.totalHits, facets: none } } as const
  const counted = yield* countFederated(record, found.map(countedBy), facets)
  if (counted.tag === "refused") return counted
  // One query counts itself better: it knows which distinct values several nodes have found.
  const totalHits = found.length === 1 && only !== undefined ? only.merged.totalHits : counted.totalHits
  return { tag: "counted", totals: { ...known, totalHits, facets: counted.facets } } as const
})

/** A threshold is not counted by when the page is full without what it leaves out (measured on v1.21.0). */
const countedBy = ({ counted, merged }: Found): SearchRequest =>
  counted.paging.tag === "offset" && merged.hits.length >= counted.paging.limit ? withoutThreshold(counted) : counted
