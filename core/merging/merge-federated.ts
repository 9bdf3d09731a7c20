import { printFloat } from "#core/protocol/serde-json-print.ts"
import { createDistinct } from "./distinct.ts"
import { rankingScoreOf, scoreValuesOf } from "./hit-scores.ts"
import { primaryKeyOf, type RankedHit } from "./merge-hits.ts"
import { mergeLists } from "./merge-lists.ts"
import { readField } from "./read-field.ts"
import { compareWeighted, type Weighted } from "./score-values.ts"
import { type HitView, stripHit } from "./strip-hit.ts"

/** The best hits of one query of a federated search, in the order of that query. */
export interface QueryHits {
  /** Number of the query in the request. */
  readonly position: number
  /** The client's name of the index. */
  readonly indexUid: string
  readonly primaryKey: string | null
  readonly weight: number
  readonly searchableCount: number
  readonly hits: ReadonlyArray<RankedHit>
  readonly view: HitView
}

export interface FederatedHit extends Weighted {
  readonly query: QueryHits
  readonly hit: RankedHit
}

export interface FederationPlan {
  readonly offset: number
  readonly limit: number
  /** The attribute of which each value may appear once among all hits, or null. */
  readonly distinct: string | null
}

export interface FederatedHits {
  readonly hits: ReadonlyArray<FederatedHit>
  /** Hits that were left out because one before them had their distinct value. */
  readonly rejected: number
}

/**
 * One list from the lists of several queries, as the engine makes it: first within each index, where a document appears
 * once, then over all indexes. Ties go to the earlier query.
 */
export const mergeFederated = (queries: ReadonlyArray<QueryHits>, plan: FederationPlan): FederatedHits => {
  const ordered = [...queries].sort((left, right) => left.position - right.position)
  const byIndex = [...Map.groupBy(ordered, (query) => query.indexUid).values()]
  const lists = byIndex.map((ofIndex) => mergeIndex(ofIndex, plan.offset + plan.limit))
  const isFirst = createDistinct()
  let rejected = 0
  const accept = (distinct: string) => (hit: FederatedHit) => {
    const isNew = isFirst(readField(hit.hit.text, hit.hit.members, distinct))
    if (!isNew) rejected++
    return isNew
  }
  const hits = mergeLists<FederatedHit, FederatedHit>(lists, {
    offset: plan.offset,
    limit: plan.limit,
    open: (hit) => hit,
    compare: (left, right) => compareWeighted(left, right) || left.query.position - right.query.position,
    accept: plan.distinct === null ? null : accept(plan.distinct),
  })
  return { hits, rejected }
}

const mergeIndex = (queries: ReadonlyArray<QueryHits>, limit: number): ReadonlyArray<FederatedHit> => {
  const seen = new Set<string>()
  return mergeLists<RankedHit, FederatedHit>(
    queries.map((query) => query.hits),
    {
      offset: 0,
      limit,
      open: (hit, list) => weigh(hit, queries[list]!),
      compare: compareWeighted,
      accept: ({ hit, query }) => {
        if (queries.length === 1 || query.primaryKey === null) return true
        const id = primaryKeyOf(hit, query.primaryKey)
        const isNew = !seen.has(id)
        seen.add(id)
        return isNew
      },
    },
  )
}

const weigh = (hit: RankedHit, query: QueryHits): FederatedHit => ({
  query,
  hit,
  values: scoreValuesOf(hit, query.searchableCount),
  weight: query.weight,
  score: rankingScoreOf(hit) * query.weight,
})

/** The client's text of a hit, with where it comes from. */
export const printFederatedHit = ({ query, hit, score }: FederatedHit): string => {
  const { position, indexUid, view } = query
  const text = stripHit(hit, view)
  const origin = `{"indexUid":${JSON.stringify(indexUid)},"queriesPosition":${position},"weightedRankingScore":${printFloat(score)}}`
  return `${text.slice(0, -1)}${text === "{}" ? "" : ","}"_federation":${origin}}`
}
