import { Effect } from "effect"
import type { IndexRecord } from "#core/catalogue/index-record.ts"
import type { SearchMergePlan } from "#core/merging/merge-search.ts"
import { readSearchAnswer, type SearchAnswer } from "#core/merging/read-search-answer.ts"
import type { NodeClient } from "#core/ports/node-client.ts"
import type { ErrorBody } from "#core/protocol/meilisearch-error.ts"
import { planSearch, type SearchPlan } from "#core/routing/plan-search.ts"
import { type SearchRequest, withoutThreshold } from "#core/routing/search-request.ts"
import { mergeSettingsOf } from "#core/settings/desired-settings.ts"
import type { Cluster } from "./cluster.ts"
import { allShards, type NodeAnswer, scatter } from "./scatter.ts"

export interface GatherOptions {
  /** Hits beyond this many are not wanted; by default the index's `maxTotalHits`. */
  readonly hitsMax?: number
  /** Hits will be compared with those of another query. */
  readonly needsScores?: boolean
}

/** What all nodes together say to one query. */
export type GatheredSearch =
  | { readonly tag: "refused"; readonly error: ErrorBody }
  | {
      readonly tag: "gathered"
      readonly answers: ReadonlyArray<NodeAnswer>
      readonly uncovered: ReadonlyArray<number>
      readonly nodes: ReadonlyArray<SearchAnswer>
      readonly mergePlan: SearchMergePlan
    }

/** Asks every shard once. */
export const gatherSearch = Effect.fnUntraced(function* (
  asked: SearchRequest,
  record: IndexRecord,
  options: GatherOptions = {},
): Effect.fn.Return<GatheredSearch, never, Cluster | NodeClient> {
  const plan = planSearch(asked, record, mergeSettingsOf(record.settings), options)
  const gathered = yield* ask(plan, record)
  if (gathered.tag === "refused") return gathered
  const mergePlan = mergePlanOf(asked, record, plan, options)
  const nodes = gathered.answers.map((answer) => readSearchAnswer(answer.body))
  if (!isCutByThreshold(asked, nodes)) return { ...gathered, tag: "gathered", nodes, mergePlan }
  const counted = yield* ask(
    planSearch(withoutThreshold(asked), record, mergeSettingsOf(record.settings), options),
    record,
  )
  if (counted.tag === "refused") return counted
  const totals = counted.answers.map((answer) => ({ ...readSearchAnswer(answer.body), hits: [] }))
  return { ...gathered, tag: "gathered", nodes: [...withoutTotals(nodes), ...totals], mergePlan }
})

const ask = (plan: SearchPlan, record: IndexRecord) =>
  scatter({
    record,
    shards: allShards(record),
    seed: plan.seed,
    requestFor: (shards) => ({
      method: "POST",
      path: `/indexes/${record.physicalUid}/search`,
      body: JSON.stringify(plan.bodyFor(shards)),
      contentType: "application/json",
    }),
    isLocalRefusal: isUnknownField,
  })

/** A node that never saw a field denies that it can be searched (v1.21); another node may have it. */
const isUnknownField = (error: ErrorBody): boolean => error.code === "invalid_search_attributes_to_search_on"

/**
 * One node with all documents counts what is above the threshold only until the page is full, and everything that
 * matches otherwise (measured on v1.21.0). Each of several nodes decides that for its own page.
 */
const isCutByThreshold = (asked: SearchRequest, nodes: ReadonlyArray<SearchAnswer>): boolean => {
  if ((asked.body["rankingScoreThreshold"] ?? null) === null || asked.paging.tag === "page" || nodes.length < 2)
    return false
  const needed = asked.paging.offset + asked.paging.limit
  return needed > 0 && nodes.reduce((sum, node) => sum + node.hits.length, 0) >= needed
}

const withoutTotals = (nodes: ReadonlyArray<SearchAnswer>): ReadonlyArray<SearchAnswer> =>
  nodes.map((node) => ({ ...node, totalHits: 0, facets: { distribution: null, stats: null } }))

export const mergePlanOf = (
  asked: SearchRequest,
  record: IndexRecord,
  plan: SearchPlan,
  { hitsMax }: GatherOptions,
): SearchMergePlan => {
  const settings = mergeSettingsOf(record.settings)
  return {
    query: asked.query,
    paging: asked.paging,
    maxTotalHits: hitsMax ?? settings.maxTotalHits,
    primaryKey: record.primaryKey,
    hidePrimaryKey: plan.hidePrimaryKey,
    showRankingScore: asked.showRankingScore,
    showRankingScoreDetails: asked.showRankingScoreDetails,
    displayedAttributes: settings.displayedAttributes,
    facets: { maxValuesPerFacet: settings.maxValuesPerFacet, sortFacetValuesBy: plan.sortFacetValuesBy },
    hideFacet: plan.hideFacet,
    distinct: plan.distinct,
    hideDistinct: plan.hideDistinct,
    formattedAttributes: plan.formattedAttributes,
  }
}
