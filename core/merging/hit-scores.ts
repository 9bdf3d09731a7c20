import type { RankedHit } from "./merge-hits.ts"
import { scoreValues, type ScoreValue } from "./score-values.ts"

/** The `_rankingScore` of a hit that was asked for it. */
export const rankingScoreOf = (hit: RankedHit): number => {
  const score = hit.members.find((member) => member.key === "_rankingScore")
  return score === undefined ? 1 : Number(hit.text.slice(score.valueStart, score.valueEnd))
}

/** What the engine compares between queries; see `scoreValues`. */
export const scoreValuesOf = (hit: RankedHit, searchableCount: number): ReadonlyArray<ScoreValue> => {
  const details = hit.members.find((member) => member.key === "_rankingScoreDetails")
  if (details === undefined) return []
  return scoreValues(
    JSON.parse(hit.text.slice(details.valueStart, details.valueEnd)),
    rankingScoreOf(hit),
    searchableCount,
  )
}
