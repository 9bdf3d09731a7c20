/**
 * Reads the structure of JSON text without building values, so that what is not looked at is never parsed and what is
 * passed on keeps every digit: `1.0` stays `1.0`, 9007199254740993 stays 9007199254740993.
 *
 * The text must be valid JSON. A text that visibly is not (cut off, no colon, no comma) ends in `MalformedJson`, never
 * in an endless loop; a complete check is not made.
 */

/** Half-open range of characters of a text: `text.slice(start, end)`. */
export interface Slice {
  readonly start: number
  readonly end: number
}

/** One member of an object: `text.slice(keyStart, valueEnd)` is `"key":value`. */
export interface Member {
  /** With escapes decoded. */
  readonly key: string
  /** Position of the quote that opens the key. */
  readonly keyStart: number
  readonly valueStart: number
  readonly valueEnd: number
}

/** An answer was cut off, or is not JSON at all. */
export class MalformedJson extends Error {
  override readonly name = "MalformedJson"
  /** Characters from the beginning of the text. */
  readonly position: number
  constructor(expected: string, position: number) {
    super(`expected ${expected} at character ${position} of a JSON text`)
    this.position = position
  }
}

/** Members of the object that begins at `start` (white space may come first), in the order of the text. */
export const readMembers = (text: string, start = 0): Array<Member> => {
  const members: Array<Member> = []
  visitMembers(text, start, (key, keyStart, valueStart) => {
    const valueEnd = skipValue(text, valueStart)
    members.push({ key, keyStart, valueStart, valueEnd })
    return valueEnd
  })
  return members
}

/** Elements of the array that begins at `start` (white space may come first), in order. */
export const readElements = (text: string, start = 0): Array<Slice> => {
  const elements: Array<Slice> = []
  collectElements(text, start, elements)
  return elements
}

/**
 * Shows the members of an object one after the other to `visit`, which answers where the value ends, from `skipValue` or
 * from reading it: a large text is then gone through once. Returns the position after the object.
 */
export const visitMembers = (
  text: string,
  start: number,
  visit: (key: string, keyStart: number, valueStart: number) => number,
): number => {
  let position = skipSpace(text, start)
  expectCode(text, position, openBrace, "an object")
  position = skipSpace(text, position + 1)
  if (text.charCodeAt(position) === closeBrace) return position + 1
  for (;;) {
    expectCode(text, position, quote, "a key")
    const keyEnd = skipString(text, position)
    const colonAt = skipSpace(text, keyEnd)
    expectCode(text, colonAt, colon, "a colon")
    const key = decodeString(text, position, keyEnd)
    position = skipSpace(text, visit(key, position, skipSpace(text, colonAt + 1)))
    if (text.charCodeAt(position) === closeBrace) return position + 1
    expectCode(text, position, comma, "a comma or the end of an object")
    position = skipSpace(text, position + 1)
  }
}

/** Appends the elements of an array to `elements`; returns the position after the array. */
export const collectElements = (text: string, start: number, elements: Array<Slice>): number =>
  visitElements(text, start, (elementStart) => {
    const end = skipValue(text, elementStart)
    elements.push({ start: elementStart, end })
    return end
  })

/** Shows the elements of an array to `visit`, like `visitMembers`. Returns the position after the array. */
export const visitElements = (text: string, start: number, visit: (elementStart: number) => number): number => {
  let position = skipSpace(text, start)
  expectCode(text, position, openBracket, "an array")
  position = skipSpace(text, position + 1)
  if (text.charCodeAt(position) === closeBracket) return position + 1
  for (;;) {
    position = skipSpace(text, visit(position))
    if (text.charCodeAt(position) === closeBracket) return position + 1
    expectCode(text, position, comma, "a comma or the end of an array")
    position = skipSpace(text, position + 1)
  }
}

/** Position after the value that begins exactly at `start`. */
export const skipValue = (text: string, start: number): number => {
  const first = text.charCodeAt(start)
  if (first === quote) return skipString(text, start)
  if (first === openBrace || first === openBracket) return skipNested(text, start)
  let position = start
  while (position < text.length && !endsLiteral(text.charCodeAt(position))) position++
  if (position === start) throw new MalformedJson("a value", start)
  return position
}

/** Value of the string literal between its quotes; a literal without escapes costs one slice. */
export const decodeString = (text: string, start: number, end: number): string => {
  const content = text.slice(start + 1, end - 1)
  return content.includes("\\") ? (JSON.parse(text.slice(start, end)) as string) : content
}

const quote = 0x22
const comma = 0x2c
const colon = 0x3a
const openBracket = 0x5b
const backslash = 0x5c
const closeBracket = 0x5d
const openBrace = 0x7b
const closeBrace = 0x7d

const expectCode = (text: string, position: number, code: number, expected: string): void => {
  if (text.charCodeAt(position) !== code) throw new MalformedJson(expected, position)
}

const skipSpace = (text: string, start: number): number => {
  let position = start
  while (isSpace(text.charCodeAt(position))) position++
  return position
}

const isSpace = (code: number): boolean => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09

const endsLiteral = (code: number): boolean =>
  code === comma || code === closeBrace || code === closeBracket || isSpace(code)

const skipString = (text: string, start: number): number => {
  for (let from = start + 1; ;) {
    const end = text.indexOf('"', from)
    if (end === -1) throw new MalformedJson("the end of a string", text.length)
    // A quote after an odd number of backslashes belongs to the string.
    let before = end - 1
    while (text.charCodeAt(before) === backslash) before--
    if ((end - before) % 2 === 1) return end + 1
    from = end + 1
  }
}

/** Brackets inside strings do not count; which bracket closes which is the business of whoever wrote the text. */
const skipNested = (text: string, start: number): number => {
  let depth = 0
  for (let position = start; position < text.length;) {
    const code = text.charCodeAt(position)
    if (code === quote) {
      position = skipString(text, position)
      continue
    }
    position++
    if (code === openBrace || code === openBracket) depth++
    else if ((code === closeBrace || code === closeBracket) && --depth === 0) return position
  }
  throw new MalformedJson("the end of an object or array", text.length)
}
