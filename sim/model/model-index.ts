import { invariant } from "#core/prelude/invariant.ts"
import { coversAttribute } from "./attribute-patterns.ts"
import { initialSettings, type ModelSettings } from "./model-settings.ts"
import { isRawArray, isRawObject, type RawObject, type RawValue } from "./raw-json.ts"
import type { TokenizerRules } from "./tokenize.ts"
import { addWords, createWordIndex, removeWords, type WordIndex } from "./word-index.ts"

export interface StoredDocument {
  /** Internal number: the order of documents that are equal in every other respect. */
  readonly number: number
  /** Primary key, integers as their decimal text. */
  readonly id: string
  readonly content: RawObject
}

export interface ModelIndex {
  primaryKey: string | null
  readonly createdAtMs: number
  updatedAtMs: number
  settings: ModelSettings
  /**
   * Dotted names of all fields that any document ever had, in the order of their first appearance: the order of members
   * in answers.
   */
  readonly fieldNames: Set<string>
  /** By internal number; null where a document was deleted. */
  readonly documents: Array<StoredDocument | null>
  readonly numberOf: Map<string, number>
  /** Built when first needed, and again after a change of settings. */
  words: WordIndex | null
}

export const createModelIndex = (primaryKey: string | null, nowMs: number): ModelIndex => ({
  primaryKey,
  createdAtMs: nowMs,
  updatedAtMs: nowMs,
  settings: initialSettings,
  fieldNames: new Set(),
  documents: [],
  numberOf: new Map(),
  words: null,
})

export const allDocuments = (index: ModelIndex): ReadonlyArray<StoredDocument> =>
  index.documents.filter((document) => document !== null)

export const findDocument = (index: ModelIndex, id: string): StoredDocument | null =>
  index.documents[index.numberOf.get(id) ?? -1] ?? null

/** Internal numbers for new documents: those of deleted documents first, lowest first. */
export const freeNumbers = (index: ModelIndex): Iterator<number, never> => {
  const free = index.documents.flatMap((document, number) => (document === null ? [number] : []))
  let next = index.documents.length
  return { next: () => ({ done: false, value: free.shift() ?? next++ }) }
}

/** Stores a document under its number, in the place of what was there. */
export const putDocument = (index: ModelIndex, document: StoredDocument): void => {
  const before = index.documents[document.number] ?? null
  invariant(
    before === null || before.id === document.id,
    "numbers-have-one-owner",
    "a write would erase another document",
  )
  collectNames("", document.content, index.fieldNames)
  while (index.documents.length <= document.number) index.documents.push(null)
  index.documents[document.number] = document
  index.numberOf.set(document.id, document.number)
  if (index.words === null) return
  removeWords(index.words, document.number)
  addTo(index.words, document, index.settings)
}

/** False when there was no such document. */
export const dropDocument = (index: ModelIndex, id: string): boolean => {
  const number = index.numberOf.get(id)
  if (number === undefined) return false
  index.numberOf.delete(id)
  index.documents[number] = null
  if (index.words !== null) removeWords(index.words, number)
  return true
}

export const clearDocuments = (index: ModelIndex): number => {
  const count = index.numberOf.size
  index.documents.length = 0
  index.numberOf.clear()
  index.words = null
  return count
}

export const wordsOf = (index: ModelIndex): WordIndex => {
  if (index.words === null) {
    index.words = createWordIndex()
    for (const document of allDocuments(index)) addTo(index.words, document, index.settings)
  }
  return index.words
}

const addTo = (words: WordIndex, document: StoredDocument, settings: ModelSettings): void =>
  addWords(
    words,
    document.number,
    document.content,
    (field) => weightOf(settings, field) !== null,
    tokenizerOf(settings),
  )

export const tokenizerOf = (settings: ModelSettings): TokenizerRules => ({
  separators: settings.separatorTokens,
  nonSeparators: new Set(settings.nonSeparatorTokens),
  dictionary: settings.dictionary,
})

/** Place of a field among the searchable attributes; null: not searchable. */
export const weightOf = (settings: ModelSettings, field: string): number | null => {
  if (settings.searchableAttributes.includes("*")) return 0
  const place = settings.searchableAttributes.findIndex((attribute) => coversAttribute(attribute, field))
  return place === -1 ? null : place
}

/** Members in the order of the index. */
export const inFieldOrder = (index: ModelIndex, content: RawObject): RawObject => {
  const ordered = new Map()
  for (const name of index.fieldNames) {
    const value = content.get(name)
    if (value !== undefined) ordered.set(name, value)
  }
  return ordered
}

const collectNames = (prefix: string, value: RawValue, names: Set<string>): void => {
  if (isRawArray(value)) for (const item of value) collectNames(prefix, item, names)
  if (value === null || !isRawObject(value)) return
  for (const [key, item] of value) {
    names.add(`${prefix}${key}`)
    collectNames(`${prefix}${key}.`, item, names)
  }
}
