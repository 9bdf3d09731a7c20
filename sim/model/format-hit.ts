import { coversAttribute } from "./attribute-patterns.ts"
import { printNumber } from "./print-number.ts"
import { isRawArray, isRawNumber, isRawObject, type RawObject, type RawValue } from "./raw-json.ts"
import { tokenize, type TokenizerRules } from "./tokenize.ts"
import { cropText, type CropRules } from "./crop-text.ts"

/** Part of a text, in UTF-16 units. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** Finds what to highlight in a text. */
export type FindRanges = (text: string) => ReadonlyArray<Range>

export interface FormatRules {
  readonly highlight: ReadonlyArray<string>
  /** `title` or `title:12`. */
  readonly crop: ReadonlyArray<string>
  readonly cropLength: number
  readonly cropMarker: string
  readonly preTag: string
  readonly postTag: string
  readonly tokenizer: TokenizerRules
  readonly findRanges: FindRanges
}

/** The object that stands as `_formatted`: texts cropped and highlighted, numbers as texts. */
export const formatDocument = (document: RawObject, rules: FormatRules): RawObject =>
  new Map([...document].map(([name, value]) => [name, formatValue(name, value, rules)]))

const formatValue = (name: string, value: RawValue, rules: FormatRules): RawValue => {
  if (isRawArray(value)) return value.map((item) => formatValue(name, item, rules))
  if (isRawObject(value))
    return new Map([...value].map(([key, item]) => [key, formatValue(`${name}.${key}`, item, rules)]))
  if (typeof value !== "string" && !isRawNumber(value)) return value
  const text = typeof value === "string" ? value : printNumber(value.digits)
  const isHighlighted = rules.highlight.some((pattern) => coversAttribute(pattern, name))
  const crop = cropRulesFor(name, rules)
  const ranges = isHighlighted || crop !== null ? rules.findRanges(text) : []
  const window = crop === null ? { start: 0, end: text.length } : cropText(text, ranges, crop)
  const shown = isHighlighted ? highlight(text, window, ranges, rules) : text.slice(window.start, window.end)
  return `${window.start > 0 ? rules.cropMarker : ""}${shown}${window.end < text.length ? rules.cropMarker : ""}`
}

const cropRulesFor = (name: string, rules: FormatRules): CropRules | null => {
  for (const entry of rules.crop) {
    const [, attribute, length] = /^(.*?)(?::(\d+))?$/s.exec(entry) ?? []
    if (attribute === undefined || !coversAttribute(attribute, name)) continue
    const words = length === undefined ? rules.cropLength : Number(length)
    return words === 0 ? null : { words, tokenizer: rules.tokenizer }
  }
  return null
}

const highlight = (text: string, window: Range, ranges: ReadonlyArray<Range>, rules: FormatRules): string => {
  let shown = ""
  let at = window.start
  for (const { start, end } of ranges) {
    if (start < at || end > window.end) continue
    shown += `${text.slice(at, start)}${rules.preTag}${text.slice(start, end)}${rules.postTag}`
    at = end
  }
  return shown + text.slice(at, window.end)
}

/** The object that stands as `_matchesPosition`: bytes, by the dotted name of the field, names sorted. */
export const matchesPosition = (document: RawObject, findRanges: FindRanges): RawObject => {
  const found = new Map<string, ReadonlyArray<RawValue>>()
  for (const [name, value] of document) collectPositions(name, value, null, findRanges, found)
  return new Map([...found].sort(([left], [right]) => (left < right ? -1 : 1)))
}

const collectPositions = (
  name: string,
  value: RawValue,
  indices: ReadonlyArray<number> | null,
  findRanges: FindRanges,
  found: Map<string, ReadonlyArray<RawValue>>,
): void => {
  if (isRawArray(value)) {
    for (const [at, item] of value.entries()) collectPositions(name, item, [...(indices ?? []), at], findRanges, found)
  } else if (isRawObject(value)) {
    for (const [key, item] of value) collectPositions(`${name}.${key}`, item, indices, findRanges, found)
  } else if (typeof value === "string" || isRawNumber(value)) {
    const text = typeof value === "string" ? value : printNumber(value.digits)
    const places = findRanges(text).map((range) => describeRange(text, range, indices))
    // Of several items of an array the last one with a match is answered (as in v1.21).
    if (places.length > 0) found.set(name, places)
  }
}

const describeRange = (text: string, range: Range, indices: ReadonlyArray<number> | null): RawValue => {
  const members: Array<[string, RawValue]> = [
    ["start", { digits: `${utf8Length(text.slice(0, range.start))}` }],
    ["length", { digits: `${utf8Length(text.slice(range.start, range.end))}` }],
  ]
  if (indices !== null) members.push(["indices", indices.map((at) => ({ digits: `${at}` }))])
  return new Map(members)
}

const utf8Length = (text: string): number =>
  [...text].reduce((sum, character) => {
    const point = character.codePointAt(0)!
    return sum + (point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4)
  }, 0)

/** What a query finds in texts: `words` maps a word to how many of its characters count (all, or a beginning). */
export const rangesFinder =
  (
    words: ReadonlyMap<string, number | "all">,
    phrases: ReadonlyArray<ReadonlyArray<string>>,
    tokenizer: TokenizerRules,
  ): FindRanges =>
  (text) => {
    const tokens = tokenize(text, tokenizer)
    const ranges: Array<Range> = []
    for (let at = 0; at < tokens.length; at++) {
      const phrase = phrases.find((candidate) =>
        candidate.every(
          (word, step) =>
            tokens[at + step]?.word === word && tokens[at + step]!.position === tokens[at]!.position + step,
        ),
      )
      const token = tokens[at]!
      if (phrase !== undefined) {
        ranges.push({ start: token.start, end: tokens[at + phrase.length - 1]!.end })
        at += phrase.length - 1
        continue
      }
      const length = words.get(token.word)
      if (length !== undefined) {
        ranges.push({
          start: token.start,
          end: length === "all" ? token.end : Math.min(token.end, token.start + length),
        })
      }
    }
    return ranges
  }
