import { isHardAt, normalizeWord, tokenize, type TokenizerRules } from "./tokenize.ts"

/** One word of a query, or a phrase in quotes. */
export interface QueryTerm {
  readonly words: ReadonlyArray<string>
  readonly isPhrase: boolean
  /** Only the last word, and only while nothing follows it. */
  readonly isPrefix: boolean
  /** Place in the query, in words. */
  readonly position: number
  /** Query words that the term stands for: 2 for two words written as one, else 1. */
  readonly length: number
}

export interface Query {
  readonly terms: ReadonlyArray<QueryTerm>
  /** Words and phrases that must not occur. */
  readonly negatives: ReadonlyArray<ReadonlyArray<string>>
}

/** Further words of a query are ignored. */
const wordsMax = 10

export interface QueryRules {
  readonly tokenizer: TokenizerRules
  readonly stopWords: ReadonlySet<string>
  readonly allowsPrefix: boolean
}

/** `quick "brown fox" -lazy`: words, phrases, negatives. Stop words are dropped, except as the last, unfinished word. */
export const parseQueryTerms = (text: string, rules: QueryRules): Query => {
  const terms: Array<QueryTerm> = []
  const negatives: Array<ReadonlyArray<string>> = []
  let position = 0
  let wordCount = 0
  for (const part of partsOf(text)) {
    const tokens = tokenize(part.text, rules.tokenizer)
    const words = tokens.map((token) => token.word)
    if (part.isNegative) {
      if (words.length > 0) negatives.push(part.isPhrase ? words : words.slice(0, 1))
      continue
    }
    if (part.isPhrase) {
      if (words.length > 0 && wordCount < wordsMax) {
        terms.push({ words, isPhrase: true, isPrefix: false, position, length: 1 })
      }
      position += words.length
      wordCount += words.length
      continue
    }
    for (const [order, token] of tokens.entries()) {
      const isOpen = part.isLast && order === tokens.length - 1 && token.end === part.text.length
      const isPrefix = isOpen && rules.allowsPrefix
      const at = position + token.position
      if (wordCount < wordsMax && (isOpen || !rules.stopWords.has(token.word))) {
        terms.push({ words: [token.word], isPhrase: false, isPrefix, position: at, length: 1 })
        wordCount++
      }
    }
    position += (tokens.at(-1)?.position ?? -1) + 1
    if (isHardAt(part.text.trimEnd(), part.text.trimEnd().length - 1)) position += 7
  }
  return { terms, negatives }
}

interface Part {
  readonly text: string
  readonly isPhrase: boolean
  readonly isNegative: boolean
  readonly isLast: boolean
}

/** Cuts at quotes and at words with a leading minus. */
const partsOf = (text: string): ReadonlyArray<Part> => {
  const parts: Array<Part> = []
  let at = 0
  while (at < text.length) {
    const isNegative = text[at] === "-" && /^$|\s/.test(text[at - 1] ?? "") && /[^\s-]/.test(text[at + 1] ?? "")
    const start = isNegative ? at + 1 : at
    const isPhrase = text[start] === '"'
    const end = isPhrase ? endOfPhrase(text, start) : isNegative ? endOfWord(text, start) : endOfPlain(text, start)
    const inside = isPhrase ? text.slice(start + 1, end).replace(/"$/, "") : text.slice(start, end)
    parts.push({ text: inside, isPhrase, isNegative, isLast: end === text.length })
    at = end
  }
  return parts
}

const endOfPhrase = (text: string, start: number): number => {
  const close = text.indexOf('"', start + 1)
  return close === -1 ? text.length : close + 1
}

const endOfWord = (text: string, start: number): number => {
  const length = text.slice(start).search(/[\s"]/)
  return length === -1 ? text.length : start + length
}

/** Up to the next quote or the next word with a minus. */
const endOfPlain = (text: string, start: number): number => {
  const length = text.slice(start).search(/"|(?<=\s)-(?=[^\s-])/)
  return length <= 0 ? text.length : start + length
}

/** Two neighbouring words written as one, as `super man` finds `superman`. */
export const joinTerms = (left: QueryTerm, right: QueryTerm): QueryTerm | null =>
  left.isPhrase || right.isPhrase || left.position + 1 !== right.position
    ? null
    : {
        words: [normalizeWord(`${left.words[0]}${right.words[0]}`)],
        isPhrase: false,
        isPrefix: right.isPrefix,
        position: left.position,
        length: 2,
      }
