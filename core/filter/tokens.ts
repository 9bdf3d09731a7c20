// The smallest pieces of a filter. Every function takes the whole text and an offset, and answers with an offset.

const word = /[\p{Alphabetic}\p{N}_.-]+/uy
const dotlessWord = /[\p{Alphabetic}\p{N}_-]+/uy
const float = /[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?/y
const brokenExponent = /[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)[eE](?![+-]?[0-9])/y
const asciiSpace = /[ \t\r\n]*/y
const unicodeSpace = /\p{White_Space}*/uy
const untilSyntax = /[^\p{White_Space}()=<>!]*/uy

/** Letters and digits of any script, `_`, `-` and `.`; empty when none stands here. */
export const wordAt = (text: string, at: number): string => match(word, text, at)
export const dotlessWordAt = (text: string, at: number): string => match(dotlessWord, text, at)

/** A number as geo filters take it (no `inf`, no `nan`); empty when none stands here, or when its exponent is unfinished. */
export const floatAt = (text: string, at: number): string =>
  match(brokenExponent, text, at) === "" ? match(float, text, at) : ""

/** Between tokens the engine skips only these four characters of space … */
export const skipSpace = (text: string, at: number): number => at + match(asciiSpace, text, at).length
/** … but in front of a value, any white space of Unicode. */
export const skipUnicodeSpace = (text: string, at: number): number => at + match(unicodeSpace, text, at).length

/** Where text that is no value ends, for error messages. */
export const skipToSyntax = (text: string, at: number): number => at + match(untilSyntax, text, at).length

/** Offset after exactly this keyword as a whole word, else null: `ANDROID` is not `AND`. */
export const wholeWord = (text: string, at: number, keyword: string): number | null =>
  wordAt(text, at) === keyword ? at + keyword.length : null

/** Offset after this text, else null. Unlike `wholeWord` it does not look at what follows. */
export const literal = (text: string, at: number, expected: string): number | null =>
  text.startsWith(expected, at) ? at + expected.length : null

/** Offset after these texts with at least one space between two of them, else null: `IS NOT  NULL`. */
export const phrase = (text: string, at: number, parts: ReadonlyArray<string>): number | null => {
  let next = at
  for (const [index, part] of parts.entries()) {
    const start = index === 0 ? next : skipSpace(text, next)
    if ((index > 0 && start === next) || !text.startsWith(part, start)) return null
    next = start + part.length
  }
  return next
}

const match = (pattern: RegExp, text: string, at: number): string => {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0] ?? ""
}
