import { invariant } from "#core/prelude/invariant.ts"
import { leavesOf } from "./read-fields.ts"
import type { RawObject } from "./raw-json.ts"
import { hardDistance, tokenize, type TokenizerRules } from "./tokenize.ts"

/** One place of a word in a document. */
export interface Occurrence {
  readonly field: string
  readonly position: number
}

/** Which words stand where; documents are known by their internal numbers. */
export interface WordIndex {
  /** word → document → places, in the order of the text. */
  readonly postings: Map<string, Map<number, ReadonlyArray<Occurrence>>>
  readonly wordsOf: Map<number, ReadonlyArray<string>>
  /** document → field → number of words. */
  readonly lengthsOf: Map<number, ReadonlyMap<string, number>>
}

export const createWordIndex = (): WordIndex => ({ postings: new Map(), wordsOf: new Map(), lengthsOf: new Map() })

/** `isSearchable` decides by the dotted name of the field. */
export const addWords = (
  index: WordIndex,
  document: number,
  content: RawObject,
  isSearchable: (field: string) => boolean,
  rules: TokenizerRules,
): void => {
  invariant(!index.wordsOf.has(document), "words-are-added-once", "old words of a document would be found for ever")
  const places = new Map<string, Array<Occurrence>>()
  const lengths = new Map<string, number>()
  for (const [field, texts] of leavesOf(content)) {
    if (!isSearchable(field)) continue
    let next = 0
    for (const text of texts) {
      const tokens = tokenize(text, rules)
      for (const token of tokens) {
        const occurrence = { field, position: next + token.position }
        const known = places.get(token.word)
        if (known === undefined) places.set(token.word, [occurrence])
        else known.push(occurrence)
      }
      const last = tokens.at(-1)
      if (last !== undefined) next += last.position + hardDistance
      lengths.set(field, (lengths.get(field) ?? 0) + tokens.length)
    }
  }
  index.wordsOf.set(document, [...places.keys()])
  index.lengthsOf.set(document, lengths)
  for (const [word, occurrences] of places) {
    const documents = index.postings.get(word)
    if (documents === undefined) index.postings.set(word, new Map([[document, occurrences]]))
    else documents.set(document, occurrences)
  }
}

export const removeWords = (index: WordIndex, document: number): void => {
  for (const word of index.wordsOf.get(document) ?? []) {
    const documents = index.postings.get(word)
    documents?.delete(document)
    if (documents?.size === 0) index.postings.delete(word)
  }
  index.wordsOf.delete(document)
  index.lengthsOf.delete(document)
}
