import { matchTerm, typosMax } from "./match-words.ts"
import { joinTerms, type QueryTerm } from "./query-terms.ts"
import { countWords, rankDocument, type Relevancy, type RelevancyRules } from "./rank-document.ts"
import type { WordIndex } from "./word-index.ts"

/** Every document that matches, by its internal number. */
export const findRelevant = (
  terms: ReadonlyArray<QueryTerm>,
  index: WordIndex,
  rules: RelevancyRules,
): ReadonlyMap<number, Relevancy> => {
  const found = new Map<number, Relevancy>()
  const maxima = new Map<number, number>()
  const maxMatchingWords = countWords(terms)
  const paths = pathsOf(terms)
  if (rules.strategy === "all") maxima.set(maxMatchingWords, typosOfAllPaths(terms, rules))
  for (const path of paths) {
    const matches = path.map((term) => matchTerm(term, index, rules))
    for (const kept of keptTerms(path, rules.strategy)) {
      for (const document of matches[kept[0]!]!.keys()) {
        const keptMatches = kept.map((at) => matches[at]!.get(document))
        if (!keptMatches.every((match) => match !== undefined)) continue
        const keptPath = kept.map((at) => path[at]!)
        const words = countWords(keptPath)
        const known = found.get(document)
        const highest = keptPath.reduce((sum, term) => sum + typosMax(term, rules), 0)
        maxima.set(words, Math.max(maxima.get(words) ?? 0, highest))
        if (known !== undefined && known.matchingWords >= words && (known.matchingWords > words || path === terms))
          continue
        const relevancy = rankDocument(keptPath, keptMatches, document, index, rules)
        if (known === undefined || words > known.matchingWords || relevancy.typos < known.typos) {
          found.set(document, { ...relevancy, maxMatchingWords })
        }
      }
    }
  }
  for (const [document, relevancy] of found) {
    found.set(document, { ...relevancy, typosMax: maxima.get(relevancy.matchingWords) ?? relevancy.typosMax })
  }
  return found
}

/** With strategy `all` the engine keeps every way to join words, matched or not: the one with the most typos counts. */
const typosOfAllPaths = (terms: ReadonlyArray<QueryTerm>, rules: RelevancyRules): number => {
  const best = [0]
  for (const [at, term] of terms.entries()) {
    const joined = at === 0 ? null : joinTerms(terms[at - 1]!, term)
    const pair = joined === null ? 0 : best[at - 1]! + typosMax(joined, rules)
    best.push(Math.max(best[at]! + typosMax(term, rules), pair))
  }
  return best.at(-1)!
}

/** The query as typed, and the query with two neighbours written as one word. */
const pathsOf = (terms: ReadonlyArray<QueryTerm>): ReadonlyArray<ReadonlyArray<QueryTerm>> => [
  terms,
  ...terms.slice(1).flatMap((right, at) => {
    const joined = joinTerms(terms[at]!, right)
    return joined === null ? [] : [[...terms.slice(0, at), joined, ...terms.slice(at + 2)]]
  }),
]

/** Strategy `last` gives up words from the end, never a phrase, and never the last that is left. */
const keptTerms = (path: ReadonlyArray<QueryTerm>, strategy: "last" | "all"): ReadonlyArray<ReadonlyArray<number>> => {
  let kept: ReadonlyArray<number> = path.map((_, at) => at)
  const steps = [kept]
  if (strategy === "all") return steps
  for (let at = path.length - 1; at >= 0 && kept.length > 1; at--) {
    if (path[at]!.isPhrase) continue
    kept = kept.filter((other) => other !== at)
    steps.push(kept)
  }
  return steps
}
