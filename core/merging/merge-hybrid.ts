import { rankingScoreOf, scoreValuesOf } from "./hit-scores.ts"
import { isSemantic, primaryKeyOf, type RankedHit } from "./merge-hits.ts"
import { mergeLists } from "./merge-lists.ts"
import type { MergedSearch } from "./merge-search.ts"
import { compareHalves, type ScoreValue } from "./score-values.ts"

/*
 * A hybrid search decides on the results of all documents, so the nodes are asked for both halves apart, and the engine's rule is
 * applied here: where the best keyword results are good enough they are the answer; otherwise both halves are merged by
 * their scores, weighted with the ratio.
 */

export interface HybridPlan {
  /** Weight of the semantic half, between 0 and 1. */
  readonly ratio: number
  readonly offset: number
  readonly limit: number
  readonly primaryKey: string | null
  readonly searchableCount: number
}

export interface HybridMerge {
  readonly merged: MergedSearch
  /** The words alone were good enough. */
  readonly isByWords: boolean
}

/**
 * Both halves hold everything up to the end of the page. The semantic half counts what either half has found; where its
 * vector could not be computed it holds no hits.
 */
export const mergeHybrid = (keyword: MergedSearch, semantic: MergedSearch, plan: HybridPlan): HybridMerge => {
  if (isGoodEnough(keyword.hits, plan)) {
    const hits = keyword.hits.slice(plan.offset, plan.offset + plan.limit)
    return { merged: { ...keyword, hits, semanticHitCount: 0 }, isByWords: true }
  }
  const hits = mergeHalves(keyword.hits, semantic.hits, plan)
  const merged = {
    ...semantic,
    hits,
    view: { ...semantic.view, typoCounts: keyword.view.typoCounts },
    semanticHitCount: hits.filter(isSemantic).length,
  }
  return { merged, isByWords: false }
}

/** A keyword score of 0.9 at equal weights: the engine's constant. */
const goodEnoughScore = 0.45

const isGoodEnough = (hits: ReadonlyArray<RankedHit>, { ratio, offset, limit }: HybridPlan): boolean => {
  const weight = keywordWeight(ratio)
  return hits.length >= offset + limit && hits.every((hit) => rankingScoreOf(hit) * weight >= goodEnoughScore)
}

/** The engine keeps the ratio in 32 bits. */
const keywordWeight = (ratio: number): number => Math.fround(1 - Math.fround(ratio))

interface Half {
  readonly hit: RankedHit
  readonly values: ReadonlyArray<ScoreValue>
  readonly weight: number
}

/** At a tie the semantic half comes first; a document that both halves have found is taken where it first comes. */
const mergeHalves = (
  keyword: ReadonlyArray<RankedHit>,
  semantic: ReadonlyArray<RankedHit>,
  plan: HybridPlan,
): ReadonlyArray<RankedHit> => {
  const weights = [Math.fround(plan.ratio), keywordWeight(plan.ratio)]
  const seen = new Set<string>()
  return mergeLists<RankedHit, Half>([semantic, keyword], {
    offset: plan.offset,
    limit: plan.limit,
    open: (hit, list) => ({ hit, values: scoreValuesOf(hit, plan.searchableCount), weight: weights[list]! }),
    compare: compareHalves,
    accept: ({ hit }) => {
      const id = plan.primaryKey === null ? String(hit.start) : primaryKeyOf(hit, plan.primaryKey)
      const isNew = !seen.has(id)
      seen.add(id)
      return isNew
    },
  }).map(({ hit }) => hit)
}
