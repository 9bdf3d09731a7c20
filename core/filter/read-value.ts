import { FilterRefused, type FilterSpan, expectedValue, missingDelimiter, reservedGeo } from "./filter-refused.ts"
import type { FilterValue } from "./filter-expression.ts"
import { dotlessWordAt, skipSpace, skipToSyntax, skipUnicodeSpace, wordAt } from "./tokens.ts"
import { malformedValue, unescapeValue } from "./unescape-value.ts"

/** No value stands here. Where something else may stand instead, that is no error yet. */
export interface NoValue {
  readonly tag: "none"
  readonly isReserved: boolean
  readonly sentence: string
  readonly span: FilterSpan
}

export type ReadValue = { readonly tag: "value"; readonly value: FilterValue; readonly next: number } | NoValue

const reservedWords: ReadonlySet<string> = new Set([
  "AND",
  "OR",
  "IN",
  "NOT",
  "TO",
  "EXISTS",
  "IS",
  "NULL",
  "EMPTY",
  "CONTAINS",
  "STARTS",
  "WITH",
  "_geoRadius",
  "_geoBoundingBox",
])

export const isReservedWord = (word: string): boolean => reservedWords.has(word)

/** Reads a word or a quoted text, and the space around it. Geo words in a value's place refuse the filter at once. */
export const readValue = (text: string, from: number): ReadValue => {
  const at = skipUnicodeSpace(text, from)
  refuseGeo(text, at)
  const read = readQuoted(text, at) ?? readWord(text, at)
  return read.tag === "value" ? { ...read, next: skipSpace(text, read.next) } : read
}

/** Reads a value where nothing else may stand. */
export const readRequiredValue = (
  text: string,
  from: number,
): { readonly value: FilterValue; readonly next: number } => {
  const read = readValue(text, from)
  if (read.tag === "none") throw new FilterRefused(read.sentence, text, read.span)
  return read
}

/** A part of a dotted name such as `_vectors.embedder.fragments.name`: a quoted text, or a word without dots. */
export const readDottedPart = (text: string, at: number): ReadValue => {
  const quoted = readQuoted(text, at)
  if (quoted !== null) return quoted
  const part = dotlessWordAt(text, at)
  return part === "" ? noValue(text, at, false) : plainValue(part, at)
}

const readWord = (text: string, at: number): ReadValue => {
  const word = wordAt(text, at)
  if (word === "" || isReservedWord(word)) return noValue(text, at, word !== "")
  return plainValue(word, at)
}

const plainValue = (word: string, at: number): ReadValue => {
  const end = at + word.length
  return { tag: "value", value: { text: word, quoted: false, start: at, end }, next: end }
}

const noValue = (text: string, at: number, isReserved: boolean): NoValue => {
  const span = { start: at, end: skipToSyntax(text, at) }
  return { tag: "none", isReserved, sentence: expectedValue(text.slice(span.start, span.end), isReserved), span }
}

/** Null when no quote stands here. A backslash protects the next character from being the closing quote. */
const readQuoted = (text: string, at: number): ReadValue | null => {
  const quote = text.charAt(at)
  if (quote !== "'" && quote !== '"') return null
  const start = at + 1
  let end = start
  let hasEscapedQuote = false
  while (end < text.length && text.charAt(end) !== quote) {
    if (text.charAt(end) === "\\") {
      if (end + 1 === text.length) refuseMalformed(text, start)
      hasEscapedQuote ||= text.charAt(end + 1) === quote
      end++
    }
    end++
  }
  if (end >= text.length) {
    throw new FilterRefused(missingDelimiter(text.slice(at), quote), text, { start: at, end: text.length })
  }
  const raw = text.slice(start, end)
  // First the escaped quotes, then all other escapes: in this order, as the engine does it.
  const unescaped = unescapeValue(hasEscapedQuote ? raw.replaceAll(`\\${quote}`, quote) : raw)
  const span = { start, end }
  switch (unescaped.tag) {
    case "text":
      return { tag: "value", value: { text: unescaped.text, quoted: true, ...span }, next: end + 1 }
    case "refused":
      return { tag: "none", isReserved: false, sentence: unescaped.sentence, span }
    default:
      throw new FilterRefused(unescaped.sentence, text, span)
  }
}

const refuseMalformed = (text: string, start: number): never => {
  throw new FilterRefused(malformedValue(text.slice(start)), text, { start, end: text.length })
}

const refuseGeo = (text: string, at: number): void => {
  const sentence = misusedGeo(text, at)
  if (sentence !== null) throw new FilterRefused(sentence, text, { start: at, end: text.length })
}

const misusedGeo = (text: string, at: number): string | null => {
  for (const name of ["_geoPoint", "_geoDistance"]) if (text.startsWith(name, at)) return reservedGeo(name)
  const word = wordAt(text, at)
  if (word === "_geo") return reservedGeo(word)
  if (word !== "_geoRadius" && word !== "_geoBoundingBox") return null
  return `The \`${word}\` filter is an operation and can't be used as a value.`
}
