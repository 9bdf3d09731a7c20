// Words of a text, near enough to the engine's tokenizer for Latin, Greek and Cyrillic scripts; measured on v1.21.0.
// Not modelled: dictionaries of Chinese, Japanese, Korean and Thai (there each run of letters is one word).

export interface Token {
  /** Lower case, without accents. */
  readonly word: string
  /** Place in the field: plus 1 for each word, plus 8 after the end of a sentence. */
  readonly position: number
  /** Range in the text, in UTF-16 units. */
  readonly start: number
  readonly end: number
}

export interface TokenizerRules {
  readonly separators: ReadonlyArray<string>
  readonly nonSeparators: ReadonlySet<string>
  readonly dictionary: ReadonlyArray<string>
}

/** Between two sentences, and between two items of an array. */
export const hardDistance = 8
/** Longer words are not indexed. */
const wordBytesMax = 250

/** `! # % & * + ,` and their like make no words, which is what keeps hidden field values out of every search. */
export const tokenize = (text: string, rules: TokenizerRules): ReadonlyArray<Token> => {
  const tokens: Array<Token> = []
  let position = 0
  let isHard = false
  for (let at = 0; at < text.length;) {
    const separator = separatorAt(text, at, rules)
    if (separator > 0) {
      isHard ||= isHardAt(text, at)
      at += separator
      continue
    }
    const end = endOfWord(text, at, rules)
    const word = normalizeWord(text.slice(at, end))
    if (tokens.length > 0) position += isHard ? hardDistance : 1
    if (word.length <= wordBytesMax) tokens.push({ word, position, start: at, end })
    isHard = false
    at = end
  }
  return tokens
}

export const normalizeWord = (text: string): string =>
  text
    .normalize("NFKD")
    .replace(/\p{Mn}/gu, "")
    .toLowerCase()

/** `$ < = > ^ | ~` belong to words; the grave accent and the plus sign, although symbols, do not. */
const defaultSeparator = /[\p{P}\p{Z}\p{Cc}+`]/u
const noBreakSpace = "\u00a0"
const hardAlone = /[!?;。！？；]/u
const hardBeforeSpace = /[.,]/

/** Length of the separator at `at`; 0 where a word begins or goes on. */
const separatorAt = (text: string, at: number, rules: TokenizerRules): number => {
  const own = rules.separators.find((separator) => separator !== "" && text.startsWith(separator, at))
  if (own !== undefined) return own.length
  const character = characterAt(text, at)
  if (character === noBreakSpace || rules.nonSeparators.has(character)) return 0
  if (rules.dictionary.some((word) => word !== "" && text.startsWith(word, at))) return 0
  return defaultSeparator.test(character) ? character.length : 0
}

const endOfWord = (text: string, start: number, rules: TokenizerRules): number => {
  const known = rules.dictionary
    .filter((word) => word !== "" && text.startsWith(word, start))
    .reduce((longest, word) => Math.max(longest, word.length), 0)
  if (known > 0) return start + known
  let end = start
  while (end < text.length && separatorAt(text, end, rules) === 0) end += characterAt(text, end).length
  return end
}

export const isHardAt = (text: string, at: number): boolean =>
  hardAlone.test(text[at] ?? "") || (hardBeforeSpace.test(text[at] ?? "") && /\s/.test(text[at + 1] ?? ""))

const characterAt = (text: string, at: number): string => String.fromCodePoint(text.codePointAt(at) ?? 0)
