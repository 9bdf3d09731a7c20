import { type MatchRules, type TermMatch, typosMax } from "./match-words.ts"
import type { QueryTerm } from "./query-terms.ts"
import { hardDistance } from "./tokenize.ts"
import type { WordIndex } from "./word-index.ts"

/** How well a document answers a query; all costs: less is better. */
export interface Relevancy {
  readonly matchingWords: number
  readonly maxMatchingWords: number
  readonly typos: number
  readonly typosMax: number
  readonly proximityCost: number
  readonly proximityMax: number
  readonly attributeCost: number
  readonly attributeMax: number
  readonly positionCost: number
  readonly positionMax: number
  readonly matchType: MatchType
  readonly exactWords: number
  readonly exactWordsMax: number
}

export type MatchType = "exactMatch" | "matchesStart" | "noExactMatch"

export interface RelevancyRules extends MatchRules {
  readonly strategy: "last" | "all"
  /** Place of a field in the list of searchable attributes; 0 for all when everything is searchable. */
  readonly weightOf: (field: string) => number
  /** Length of that list. */
  readonly weightCount: number
}

/** Rates one document for these terms, each of which it matches as `matches` says. */
export const rankDocument = (
  terms: ReadonlyArray<QueryTerm>,
  matches: ReadonlyArray<TermMatch>,
  document: number,
  index: WordIndex,
  rules: RelevancyRules,
): Relevancy => {
  const sum = (costOf: (term: QueryTerm, match: TermMatch) => number): number =>
    terms.reduce((total, term, at) => total + costOf(term, matches[at]!), 0)
  const length = sum((term) => term.length)
  const pairs = terms.flatMap((term, at) => (at > 0 && areNeighbours(terms[at - 1]!, term) ? [at] : []))
  return {
    matchingWords: countWords(terms),
    maxMatchingWords: countWords(terms),
    typos: sum((_, match) => match.typos),
    typosMax: sum((term) => typosMax(term, rules)),
    proximityCost: pairs.reduce((total, at) => total + pairCost(matches[at - 1]!, matches[at]!), length - terms.length),
    proximityMax: 1 + pairCostMax * pairs.length + length - terms.length,
    attributeCost: sum(
      (term, match) => term.length * Math.min(...match.spans.map((span) => rules.weightOf(span.field))),
    ),
    attributeMax: (rules.weightCount - 1) * length + 1,
    positionCost: sum((term, match) => Math.min(...match.spans.map((span) => distanceCost(term, span.first)))),
    positionMax: positionCostMax * length + 1,
    matchType: matchTypeOf(terms, matches, document, index, rules),
    exactWords: sum((_, match) => (match.isExact ? 1 : 0)),
    exactWordsMax: length,
  }
}

/** Words further apart than this, or in different fields, are all equally far. */
const pairCostMax = 3

/** The end of a sentence in the query parts two words: then their distance in a document does not count. */
const areNeighbours = (left: QueryTerm, right: QueryTerm): boolean => {
  const end = left.position + (left.isPhrase ? left.words.length : left.length)
  return right.position - end < hardDistance - 1
}

/** Side by side costs 0, each word between them 1, the wrong order one more. */
const pairCost = (left: TermMatch, right: TermMatch): number => {
  let best = pairCostMax
  for (const one of left.spans) {
    for (const other of right.spans) {
      if (one.field !== other.field) continue
      const distance = other.first - one.last
      if (distance !== 0) best = Math.min(best, distance > 0 ? distance - 1 : -distance)
    }
  }
  return best
}

const positionCostMax = 10
/** Highest distance for each cost from 0 on. */
const distanceSteps = [0, 1, 4, 7, 11, 16, 24, 64, 256, 1024]

/** How far a word stands from where it stands in the query. */
const distanceCost = (term: QueryTerm, position: number): number => {
  const place = roundPosition(position)
  let distance = 0
  for (let step = 0; step < term.length; step++) distance += Math.abs(place - term.position - step)
  const cost = distanceSteps.findIndex((highest) => distance <= highest)
  return cost === -1 ? positionCostMax : cost
}

/** Positions are stored exactly up to 15, then only roughly. */
const roundPosition = (position: number): number => {
  if (position < 16) return position
  if (position < 24) return 24
  let rounded = 32
  while (rounded < position) rounded *= 2
  return rounded
}

/**
 * Compares whole fields with the query as typed. Words at the end of the query that no document has, or that this one
 * has only with a typo, are left out of the comparison; such a word elsewhere rules a match out.
 */
const matchTypeOf = (
  terms: ReadonlyArray<QueryTerm>,
  matches: ReadonlyArray<TermMatch>,
  document: number,
  index: WordIndex,
  rules: RelevancyRules,
): MatchType => {
  const isTyped = terms.map(
    (term, at) => term.length === 1 && matches[at]!.typos === 0 && term.words.every((word) => index.postings.has(word)),
  )
  const end = isTyped.lastIndexOf(true) + 1
  if (end === 0 || isTyped.slice(0, end).includes(false)) return "noExactMatch"
  const known = terms
    .slice(0, end)
    .flatMap((term) => term.words.map((word, step) => ({ word, position: term.position + step })))
  const length = known.length
  let best: MatchType = "noExactMatch"
  for (const [field, fieldLength] of index.lengthsOf.get(document) ?? []) {
    const matches =
      rules.maySearch(field) &&
      known.every(({ word, position }) =>
        index.postings
          .get(word)
          ?.get(document)
          ?.some((place) => place.field === field && place.position === position),
      )
    if (matches && fieldLength === length) return "exactMatch"
    if (matches) best = "matchesStart"
  }
  return best
}

/** A phrase counts all its words, two words written as one count as two. */
export const countWords = (terms: ReadonlyArray<QueryTerm>): number =>
  terms.reduce((sum, term) => sum + (term.isPhrase ? term.words.length : term.length), 0)
