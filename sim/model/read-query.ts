import { matchesPattern } from "./attribute-patterns.ts"
import { type FindRanges, rangesFinder } from "./format-hit.ts"
import { type MatchRules, variantsOf } from "./match-words.ts"
import { type ModelIndex, type StoredDocument, tokenizerOf, weightOf, wordsOf } from "./model-index.ts"
import type { ModelSettings } from "./model-settings.ts"
import { parseQueryTerms, type QueryTerm } from "./query-terms.ts"
import { refuse } from "./refusal.ts"
import type { Relevancy } from "./rank-document.ts"
import { findRelevant } from "./relevancy.ts"
import type { SearchRequest } from "./search-request.ts"
import { listVisible } from "./sort-rules.ts"
import { normalizeWord, tokenize } from "./tokenize.ts"
import type { WordIndex } from "./word-index.ts"

/** What the words of a request select and highlight. */
export interface ReadQuery {
  /** Relevancy by internal number; null for all documents when the query has no words. */
  readonly select: (allowed: ReadonlyArray<StoredDocument>) => ReadonlyMap<number, Relevancy | null>
  readonly findRanges: FindRanges
}

export const readQuery = (index: ModelIndex, uid: string, request: SearchRequest): ReadQuery => {
  const { settings } = index
  const tokenizer = tokenizerOf(settings)
  const { terms, negatives } = parseQueryTerms(request.q ?? "", {
    tokenizer,
    stopWords: new Set(settings.stopWords),
    allowsPrefix: settings.prefixSearch === "indexingTime",
  })
  checkSearchOn(index, uid, request.attributesToSearchOn)
  const rules = matchRules(settings, request.attributesToSearchOn)
  let finder: FindRanges | null = null
  return {
    findRanges: (text) => (finder ??= rangesOf(terms, wordsOf(index), rules, index))(text),
    select: (allowed) => {
      const words = wordsOf(index)
      const selected = new Map<number, Relevancy | null>()
      const excluded = new Set(negatives.flatMap((phrase) => documentsWith(phrase, words, rules)))
      const relevant =
        terms.length === 0
          ? null
          : findRelevant(terms, words, {
              ...rules,
              strategy: request.matchingStrategy,
              weightOf: (field) => weightOf(settings, field) ?? 0,
              weightCount: settings.searchableAttributes.includes("*") ? 1 : settings.searchableAttributes.length,
            })
      for (const { number } of allowed) {
        if (excluded.has(number)) continue
        if (relevant === null) selected.set(number, null)
        else if (relevant.has(number)) selected.set(number, relevant.get(number)!)
      }
      return selected
    },
  }
}

const checkSearchOn = (index: ModelIndex, uid: string, attributes: ReadonlyArray<string> | null): void => {
  const { searchableAttributes } = index.settings
  for (const name of attributes ?? []) {
    if (searchableAttributes.includes("*") || name === "*" || weightOf(index.settings, name) !== null) continue
    refuse(
      "invalid_search_attributes_to_search_on",
      `Index \`${uid}\`: Attribute \`${name}\` is not searchable. Available searchable attributes are: \`${listSearchable(index)}\`.`,
    )
  }
}

const listSearchable = (index: ModelIndex): string => {
  const names = [...index.fieldNames].filter((field) => weightOf(index.settings, field) !== null)
  return listVisible(names.sort(), index.settings)
}

const matchRules = (settings: ModelSettings, searchOn: ReadonlyArray<string> | null): MatchRules => {
  const { typoTolerance } = settings
  const exactWords = new Set(typoTolerance.disableOnWords.map(normalizeWord))
  const tokenizer = tokenizerOf(settings)
  const synonyms = new Map(
    Object.entries(settings.synonyms).map(([word, others]) => [
      wordsIn(word).join(" "),
      others.map(wordsIn).filter((words) => words.length > 0),
    ]),
  )
  function wordsIn(text: string): ReadonlyArray<string> {
    return tokenize(text, tokenizer).map((token) => token.word)
  }
  return {
    typosAllowed: (word) => {
      const { enabled, minWordSizeForTypos, disableOnNumbers } = typoTolerance
      if (!enabled || exactWords.has(word) || (disableOnNumbers && /^\d+$/.test(word))) return 0
      const length = [...word].length
      return length >= minWordSizeForTypos.twoTypos ? 2 : length >= minWordSizeForTypos.oneTypo ? 1 : 0
    },
    synonymsOf: (words) => synonyms.get(words.join(" ")) ?? [],
    maySearch: (field) => searchOn === null || searchOn.some((name) => matchesPattern(name, field)),
    isExactField: (field) => typoTolerance.disableOnAttributes.some((name) => name === field),
  }
}

const documentsWith = (phrase: ReadonlyArray<string>, words: WordIndex, rules: MatchRules): ReadonlyArray<number> => {
  const [first = "", ...rest] = phrase
  return [...(words.postings.get(first) ?? [])].flatMap(([document, places]) => {
    const stands = places.some(
      ({ field, position }) =>
        rules.maySearch(field) &&
        rest.every((word, step) =>
          words.postings
            .get(word)
            ?.get(document)
            ?.some((other) => other.field === field && other.position === position + step + 1),
        ),
    )
    return stands ? [document] : []
  })
}

/** A word that is longer than what was typed is highlighted only as far as it was typed, or as far as a known word goes. */
const rangesOf = (
  terms: ReadonlyArray<QueryTerm>,
  words: WordIndex,
  rules: MatchRules,
  index: ModelIndex,
): FindRanges => {
  const lengths = new Map<string, number | "all">()
  const phrases: Array<ReadonlyArray<string>> = []
  for (const term of terms) {
    const variants = variantsOf(term, words, rules)
    phrases.push(...variants.filter((variant) => variant.words.length > 1).map((variant) => variant.words))
    const single = variants.filter((variant) => variant.words.length === 1).map((variant) => variant.words[0]!)
    const sorted = term.isPrefix ? [...term.words, ...single.toSorted()] : []
    for (const word of single) {
      const typed = term.words[0]!
      if (lengths.has(word)) continue
      const beginning = sorted.find((candidate) => candidate !== word && word.startsWith(candidate)) ?? typed
      const length = Math.min(beginning.length, typed.length)
      lengths.set(word, term.isPrefix && word !== typed && word.length > length ? length : "all")
    }
  }
  return rangesFinder(lengths, phrases, tokenizerOf(index.settings))
}
