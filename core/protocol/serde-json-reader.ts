import { decodeUtf8, decodeUtf8Strictly } from "#core/prelude/utf8.ts"

// A reader of JSON that stumbles exactly where Rust's serde_json stumbles, with the same words, line and column, because
// clients see those words in Meilisearch's errors. It is slow and runs only to explain a mistake or to print a value.
// Facts: serde_json 1.0 (reading from a slice, without `float_roundtrip`), compared with Meilisearch v1.21.0.

/** What serde_json says of a text, in its own words. */
export const faults = {
  endInList: "EOF while parsing a list",
  endInObject: "EOF while parsing an object",
  endInString: "EOF while parsing a string",
  endInValue: "EOF while parsing a value",
  colon: "expected `:`",
  listCommaOrEnd: "expected `,` or `]`",
  objectCommaOrEnd: "expected `,` or `}`",
  ident: "expected ident",
  value: "expected value",
  escape: "invalid escape",
  number: "invalid number",
  numberRange: "number out of range",
  codePoint: "invalid unicode code point",
  control: "control character (\\u0000-\\u001F) found while parsing a string",
  key: "key must be a string",
  loneSurrogate: "lone leading surrogate in hex escape",
  trailingComma: "trailing comma",
  trailing: "trailing characters",
  endOfHex: "unexpected end of hex escape",
  recursion: "recursion limit exceeded",
} as const

/** A mistake in a JSON text. `mismatch`: the text is JSON, but not of the shape that was asked for. */
export class JsonFault extends Error {
  override readonly name = "JsonFault"
  readonly reason: string
  readonly line: number
  /** In bytes; 0 before the first byte of a line has been read. */
  readonly column: number
  readonly mismatch: boolean
  constructor(reason: string, line: number, column: number, mismatch: boolean) {
    super(`${reason} at line ${line} column ${column}`)
    this.reason = reason
    this.line = line
    this.column = column
    this.mismatch = mismatch
  }
}

export interface Cursor {
  readonly bytes: Uint8Array
  index: number
}

/** The mistake lies before `index`: something was read and found wrong. */
export const faultBehind = (at: Cursor, reason: string, mismatch = false): JsonFault => {
  const lineStart = at.index === 0 ? 0 : at.bytes.lastIndexOf(newline, at.index - 1) + 1
  let line = 1
  for (let index = 0; index < lineStart; index++) if (at.bytes[index] === newline) line++
  return new JsonFault(reason, line, at.index - lineStart, mismatch)
}

/** The mistake lies at `index`: it was looked at, but not read. */
export const faultAhead = (at: Cursor, reason: string): JsonFault =>
  faultBehind({ bytes: at.bytes, index: Math.min(at.bytes.length, at.index + 1) }, reason)

/** The next byte, not read; 0 at the end (as serde_json does; a 0 byte is an error wherever it may stand). */
export const peek = (at: Cursor): number => at.bytes[at.index] ?? 0

/** Skips whitespace; the byte after it, or null at the end. */
export const peekToken = (at: Cursor): number | null => {
  for (;;) {
    const byte = at.bytes[at.index]
    if (byte !== 0x20 && byte !== newline && byte !== 0x09 && byte !== 0x0d) return byte ?? null
    at.index++
  }
}

/** Reads the rest of `true`, `false` or `null`: the first letter has been read. */
export const readIdent = (at: Cursor, rest: string): void => {
  for (let letter = 0; letter < rest.length; letter++) {
    if (at.index >= at.bytes.length) throw faultBehind(at, faults.endInValue)
    at.index++
    if (at.bytes[at.index - 1] !== rest.charCodeAt(letter)) throw faultBehind(at, faults.ident)
  }
}

/** Reads a string whose opening quote has been read. Bytes must be UTF-8 and surrogates paired. */
export const readString = (at: Cursor): string => {
  const start = at.index
  let escaped = false
  let isAscii = true
  for (;;) {
    const byte = stringByte(at)
    if (byte === quote) break
    at.index++
    if (byte >= 0x80) isAscii = false
    if (byte === backslash) {
      escaped = true
      readEscape(at)
    } else if (byte < 0x20) throw faultBehind(at, faults.control)
  }
  const raw = at.bytes.subarray(start, at.index)
  at.index++
  // A decoder costs more than a short string is worth.
  const text = isAscii && raw.length <= shortMax ? String.fromCharCode(...raw) : decodeUtf8Strictly(raw)
  if (text === null) throw faultBehind(at, faults.codePoint)
  return escaped ? (JSON.parse(`"${text}"`) as string) : text
}

/** Like `readString`, but as serde_json skips a string that nobody asked for: surrogates and UTF-8 are not looked at. */
export const skipString = (at: Cursor): void => {
  for (;;) {
    const byte = stringByte(at)
    if (byte < 0x20) throw faultBehind(at, faults.control)
    at.index++
    if (byte === quote) return
    if (byte === backslash && readEscapeLetter(at) === letterU) readHex(at)
  }
}

const shortMax = 32
const newline = 0x0a
const quote = 0x22
const backslash = 0x5c
const letterU = 0x75
const escapeLetters = new Set([...'"\\/bfnrtu'].map((letter) => letter.charCodeAt(0)))

const stringByte = (at: Cursor): number => {
  const byte = at.bytes[at.index]
  if (byte === undefined) throw faultBehind(at, faults.endInString)
  return byte
}

const readEscapeLetter = (at: Cursor): number => {
  const letter = stringByte(at)
  at.index++
  if (!escapeLetters.has(letter)) throw faultBehind(at, faults.escape)
  return letter
}

const readEscape = (at: Cursor): void => {
  if (readEscapeLetter(at) !== letterU) return
  const first = readHex(at)
  if (first >= 0xdc00 && first <= 0xdfff) throw faultBehind(at, faults.loneSurrogate)
  if (first < 0xd800 || first > 0xdbff) return
  for (const expected of [backslash, letterU]) {
    const byte = stringByte(at)
    at.index++
    if (byte !== expected) throw faultBehind(at, faults.endOfHex)
  }
  const second = readHex(at)
  if (second < 0xdc00 || second > 0xdfff) throw faultBehind(at, faults.loneSurrogate)
}

const readHex = (at: Cursor): number => {
  if (at.index + 4 > at.bytes.length) {
    at.index = at.bytes.length
    throw faultBehind(at, faults.endInString)
  }
  const digits = decodeUtf8(at.bytes.subarray(at.index, at.index + 4))
  at.index += 4
  if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw faultBehind(at, faults.escape)
  return Number.parseInt(digits, 16)
}
