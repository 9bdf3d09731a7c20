import type { Paging } from "#core/routing/search-request.ts"
import { rankingScoreOf } from "./hit-scores.ts"
import { rankOf, type RankedHit } from "./merge-hits.ts"
import { mergeAnswers, type SearchMergePlan } from "./merge-search.ts"
import type { SearchAnswer } from "./read-search-answer.ts"
import { stripHit } from "./strip-hit.ts"

/** What is asked of a search for similar documents. */
export interface SimilarPlan extends SearchMergePlan {
  readonly paging: Extract<Paging, { readonly tag: "offset" }>
  /** Id of the document that others are similar to. */
  readonly id: string
  /** Smallest score that is shown, or null. The nodes were asked without it. */
  readonly threshold: number | null
}

/**
 * Documents that are similar to one, from the answers of the nodes: of those that hold that document to `/similar`, of
 * the others to a search near its vector, each with scores and everything up to the end of the page.
 */
export const mergeSimilar = (
  nodes: ReadonlyArray<SearchAnswer>,
  plan: SimilarPlan,
  processingTimeMs: number,
): string => {
  const { offset, limit } = plan.paging
  const echo = { offset, limit, ...plan.paging.large }
  const merged = mergeAnswers(nodes, plan, { offset: 0, limit: offset + limit })
  // A search also lists documents without a vector, after all others.
  const page = merged.hits.filter(hasSimilarity).slice(offset, offset + limit)
  const cut = page.findIndex((hit) => plan.threshold !== null && rankingScoreOf(hit) < plan.threshold)
  const shown = cut === -1 ? page : page.slice(0, cut)
  // One node counts what it has seen up to the first score that is too small, and all documents where there is none.
  const total = cut === -1 ? merged.totalHits : offset + cut
  const members = [
    `"hits":[${shown.map((hit) => stripHit(hit, merged.view)).join(",")}]`,
    `"id":${JSON.stringify(plan.id)}`,
    `"processingTimeMs":${processingTimeMs}`,
    // `maxTotalHits` concerns the total alone here (measured on v1.21.0).
    `"limit":${echo.limit},"offset":${echo.offset},"estimatedTotalHits":${Math.min(total, plan.maxTotalHits)}`,
  ]
  return `{${members.join(",")}}`
}

const hasSimilarity = (hit: RankedHit): boolean =>
  !rankOf(hit).some((entry) => entry.tag === "similarity" && entry.similarity === null)
