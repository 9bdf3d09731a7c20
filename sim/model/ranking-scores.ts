import { unreachable } from "#core/prelude/unreachable.ts"
import type { FacetValue } from "./read-fields.ts"
import type { RawObject, RawValue } from "./raw-json.ts"
import type { MatchType, Relevancy } from "./rank-document.ts"

export type RelevancyRule = "words" | "typo" | "proximity" | "attribute" | "exactness"

export interface SortRule {
  readonly tag: "sort"
  readonly field: string
  readonly direction: "asc" | "desc"
  /** Whether clients may see the values. */
  readonly isShown: boolean
}

export type RankingRule = { readonly tag: RelevancyRule } | SortRule

/** What orders a document: its relevancy (null for a query without words) and, for each sort rule, its value. */
export interface RankedDocument {
  readonly document: number
  readonly relevancy: Relevancy | null
  /** One for each sort rule, in order. */
  readonly sortValues: ReadonlyArray<FacetValue | null>
}

/** Rule by rule, best first; equal documents stay in the order of their internal numbers. */
export const compareRanked =
  (rules: ReadonlyArray<RankingRule>) =>
  (left: RankedDocument, right: RankedDocument): number => {
    let sortAt = 0
    for (const rule of rules) {
      const order =
        rule.tag === "sort"
          ? compareSortValues(left.sortValues[sortAt] ?? null, right.sortValues[sortAt++] ?? null, rule.direction)
          : compareRelevancy(rule.tag, left.relevancy, right.relevancy)
      if (order !== 0) return order
    }
    return left.document - right.document
  }

/** Numbers, then texts, then nothing: for both directions. */
export const compareSortValues = (
  left: FacetValue | null,
  right: FacetValue | null,
  direction: "asc" | "desc",
): number => {
  if (left === null || right === null) return (left === null ? 1 : 0) - (right === null ? 1 : 0)
  if (left.tag !== right.tag) return left.tag === "number" ? -1 : 1
  const order = compareFacetValues(left, right)
  return direction === "asc" ? order : -order
}

export const compareFacetValues = (left: FacetValue, right: FacetValue): number => {
  if (left.tag === "number" && right.tag === "number") return left.number - right.number
  if (left.tag === "text" && right.tag === "text") return compareTexts(left.normal, right.normal)
  return left.tag === "number" ? -1 : 1
}

/** By code points, which is the order of UTF-8 bytes. */
export const compareTexts = (left: string, right: string): number => {
  const [others, characters] = [[...right], [...left]]
  for (const [at, character] of characters.entries()) {
    const other = others[at]
    if (other === undefined) return 1
    if (other !== character) return character.codePointAt(0)! - other.codePointAt(0)!
  }
  return characters.length - others.length
}

const matchTypeRank = { noExactMatch: 1, matchesStart: 2, exactMatch: 3 } as const satisfies Record<MatchType, number>

/** Ranks of a rule as pairs of rank (1 is worst) and best rank: the form in which scores are folded into one number. */
const ranksOf = (rule: RelevancyRule, score: Relevancy): ReadonlyArray<readonly [rank: number, best: number]> => {
  switch (rule) {
    case "words":
      return [[score.matchingWords, score.maxMatchingWords]]
    case "typo":
      return [[score.typosMax + 1 - score.typos, score.typosMax + 1]]
    case "proximity":
      return [[score.proximityMax - score.proximityCost, score.proximityMax]]
    case "attribute":
      return [
        [score.attributeMax - score.attributeCost, score.attributeMax],
        [score.positionMax - score.positionCost, score.positionMax],
      ]
    case "exactness":
      return [
        [matchTypeRank[score.matchType], 3],
        [score.exactWords + 1, score.exactWordsMax + 1],
      ]
    default:
      return unreachable(rule)
  }
}

const compareRelevancy = (rule: RelevancyRule, left: Relevancy | null, right: Relevancy | null): number => {
  if (left === null || right === null) return 0
  if (rule === "typo") return left.typos - right.typos
  const others = ranksOf(rule, right)
  for (const [at, [rank]] of ranksOf(rule, left).entries()) {
    if (rank !== others[at]![0]) return others[at]![0] - rank
  }
  return 0
}

const fold = (ranks: ReadonlyArray<readonly [number, number]>): number => {
  let rank = 1
  let best = 1
  for (const [innerRank, innerBest] of ranks) {
    rank = (rank - 1) * innerBest + innerRank
    best *= innerBest
  }
  return rank / best
}

/** One number from 0 to 1. Rules after the first sort rule do not count (measured). */
export const rankingScore = (rules: ReadonlyArray<RankingRule>, ranked: RankedDocument): number => {
  const { relevancy } = ranked
  if (relevancy === null) return 1
  const ranks: Array<readonly [number, number]> = []
  for (const rule of rules) {
    if (rule.tag === "sort") break
    ranks.push(...ranksOf(rule.tag, relevancy))
  }
  return fold(ranks)
}

const integer = (value: number): RawValue => ({ digits: `${value}` })
export const float = (value: number): RawValue => ({ digits: Number.isInteger(value) ? `${value}.0` : `${value}` })

/** The object that clients see as `_rankingScoreDetails`. */
export const rankingScoreDetails = (rules: ReadonlyArray<RankingRule>, ranked: RankedDocument): RawObject => {
  const details = new Map<string, RawValue>()
  let order = 0
  let sortAt = 0
  for (const rule of rules) {
    const at = ["order", integer(order)] as const
    if (rule.tag === "sort") {
      const value = ranked.sortValues[sortAt++] ?? null
      const shown = value === null ? null : value.tag === "number" ? float(value.number) : value.normal
      if (rule.isShown)
        details.set(`${rule.field}:${rule.direction}`, new Map<string, RawValue>([at, ["value", shown]]))
      else details.set(`<hidden-rule-${order}>`, new Map<string, RawValue>([at, ["value", "<hidden>"]]))
    } else {
      if (ranked.relevancy === null) continue
      details.set(rule.tag, new Map<string, RawValue>([at, ...describeRule(rule.tag, ranked.relevancy)]))
    }
    order++
  }
  return details
}

const describeRule = (rule: RelevancyRule, score: Relevancy): ReadonlyArray<readonly [string, RawValue]> => {
  const ranks = ranksOf(rule, score)
  const total = ["score", float(fold(ranks))] as const
  switch (rule) {
    case "words":
      return [
        ["matchingWords", integer(score.matchingWords)],
        ["maxMatchingWords", integer(score.maxMatchingWords)],
        total,
      ]
    case "typo":
      return [["typoCount", integer(score.typos)], ["maxTypoCount", integer(score.typosMax)], total]
    case "proximity":
      return [total]
    case "attribute":
      return [
        ["attributeRankingOrderScore", float(fold(ranks.slice(0, 1)))],
        ["queryWordDistanceScore", float(fold(ranks.slice(1)))],
        total,
      ]
    case "exactness":
      return describeExactness(score, total)
    default:
      return unreachable(rule)
  }
}

const describeExactness = (
  score: Relevancy,
  total: readonly [string, RawValue],
): ReadonlyArray<readonly [string, RawValue]> =>
  score.matchType === "noExactMatch"
    ? [
        ["matchType", score.matchType],
        ["matchingWords", integer(score.exactWords)],
        ["maxMatchingWords", integer(score.exactWordsMax)],
        total,
      ]
    : [
        ["matchType", score.matchType],
        ["score", float(matchTypeRank[score.matchType] / 3)],
      ]
