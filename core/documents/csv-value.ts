import { rustWhiteSpace, trimOuter } from "#core/prelude/trim-outer.ts"
import { encodeUtf8 } from "#core/prelude/utf8.ts"
import { printFloat } from "#core/protocol/serde-json-print.ts"

export type ColumnType = "string" | "number" | "boolean"

/** `price:number` → the name and type of a column. Split at the last colon; an unknown type belongs to the name. */
export const parseHeader = (header: string): { readonly name: string; readonly type: ColumnType } => {
  const colon = header.lastIndexOf(":")
  const suffix = colon === -1 ? "" : header.slice(colon + 1)
  return suffix === "string" || suffix === "number" || suffix === "boolean"
    ? { name: header.slice(0, colon), type: suffix }
    : { name: header, type: "string" }
}

/**
 * Whether a cell of bytes is already the JSON text of its value: true for most, which need no look at their characters then. Numbers
 * of up to fifteen digits that neither begin nor end with a zero too many are printed as they were written.
 */
export const isPlainValue = (type: ColumnType, bytes: Uint8Array, start: number, end: number): boolean =>
  type === "number" ? isPlainNumber(bytes, start, end) : isWord(bytes, start, end, yes) || isWord(bytes, start, end, no)

const isPlainNumber = (bytes: Uint8Array, start: number, end: number): boolean => {
  const first = bytes[start] === minus ? start + 1 : start
  const whole = digitsEnd(bytes, first, end)
  if (whole === first || end - first > plainDigitsMax) return false
  const beginsWithZero = bytes[first] === zero
  if (beginsWithZero && whole > first + 1) return false
  // `-0` is printed without its sign.
  if (whole === end) return !(beginsWithZero && first > start)
  if (bytes[whole] !== point || digitsEnd(bytes, whole + 1, end) !== end || whole + 1 === end) return false
  // `1.50` is printed as 1.5, and 0.00001 with an exponent.
  return bytes[end - 1] !== zero && !(beginsWithZero && bytes[whole + 1] === zero)
}

const digitsEnd = (bytes: Uint8Array, start: number, end: number): number => {
  let index = start
  while (index < end && bytes[index]! >= zero && bytes[index]! <= nine) index++
  return index
}

const isWord = (bytes: Uint8Array, start: number, end: number, word: Uint8Array): boolean => {
  if (end - start !== word.length) return false
  for (let index = start; index < end; index++) if (bytes[index] !== word[index - start]) return false
  return true
}

const yes = encodeUtf8("true")
const no = encodeUtf8("false")
const minus = 0x2d
const point = 0x2e
const zero = 0x30
const nine = 0x39
/** A double holds each of them exactly enough to print it again. */
const plainDigitsMax = 15

/**
 * The JSON text of a number cell, as Rust parses it: i64 (`+5` and `007` too), else a double; `null` when it is empty,
 * infinite or not a number; null when it is no number at all.
 */
export const csvNumber = (cell: string): string | null => {
  const text = trimOuter(cell, rustWhiteSpace)
  if (text === "") return "null"
  if (/^[+-]?[0-9]+$/.test(text)) {
    const integer = longInteger.test(text) ? null : BigInt(text.replace("+", ""))
    if (integer !== null && BigInt.asIntN(64, integer) === integer) return integer.toString()
    // One way through the text: a cell may be as long as an upload.
  } else if (!/^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?$/.test(text)) {
    return /^[+-]?(inf|infinity|nan)$/i.test(text) ? "null" : null
  }
  const float = Number(text)
  return Number.isFinite(float) ? printFloat(float) : "null"
}

/** The JSON text of a boolean cell; null when it is neither `true` nor `false`. */
export const csvBoolean = (cell: string): string | null => {
  const text = trimOuter(cell, rustWhiteSpace)
  if (text === "") return "null"
  return text === "true" || text === "false" ? text : null
}

/** More digits than any i64 has, without the zeros before them. */
const longInteger = /^[+-]?0*[1-9][0-9]{19}/
