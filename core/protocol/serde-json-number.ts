import { type Cursor, faultAhead, faultBehind, faults, peek } from "./serde-json-reader.ts"

/** A number as serde_json holds it: exact within i64 and u64, else a double. */
export type JsonNumber =
  { readonly tag: "integer"; readonly text: string } | { readonly tag: "float"; readonly value: number }

/**
 * Reads a number; `at` stands on its first byte. Doubles come out as serde_json computes them without its feature
 * `float_roundtrip`: digits times a power of ten, which may differ from the nearest double in the last place
 * (`7.038531e-26` is printed as `7.038530999999999e-26`).
 */
export const readNumber = (at: Cursor): JsonNumber => {
  const negative = peek(at) === minus
  if (negative) at.index++
  if (at.index >= at.bytes.length) throw faultBehind(at, faults.endInValue)
  const first = peek(at)
  at.index++
  if (!isDigit(first)) throw faultBehind(at, faults.number)
  if (first === zero && isDigit(peek(at))) throw faultAhead(at, faults.number)
  const read: Digits = { significand: first - zero, exponent: 0 }
  while (isDigit(peek(at))) {
    if (!take(at, read)) {
      for (; isDigit(peek(at)); at.index++) read.exponent++
      break
    }
  }
  const isInteger = read.exponent === 0 && peek(at) !== dot && !isExponent(peek(at))
  const isExact = isInteger && (!negative || (read.significand > 0 && read.significand <= i64Magnitude))
  if (isExact) return { tag: "integer", text: `${negative ? "-" : ""}${read.significand}` }
  if (peek(at) === dot) readFraction(at, read)
  const magnitude = isExponent(peek(at)) ? readExponent(at, read) : scale(at, read)
  return { tag: "float", value: negative ? -magnitude : magnitude }
}

/** Checks a number's form only, as serde_json does for a value that nobody asked for. */
export const skipNumber = (at: Cursor): void => {
  if (peek(at) === minus) at.index++
  const first = peek(at)
  at.index++
  if (!isDigit(first)) throw skipFault(at)
  if (first === zero && isDigit(peek(at))) throw faultAhead(at, faults.number)
  if (first !== zero) skipDigits(at)
  if (peek(at) === dot) {
    at.index++
    if (!isDigit(peek(at))) throw faultAhead(at, faults.number)
    skipDigits(at)
  }
  if (!isExponent(peek(at))) return
  at.index++
  if (peek(at) === plus || peek(at) === minus) at.index++
  at.index++
  if (!isDigit(at.bytes[at.index - 1] ?? 0)) throw skipFault(at)
  skipDigits(at)
}

interface Digits {
  /** A `bigint` only beyond what a `number` holds exactly: one per digit would make long vectors slow. */
  significand: number | bigint
  exponent: number
}

const zero = 0x30
const minus = 0x2d
const plus = 0x2b
const dot = 0x2e
/** One more digit may follow and a `number` still holds it. */
const shortMax = 900_719_925_474_098
const u64Max = 18_446_744_073_709_551_615n
const i64Magnitude = 9_223_372_036_854_775_808n
const i32Max = 2_147_483_647
/** Powers of ten that a double can hold. */
const powerMax = 308
/** Read from literals, which gives the nearest doubles; a computed power might not be. */
const powers = Array.from({ length: powerMax + 1 }, (_, exponent) => Number(`1e${exponent}`))

const isDigit = (byte: number): boolean => byte >= zero && byte <= 0x39
const isExponent = (byte: number): boolean => byte === 0x65 || byte === 0x45

const skipDigits = (at: Cursor): void => {
  while (isDigit(peek(at))) at.index++
}

/** At the end of the text nothing was read, so the position does not move past it. */
const skipFault = (at: Cursor): Error => {
  at.index = Math.min(at.index, at.bytes.length)
  return faultBehind(at, faults.number)
}

/** Adds the digit at hand, unless it would not fit 64 bits. */
const take = (at: Cursor, read: Digits): boolean => {
  const digit = peek(at) - zero
  if (typeof read.significand === "number" && read.significand <= shortMax)
    read.significand = read.significand * 10 + digit
  else {
    const next = BigInt(read.significand) * 10n + BigInt(digit)
    if (next > u64Max) return false
    read.significand = next
  }
  at.index++
  return true
}

const readFraction = (at: Cursor, read: Digits): void => {
  at.index++
  if (!isDigit(peek(at))) {
    throw faultAhead(at, at.index >= at.bytes.length ? faults.endInValue : faults.number)
  }
  while (isDigit(peek(at))) {
    // Digits that do not fit are not looked at any more: they are below the precision of a double.
    if (!take(at, read)) return skipDigits(at)
    read.exponent--
  }
}

const readExponent = (at: Cursor, read: Digits): number => {
  at.index++
  const negative = peek(at) === minus
  if (negative || peek(at) === plus) at.index++
  if (at.index >= at.bytes.length) throw faultBehind(at, faults.endInValue)
  at.index++
  if (!isDigit(at.bytes[at.index - 1] ?? 0)) throw faultBehind(at, faults.number)
  let exponent = (at.bytes[at.index - 1] ?? zero) - zero
  while (isDigit(peek(at))) {
    exponent = exponent * 10 + (peek(at) - zero)
    at.index++
    if (exponent <= i32Max) continue
    if (read.significand !== 0 && !negative) throw faultBehind(at, faults.numberRange)
    skipDigits(at)
    return 0
  }
  return scale(at, { significand: read.significand, exponent: read.exponent + (negative ? -exponent : exponent) })
}

const scale = (at: Cursor, read: Digits): number => {
  let value = Number(read.significand)
  let exponent = read.exponent
  while (exponent < -powerMax && value !== 0) {
    value /= 1e308
    exponent += powerMax
  }
  if (value === 0) return 0
  if (exponent > powerMax) throw faultBehind(at, faults.numberRange)
  const power = powers[Math.abs(exponent)]!
  const scaled = exponent < 0 ? value / power : value * power
  if (!Number.isFinite(scaled)) throw faultBehind(at, faults.numberRange)
  return scaled
}
