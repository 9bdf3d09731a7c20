// JSON whose numbers keep the digits of the client: a document id above 2^53 must survive. Objects keep the order of
// their members; of members with the same name the last value wins at the place of the first, as in the engine.

import { printNumber } from "./print-number.ts"

/** A number as it was written. */
export interface RawNumber {
  readonly digits: string
}

export type RawValue = null | boolean | string | RawNumber | ReadonlyArray<RawValue> | RawObject
export type RawObject = ReadonlyMap<string, RawValue>

/** Arrays in arrays, as the engine's parser allows; beyond it the payload is refused. */
const nestingMax = 127

/** All values of a text of concatenated JSON values, which is what NDJSON is; null where it is malformed. */
export const parseRawValues = (text: string): ReadonlyArray<RawValue> | null =>
  orNull(() => {
    const reader = { text, at: 0 }
    const values: Array<RawValue> = []
    for (skipSpace(reader); reader.at < text.length; skipSpace(reader)) values.push(readValue(reader, 0))
    return values
  })

/** The first value of a text, whatever follows it (the engine does not look either); null where it is malformed. */
export const parseFirstRawValue = (text: string): { readonly value: RawValue } | null =>
  orNull(() => ({ value: readValue({ text, at: 0 }, 0) }))

const orNull = <A>(read: () => A): A | null => {
  try {
    return read()
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/** Prints as the engine does: no spaces, integers verbatim, other numbers in their shortest form. */
export const printRaw = (value: RawValue): string => {
  if (value === null || typeof value === "boolean") return `${value}`
  if (typeof value === "string") return JSON.stringify(value)
  if (isRawNumber(value)) return printNumber(value.digits)
  if (isRawObject(value))
    return `{${[...value].map(([key, item]) => `${JSON.stringify(key)}:${printRaw(item)}`).join(",")}}`
  return `[${value.map(printRaw).join(",")}]`
}

export const isRawNumber = (value: RawValue): value is RawNumber =>
  typeof value === "object" && value !== null && "digits" in value
export const isRawObject = (value: RawValue): value is RawObject => value instanceof Map
export const isRawArray = (value: RawValue): value is ReadonlyArray<RawValue> => Array.isArray(value)

interface Reader {
  readonly text: string
  at: number
}

const readValue = (reader: Reader, depth: number): RawValue => {
  skipSpace(reader)
  if (depth > nestingMax) throw new SyntaxError("recursion limit exceeded")
  switch (reader.text[reader.at]) {
    case "{":
      return readObject(reader, depth)
    case "[":
      return readArray(reader, depth)
    case '"':
      return readString(reader)
    case "t":
      return readWord(reader, "true", true)
    case "f":
      return readWord(reader, "false", false)
    case "n":
      return readWord(reader, "null", null)
    default:
      return readNumber(reader)
  }
}

const readObject = (reader: Reader, depth: number): RawObject => {
  const members = new Map<string, RawValue>()
  readItems(reader, "}", () => {
    if (reader.text[reader.at] !== '"') throw new SyntaxError("key must be a string")
    const key = readString(reader)
    skipSpace(reader)
    if (reader.text[reader.at++] !== ":") throw new SyntaxError("expected `:`")
    members.set(key, readValue(reader, depth + 1))
  })
  return members
}

const readArray = (reader: Reader, depth: number): ReadonlyArray<RawValue> => {
  const items: Array<RawValue> = []
  readItems(reader, "]", () => void items.push(readValue(reader, depth + 1)))
  return items
}

const readItems = (reader: Reader, close: string, readItem: () => void): void => {
  reader.at++
  skipSpace(reader)
  if (reader.text[reader.at] === close) {
    reader.at++
    return
  }
  for (;;) {
    skipSpace(reader)
    readItem()
    skipSpace(reader)
    const next = reader.text[reader.at++]
    if (next === close) return
    if (next !== ",") throw new SyntaxError("expected `,`")
  }
}

const readString = (reader: Reader): string => {
  for (let end = reader.at + 1; end < reader.text.length; end++) {
    const character = reader.text[end]
    if (character === "\\") end++
    else if (character === '"') {
      const slice = reader.text.slice(reader.at, end + 1)
      reader.at = end + 1
      return JSON.parse(slice) as string
    }
  }
  throw new SyntaxError("EOF while parsing a string")
}

const readWord = <A>(reader: Reader, word: string, value: A): A => {
  if (!reader.text.startsWith(word, reader.at)) throw new SyntaxError("expected value")
  reader.at += word.length
  return value
}

const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])/y

const readNumber = (reader: Reader): RawNumber => {
  numberPattern.lastIndex = reader.at
  const digits = numberPattern.exec(reader.text)?.[0]
  if (digits === undefined || !Number.isFinite(Number(digits))) throw new SyntaxError("expected value")
  reader.at += digits.length
  return { digits }
}

const skipSpace = (reader: Reader): void => {
  while (" \n\r\t".includes(reader.text[reader.at] ?? "x")) reader.at++
}
