import { Effect } from "effect"
import type { IndexRecord } from "#core/catalogue/index-record.ts"
import { type Facets, mergeFacets } from "#core/merging/facets.ts"
import { readFederatedCount } from "#core/merging/read-federated-count.ts"
import type { NodeClient } from "#core/ports/node-client.ts"
import type { JsonObject } from "#core/prelude/json.ts"
import type { ErrorBody } from "#core/protocol/meilisearch-error.ts"
import { planSearch } from "#core/routing/plan-search.ts"
import type { SearchRequest } from "#core/routing/search-request.ts"
import { mergeSettingsOf } from "#core/settings/desired-settings.ts"
import type { Cluster } from "./cluster.ts"
import { allShards, scatter } from "./scatter.ts"

export type FederatedCount =
  | { readonly tag: "refused"; readonly error: ErrorBody }
  | { readonly tag: "counted"; readonly totalHits: number; readonly facets: Facets }

/** How many documents of one index match at least one of several queries, and their facets, where they are asked for. */
export const countFederated = Effect.fnUntraced(function* (
  record: IndexRecord,
  queries: ReadonlyArray<SearchRequest>,
  facets: ReadonlyArray<string> | null,
): Effect.fn.Return<FederatedCount, never, Cluster | NodeClient> {
  const settings = mergeSettingsOf(record.settings)
  const plans = queries.map((query) => planSearch(query, record, settings))
  const gathered = yield* scatter({
    record,
    shards: allShards(record),
    seed: plans[0]?.seed ?? 0,
    requestFor: (shards) => ({
      method: "POST",
      path: "/multi-search",
      contentType: "application/json",
      body: JSON.stringify({
        federation: {
          limit: limitFor(queries, settings.distinctAttribute),
          ...(facets === null ? {} : { facetsByIndex: { [record.physicalUid]: facets } }),
        },
        queries: plans.map((plan) => ({ indexUid: record.physicalUid, ...countOnly(plan.bodyFor(shards)) })),
      }),
    }),
    isLocalRefusal: (error) => error.code === "invalid_search_attributes_to_search_on",
  })
  if (gathered.tag === "refused") return gathered
  const counts = gathered.answers.map((answer) => readFederatedCount(answer.body))
  const totalHits = counts.reduce((sum, count) => sum + count.totalHits, 0)
  const { maxValuesPerFacet } = settings
  const sortFacetValuesBy =
    facets?.includes("*") === true ? { "*": settings.sortFacetValuesBy["*"] ?? "alpha" } : settings.sortFacetValuesBy
  const merged = mergeFacets(
    counts.map((count) => count.facets),
    { maxValuesPerFacet, sortFacetValuesBy },
    totalHits,
  )
  return { tag: "counted", totalHits, facets: merged }
})

/**
 * Thresholds and distinct attributes concern only hits that are looked at, and a vector is looked for only where there
 * is a hit to find.
 */
const limitFor = (queries: ReadonlyArray<SearchRequest>, distinctAttribute: string | null): number =>
  Math.max(
    0,
    ...queries.map(({ body, distinct, paging }) => {
      const looksAtHits = (body["rankingScoreThreshold"] ?? distinct ?? distinctAttribute) !== null
      if (looksAtHits && paging.tag === "offset") return paging.limit
      return (body["hybrid"] ?? null) === null ? 0 : 1
    }),
  )

/** Nothing of the hits is needed, and a federated query must not say how many there shall be. */
const countOnly = (body: JsonObject): JsonObject => ({
  ...body,
  offset: undefined,
  limit: undefined,
  page: undefined,
  hitsPerPage: undefined,
  facets: undefined,
  attributesToRetrieve: [],
  attributesToHighlight: undefined,
  attributesToCrop: undefined,
  showMatchesPosition: undefined,
  showRankingScore: undefined,
  showRankingScoreDetails: undefined,
  retrieveVectors: undefined,
})
