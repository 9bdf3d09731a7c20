import type { QueryTerm } from "./query-terms.ts"
import { typoCount } from "./typo-distance.ts"
import type { Occurrence, WordIndex } from "./word-index.ts"

/** A run of words in a document that stands for a query term. */
export interface Span {
  readonly field: string
  readonly first: number
  readonly last: number
}

/** How one document answers one term: with the fewest typos it can. */
export interface TermMatch {
  readonly typos: number
  /** The very word, not a longer one and not a similar one. */
  readonly isExact: boolean
  readonly spans: ReadonlyArray<Span>
}

export interface MatchRules {
  /** Typos that a word may have: 0, 1 or 2. */
  readonly typosAllowed: (word: string) => number
  /** Other ways to say a word, as words. */
  readonly synonymsOf: (words: ReadonlyArray<string>) => ReadonlyArray<ReadonlyArray<string>>
  readonly maySearch: (field: string) => boolean
  /** Fields in which only the very word counts. */
  readonly isExactField: (field: string) => boolean
}

/** A way in which a term may stand in a text, with the number of typos that it costs. */
export interface Variant {
  readonly words: ReadonlyArray<string>
  readonly typos: number
  readonly isExact: boolean
}

/** Writing two words as one counts as two typos, splitting one as one. */
const joinTypos = 2
const splitTypos = 1

export const variantsOf = (term: QueryTerm, index: WordIndex, rules: MatchRules): ReadonlyArray<Variant> => {
  if (term.isPhrase) return [{ words: term.words, typos: 0, isExact: true }]
  const typed = term.words[0]!
  const joined = term.length > 1 ? joinTypos : 0
  const budget = joined > 0 ? Math.max(0, rules.typosAllowed(typed) - 1) : rules.typosAllowed(typed)
  const variants: Array<Variant> = []
  for (const word of index.postings.keys()) {
    const typos = typoCount(typed, word, term.isPrefix, budget)
    if (typos !== null) variants.push({ words: [word], typos: joined + typos, isExact: word === typed && joined === 0 })
  }
  for (const words of rules.synonymsOf(term.words)) variants.push({ words, typos: joined, isExact: false })
  const split = joined > 0 ? null : bestSplit(typed, index)
  if (split !== null) variants.push({ words: split, typos: splitTypos, isExact: false })
  return variants
}

/** The most the `typo` rule may count for a term; every word may at least be split. */
export const typosMax = (term: QueryTerm, rules: MatchRules): number =>
  term.isPhrase ? 0 : term.length > 1 ? joinTypos + 1 : Math.max(splitTypos, rules.typosAllowed(term.words[0]!))

/** document → its best match for the term. */
export const matchTerm = (term: QueryTerm, index: WordIndex, rules: MatchRules): ReadonlyMap<number, TermMatch> => {
  const matches = new Map<number, TermMatch>()
  for (const variant of variantsOf(term, index, rules)) {
    for (const [document, places] of index.postings.get(variant.words[0] ?? "") ?? []) {
      const known = matches.get(document)
      if (known !== undefined && known.typos < variant.typos) continue
      const spans = spansOf(variant, document, places, index, rules)
      if (spans.length === 0) continue
      const isBetter = known === undefined || known.typos > variant.typos
      matches.set(document, {
        typos: variant.typos,
        isExact: variant.isExact || (!isBetter && known.isExact),
        spans: isBetter ? spans : [...known.spans, ...spans],
      })
    }
  }
  return matches
}

const spansOf = (
  variant: Variant,
  document: number,
  places: ReadonlyArray<Occurrence>,
  index: WordIndex,
  rules: MatchRules,
): ReadonlyArray<Span> => {
  const rest = variant.words.slice(1).map((word) => index.postings.get(word)?.get(document) ?? [])
  return places
    .filter(
      ({ field, position }) =>
        rules.maySearch(field) &&
        (variant.isExact || !rules.isExactField(field)) &&
        rest.every((others, step) =>
          others.some((other) => other.field === field && other.position === position + step + 1),
        ),
    )
    .map(({ field, position }) => ({ field, first: position, last: position + rest.length }))
}

/** `nowhere` as `now here`: the split whose two words stand side by side most often. */
const bestSplit = (word: string, index: WordIndex): ReadonlyArray<string> | null => {
  let best: ReadonlyArray<string> | null = null
  let bestCount = 0
  const letters = [...word]
  for (let cut = 1; cut < letters.length; cut++) {
    const pair = [letters.slice(0, cut).join(""), letters.slice(cut).join("")] as const
    const count = countNeighbours(pair[0], pair[1], index)
    if (count > bestCount) [best, bestCount] = [pair, count]
  }
  return best
}

const countNeighbours = (left: string, right: string, index: WordIndex): number => {
  const rightPostings = index.postings.get(right)
  if (rightPostings === undefined) return 0
  let count = 0
  for (const [document, places] of index.postings.get(left) ?? []) {
    const others = rightPostings.get(document) ?? []
    if (
      places.some((place) =>
        others.some((other) => other.field === place.field && other.position === place.position + 1),
      )
    )
      count++
  }
  return count
}
