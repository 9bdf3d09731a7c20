import type { Scan } from "./scan.ts"

/** Skips a string whose opening quote stands before `index`. */
export const skipString = (scan: Scan, index: number): number => {
  const { bytes, words } = scan
  for (;;) {
    const byte = bytes[index]!
    if (byte === 0x22) return index + 1
    if (byte < 0x20) return -1
    if (byte === 0x5c) {
      index = skipEscape(scan, index + 1)
    } else if (byte >= 0x80) {
      index = skipSequence(bytes, index)
    } else {
      index++
      // Four plain bytes at once, from the next word boundary on. Each term leaves the high bit of a byte set that is
      // not plain: below 0x20, a quote, a backslash, or from 0x80 on. Other bytes stay below 0x80 in every term.
      while ((index & 3) !== 0 && isPlain(bytes[index]!)) index++
      if ((index & 3) !== 0) continue
      let word = index >> 2
      for (;;) {
        const four = words[word]!
        const quotes = four ^ 0x22222222
        const slashes = four ^ 0x5c5c5c5c
        const found = (four - 0x20202020) | (quotes - 0x01010101) | (slashes - 0x01010101) | four
        if ((found & highBits) !== 0) break
        word++
      }
      index = word << 2
      continue
    }
    if (index === -1) return -1
  }
}

const highBits = 0x80808080 | 0

const isPlain = (byte: number): boolean => byte >= 0x20 && byte < 0x80 && byte !== 0x22 && byte !== 0x5c

/** Skips what follows a backslash. A surrogate without its other half is left to the exact reader. */
const skipEscape = (scan: Scan, index: number): number => {
  const { bytes } = scan
  scan.sawEscape = true
  const letter = bytes[index]!
  if (letter !== 0x75) return escapeLetters[letter] === 1 ? index + 1 : -1
  const unit = hexUnit(bytes, index + 1)
  if (unit === -1) return -1
  if (unit < 0xd800 || unit > 0xdfff) return index + 5
  const isPair = unit < 0xdc00 && bytes[index + 5] === 0x5c && bytes[index + 6] === 0x75
  const second = isPair ? hexUnit(bytes, index + 7) : -1
  if (second >= 0xdc00 && second <= 0xdfff) return index + 11
  scan.hasDoubtfulValue = true
  return index + 5
}

/** The number of four hexadecimal digits, or -1. */
const hexUnit = (bytes: Uint8Array, index: number): number => {
  let unit = 0
  for (let digit = index; digit < index + 4; digit++) {
    const byte = bytes[digit]!
    const letter = byte | 0x20
    if (byte >= 0x30 && byte <= 0x39) unit = (unit << 4) | (byte - 0x30)
    else if (letter >= 0x61 && letter <= 0x66) unit = (unit << 4) | (letter - 0x57)
    else return -1
  }
  return unit
}

const escapeLetters = new Uint8Array(256)
for (const letter of '"\\/bfnrt') escapeLetters[letter.charCodeAt(0)] = 1

/**
 * Skips one UTF-8 sequence of two to four bytes; -1 when it is overlong, a surrogate, beyond U+10FFFF or cut off. Some
 * byte that is no continuation must follow the last one.
 */
export const skipSequence = (bytes: Uint8Array, index: number): number => {
  const lead = bytes[index]!
  const second = bytes[index + 1]!
  if (lead < 0xc2 || lead > 0xf4 || second < 0x80 || second > 0xbf) return -1
  if (lead < 0xe0) return index + 2
  const third = bytes[index + 2]!
  if (third < 0x80 || third > 0xbf) return -1
  if (lead < 0xf0) return (lead === 0xe0 && second < 0xa0) || (lead === 0xed && second > 0x9f) ? -1 : index + 3
  const fourth = bytes[index + 3]!
  if (fourth < 0x80 || fourth > 0xbf) return -1
  return (lead === 0xf0 && second < 0x90) || (lead === 0xf4 && second > 0x8f) ? -1 : index + 4
}
