import { nestingMax } from "./serde-json-value.ts"

/**
 * Whether a text that `JSON.parse` takes may still be one that serde_json refuses: a surrogate without its other half, a
 * number that may lie beyond a double, too many levels. One look at every byte, no value is built.
 */
export const isDoubtfulJson = (bytes: Uint8Array): boolean => {
  let depth = 0
  for (let index = 0; index < bytes.length;) {
    const byte = bytes[index]!
    if (byte === quote) {
      index = skipString(bytes, index + 1)
      if (index === doubtful) return true
    } else if (byte === minus || isDigit(byte)) {
      index = skipNumber(bytes, index)
      if (index === doubtful) return true
    } else {
      if (byte === openList || byte === openObject) depth++
      else if (byte === closeList || byte === closeObject) depth--
      if (depth >= nestingMax) return true
      index++
    }
  }
  return false
}

/** In place of a position. */
const doubtful = -1
/** With two digits of exponent, a number of so many characters stays below 10^300. */
const charactersCertain = 200

const quote = 0x22
const plus = 0x2b
const minus = 0x2d
const dot = 0x2e
const openList = 0x5b
const backslash = 0x5c
const closeList = 0x5d
const letterU = 0x75
const openObject = 0x7b
const closeObject = 0x7d

const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39

/** The position after the string whose opening quote stands before `index`. */
const skipString = (bytes: Uint8Array, index: number): number => {
  for (;;) {
    const byte = bytes[index]!
    if (byte === quote) return index + 1
    if (byte !== backslash) index++
    else if (bytes[index + 1] !== letterU) index += 2
    else {
      const unit = unitAt(bytes, index)
      if (unit < 0xd800 || unit > 0xdfff) index += escapeLength
      else {
        const next = index + escapeLength
        if (unit > 0xdbff || bytes[next] !== backslash || bytes[next + 1] !== letterU) return doubtful
        const second = unitAt(bytes, next)
        if (second < 0xdc00 || second > 0xdfff) return doubtful
        index = next + escapeLength
      }
    }
  }
}

const escapeLength = "\\u0000".length

const unitAt = (bytes: Uint8Array, escapeStart: number): number => {
  let unit = 0
  for (let index = escapeStart + 2; index < escapeStart + escapeLength; index++) {
    const byte = bytes[index]!
    unit = (unit << 4) | (isDigit(byte) ? byte - 0x30 : (byte | 0x20) - 0x57)
  }
  return unit
}

const skipNumber = (bytes: Uint8Array, start: number): number => {
  let index = start + 1
  for (let byte = bytes[index]!; (byte >= 0x30 && byte <= 0x39) || byte === dot;) byte = bytes[++index]!
  if (index - start > charactersCertain) return doubtful
  if (bytes[index] !== 0x65 && bytes[index] !== 0x45) return index
  index++
  if (bytes[index] === plus || bytes[index] === minus) index++
  const digits = index
  while (isDigit(bytes[index] ?? 0)) index++
  return index - digits > 2 ? doubtful : index
}
