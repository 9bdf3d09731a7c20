import { isJsonObject } from "#core/prelude/json.ts"
import { compareSortValues } from "./compare-hits.ts"
import { rankKey, type Direction, type SortValue } from "./rank-key.ts"

/**
 * What the engine compares between hits of different queries, or between the two halves of a hybrid search: adjacent
 * relevancy rules folded into one number between 0 and 1, and the sort keys between them.
 */
export type ScoreValue =
  | { readonly tag: "score"; readonly score: number }
  | { readonly tag: "sort"; readonly direction: Direction; readonly value: SortValue }
  | { readonly tag: "geo"; readonly direction: Direction; readonly metres: number | null }

/**
 * From the parsed `_rankingScoreDetails` of a hit. Its `_rankingScore` is the number of the first run of relevancy
 * rules (measured on v1.21.0); later runs are folded here. `searchableCount`: number of searchable attributes, 1 where
 * all are searched alike.
 */
export const scoreValues = (
  details: unknown,
  rankingScore: number,
  searchableCount: number,
): ReadonlyArray<ScoreValue> => {
  if (!isJsonObject(details)) return []
  const rules = Object.entries(details)
    .flatMap(([rule, detail]) => (isJsonObject(detail) ? [{ rule, detail, order: Number(detail["order"]) }] : []))
    .sort((left, right) => left.order - right.order)
  const words = numberOf(details, "words", "matchingWords")
  const values: Array<ScoreValue> = []
  let run: Array<Rank> | null = null
  for (const { rule, detail } of rules) {
    const ranks = ranksOf(rule, detail, words, searchableCount)
    if (ranks !== null) {
      if (run === null) values.push({ tag: "score", score: 0 })
      run = [...(run ?? []), ...ranks]
      values[values.length - 1] = { tag: "score", score: fold(run) }
    } else {
      run = null
      values.push(valueOf(rule, detail))
    }
  }
  const first = values.findIndex((value) => value.tag === "score")
  if (first !== -1) values[first] = { tag: "score", score: rankingScore }
  return values
}

/** Rank 1 to `max`, the larger the better. */
interface Rank {
  readonly rank: number
  readonly max: number
}

/** As the engine folds ranks: each rule decides inside one step of the rule before it. */
const fold = (ranks: ReadonlyArray<Rank>): number => {
  let rank = 1
  let max = 1
  for (const next of ranks) {
    rank = (rank - 1) * next.max + next.rank
    max *= next.max
  }
  return rank / max
}

type Detail = Readonly<Record<string, unknown>>

/** Largest ranks: facts of the engine's rules, for `words` remaining query words. Null for what is no relevancy rule. */
const ranksOf = (
  rule: string,
  detail: Detail,
  words: number | null,
  searchableCount: number,
): ReadonlyArray<Rank> | null => {
  const known = words ?? wordsOfExactness(detail) ?? 1
  switch (rule) {
    case "words": {
      const max = Number(detail["maxMatchingWords"])
      return [{ rank: Number(detail["matchingWords"]), max }]
    }
    case "typo": {
      const max = Number(detail["maxTypoCount"]) + 1
      return [{ rank: max - Number(detail["typoCount"]), max }]
    }
    case "proximity":
      return [rankOfScore(detail["score"], 3 * (known - 1) + 1)]
    case "attribute":
      return [
        rankOfScore(detail["attributeRankingOrderScore"], (searchableCount - 1) * known + 1),
        rankOfScore(detail["queryWordDistanceScore"], 10 * known + 1),
      ]
    case "attributeRank":
      return [rankOfScore(detail["score"], (searchableCount - 1) * known + 1)]
    case "wordPosition":
      return [rankOfScore(detail["score"], 10 * known + 1)]
    case "exactness":
      return [rankOfScore(detail["score"], 3 * (known + 1))]
    case "skipped":
      return [{ rank: 0, max: 1 }]
    default:
      return null
  }
}

const rankOfScore = (score: unknown, max: number): Rank => ({ rank: Math.round(Number(score) * max), max })

const wordsOfExactness = (detail: Detail): number | null =>
  typeof detail["maxMatchingWords"] === "number" ? detail["maxMatchingWords"] : null

const numberOf = (details: Detail, rule: string, field: string): number | null => {
  const detail = details[rule]
  const value = isJsonObject(detail) ? detail[field] : undefined
  return typeof value === "number" ? value : null
}

const valueOf = (rule: string, detail: Detail): ScoreValue => {
  const [entry] = rankKey({ [rule]: detail })
  switch (entry?.tag) {
    case "value":
      return { tag: "sort", direction: entry.direction, value: entry.value }
    case "distance":
      return { tag: "geo", direction: entry.direction, metres: entry.metres }
    case "similarity":
      return { tag: "score", score: entry.similarity ?? 0 }
    default:
      return { tag: "score", score: 0 }
  }
}

/** A hit as it is compared with one of another query. */
export interface Weighted {
  readonly values: ReadonlyArray<ScoreValue>
  readonly weight: number
  /** `_rankingScore` times the weight. */
  readonly score: number
}

/** The engine's order of hits of two queries of a federated search: negative when `left` comes first, 0 for a tie. */
export const compareWeighted = (left: Weighted, right: Weighted): number => {
  for (let index = 0; ; index++) {
    const one = left.values[index]
    const other = right.values[index]
    if (one === undefined || other === undefined) return Number(one === undefined) - Number(other === undefined)
    if (one.tag === "score" && other.tag === "score") {
      const order = compareScores(one.score * left.weight, other.score * right.weight)
      if (order !== 0) return order
    } else if (one.tag === "sort" && other.tag === "sort" && one.direction === other.direction) {
      const order = compareSortValues(one.value, other.value, one.direction)
      if (order !== 0) return order
    } else if (one.tag === "geo" && other.tag === "geo" && one.direction === other.direction) {
      const order = compareDistances(one.metres, other.metres)
      if (order !== 0) return order
    } else if (one.tag !== "score" && one.tag === other.tag) return compareScores(left.score, right.score)
    // What cannot be compared: the hit with more keys left wins, then the better score.
    else return right.values.length - left.values.length || compareScores(left.score, right.score)
  }
}

/** The engine's order of the two halves of a hybrid search; a tie goes to the caller. */
export const compareHalves = (left: Omit<Weighted, "score">, right: Omit<Weighted, "score">): number => {
  for (let index = 0; ; index++) {
    const one = left.values[index]
    const other = right.values[index]
    if (one === undefined || other === undefined) return Number(one === undefined) - Number(other === undefined)
    if (one.tag === "score" && other.tag === "score") {
      const order = compareScores(one.score * left.weight, other.score * right.weight)
      if (order !== 0) return order
    } else if (one.tag === "sort" && other.tag === "sort") {
      const order = compareSortValues(one.value, other.value, one.direction)
      if (order !== 0) return order
    } else if (one.tag === "geo" && other.tag === "geo") {
      const order = compareSortValues(one.metres, other.metres, one.direction)
      if (order !== 0) return order
    } else if (one.tag === "score") return one.score === 0 ? 1 : -1
    else if (other.tag === "score") return other.score === 0 ? -1 : 1
    else return 0
  }
}

/** The tolerance of the engine's own comparison. */
const compareScores = (left: number, right: number): number =>
  Math.abs(left - right) <= Number.EPSILON ? 0 : left > right ? -1 : 1

/** The engine takes the larger distance for the better one in both directions when it compares two queries. */
const compareDistances = (left: number | null, right: number | null): number => {
  if (left === null || right === null) return Number(left === null) - Number(right === null)
  return compareScores(left, right)
}
