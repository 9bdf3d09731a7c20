// xxHash64 with seed 0, as published by Yann Collet, on 32-bit halves: JavaScript has no fast 64-bit integers, and
// BigInt is ten times slower. Fast won over short here: the halves are spelled out, because objects or arrays per
// step cost more than the arithmetic. Input is gathered into little-endian words first, so that texts and bytes share
// one kernel that gives the same result on every machine.
import { encodeUtf8 } from "#core/prelude/utf8.ts"

/** A 64-bit hash as `[high, low]`, both unsigned. The caller owns it, so that hashing allocates nothing. */
export type Hash64 = Uint32Array

export const makeHash64 = (): Hash64 => new Uint32Array(2)

/** Hashes the UTF-8 form of `text`; a lone surrogate counts as U+FFFD. */
export const hashText = (text: string, into: Hash64): void => {
  const length = text.length
  if (length < chunkBytes && gatherAscii(text)) finish(length, length, into)
  else hashBytes(encodeUtf8(text), into)
}

/**
 * Hashes the UTF-8 form of `text` followed by one byte 0xFF, which no UTF-8 contains: the end of the text becomes part
 * of what is hashed. It is what Rust's `Hash` for `str` feeds to a hasher.
 */
export const hashTerminatedText = (text: string, into: Hash64): void => {
  const length = text.length
  if (length < chunkBytes && gatherAscii(text)) {
    const last = length >>> 2
    words[last] = (length & 3 ? words[last]! : 0) | (0xff << ((length & 3) << 3))
    finish(length + 1, length + 1, into)
    return
  }
  const utf8 = encodeUtf8(text)
  const terminated = new Uint8Array(utf8.length + 1)
  terminated.set(utf8)
  terminated[utf8.length] = 0xff
  hashBytes(terminated, into)
}

/** Hashes the bytes from `start` up to, not including, `end`. */
export const hashBytes = (bytes: Uint8Array, into: Hash64, start = 0, end = bytes.length): void => {
  const total = end - start
  let at = start
  if (total > chunkBytes) resetLanes()
  for (; end - at > chunkBytes; at += chunkBytes) {
    gatherBytes(bytes, at, chunkBytes)
    mixStripes(chunkBytes / stripeBytes)
  }
  gatherBytes(bytes, at, end - at)
  finish(end - at, total, into)
}

const stripeBytes = 32
/** Long input is hashed in pieces of this size, so memory stays bounded; a multiple of the stripe. */
const chunkBytes = 1024

// Scratch of the one hash under way: nothing here outlives a call, and no call is interrupted by another.
const words = new Int32Array(chunkBytes / 4 + 1)
/** Four 64-bit lanes, low half first. */
const lanes = new Int32Array(8)

const multiply = Math.imul

// The five primes of the algorithm in halves, and the lower half in quarters where a product needs them.
const prime1High = 0x9e3779b1 | 0
const prime1Low = 0x85ebca87 | 0
const prime1Bottom = 0xca87
const prime1Middle = 0x85eb
const prime2High = 0xc2b2ae3d | 0
const prime2Low = 0x27d4eb4f | 0
const prime2Bottom = 0xeb4f
const prime2Middle = 0x27d4
const prime3High = 0x165667b1 | 0
const prime3Low = 0x9e3779f9 | 0
const prime3Bottom = 0x79f9
const prime3Middle = 0x9e37
const prime4High = 0x85ebca77 | 0
const prime4Low = 0xc2b2ae63 | 0
const prime5High = 0x27d4eb2f | 0
const prime5Low = 0x165667c5 | 0
const prime5Bottom = 0x67c5
const prime5Middle = 0x1656

/** The lanes start at prime1 + prime2, prime2, 0 and -prime1. Stores, because `set` costs more than the rest. */
const resetLanes = (): void => {
  lanes[0] = 0xadc0b5d6
  lanes[1] = 0x60ea27ee
  lanes[2] = prime2Low
  lanes[3] = prime2High
  lanes[4] = 0
  lanes[5] = 0
  lanes[6] = 0x7a143579
  lanes[7] = 0x61c8864e
}

/** Packs an ASCII text into words; false, with useless words, when it is not ASCII. */
const gatherAscii = (text: string): boolean => {
  const length = text.length
  const whole = length & ~3
  let seen = 0
  let at = 0
  for (; at < whole; at += 4) {
    const first = text.charCodeAt(at)
    const second = text.charCodeAt(at + 1)
    const third = text.charCodeAt(at + 2)
    const fourth = text.charCodeAt(at + 3)
    seen |= first | second | third | fourth
    words[at >>> 2] = first | (second << 8) | (third << 16) | (fourth << 24)
  }
  if (at < length) {
    let word = 0
    for (let shift = 0; at < length; at++, shift += 8) {
      const code = text.charCodeAt(at)
      seen |= code
      word |= code << shift
    }
    words[whole >>> 2] = word
  }
  return seen < 0x80
}

const gatherBytes = (bytes: Uint8Array, start: number, length: number): void => {
  const whole = length & ~3
  for (let at = 0; at < whole; at += 4) {
    const from = start + at
    words[at >>> 2] = bytes[from]! | (bytes[from + 1]! << 8) | (bytes[from + 2]! << 16) | (bytes[from + 3]! << 24)
  }
  let word = 0
  for (let at = whole; at < length; at++) word |= bytes[start + at]! << ((at - whole) << 3)
  words[whole >>> 2] = word
}

/**
 * The upper half of the product of two unsigned 32-bit numbers, the right one given in 16-bit quarters. It is kept
 * so terse because V8 inlines only small functions, and every use must be inlined.
 */
const multiplyHigh = (left: number, rightBottom: number, rightMiddle: number): number => {
  const bottom = left & 0xffff
  const middle = left >>> 16
  const first = multiply(middle, rightBottom) + (multiply(bottom, rightBottom) >>> 16)
  return multiply(middle, rightMiddle) + (first >>> 16) + ((multiply(bottom, rightMiddle) + (first & 0xffff)) >>> 16)
}

/** lane = rotateLeft(lane + word × prime2, 31) × prime1, for each lane of each stripe. */
const mixStripes = (count: number): void => {
  for (let lane = 0; lane < 8; lane += 2) {
    let low = lanes[lane]!
    let high = lanes[lane + 1]!
    for (let at = lane, end = count * 8; at < end; at += 8) {
      const wordLow = words[at]!
      const wordHigh = words[at + 1]!
      const addLow = multiply(wordLow, prime2Low)
      const addHigh =
        (multiplyHigh(wordLow, prime2Bottom, prime2Middle) +
          multiply(wordLow, prime2High) +
          multiply(wordHigh, prime2Low)) |
        0
      const sumLow = (low + addLow) | 0
      const sumHigh = (high + addHigh + (sumLow >>> 0 < addLow >>> 0 ? 1 : 0)) | 0
      const turnedHigh = (sumHigh << 31) | (sumLow >>> 1)
      const turnedLow = (sumLow << 31) | (sumHigh >>> 1)
      high =
        (multiplyHigh(turnedLow, prime1Bottom, prime1Middle) +
          multiply(turnedLow, prime1High) +
          multiply(turnedHigh, prime1Low)) |
        0
      low = multiply(turnedLow, prime1Low)
    }
    lanes[lane] = low
    lanes[lane + 1] = high
  }
}

/** Hashes what is left in `words` (`length` bytes of `total`), after the stripes that were mixed before. */
const finish = (length: number, total: number, into: Hash64): void => {
  let low = prime5Low
  let high = prime5High
  let at = 0
  if (total >= stripeBytes) {
    const stripes = length >>> 5
    if (length === total) resetLanes()
    mixStripes(stripes)
    mergeLanes()
    low = lanes[0]!
    high = lanes[1]!
    at = stripes << 3
  }
  const added = (low + total) | 0
  if (added >>> 0 < total) high = (high + 1) | 0
  low = added

  const wholeWords = length >>> 2
  for (; at + 2 <= wholeWords; at += 2) {
    // hash = rotateLeft(hash ^ rotateLeft(word × prime2, 31) × prime1, 27) × prime1 + prime4
    const wordLow = words[at]!
    const wordHigh = words[at + 1]!
    const onceLow = multiply(wordLow, prime2Low)
    const onceHigh =
      (multiplyHigh(wordLow, prime2Bottom, prime2Middle) +
        multiply(wordLow, prime2High) +
        multiply(wordHigh, prime2Low)) |
      0
    const turnedHigh = (onceHigh << 31) | (onceLow >>> 1)
    const turnedLow = (onceLow << 31) | (onceHigh >>> 1)
    high ^=
      multiplyHigh(turnedLow, prime1Bottom, prime1Middle) +
      multiply(turnedLow, prime1High) +
      multiply(turnedHigh, prime1Low)
    low ^= multiply(turnedLow, prime1Low)
    const mixedHigh = (high << 27) | (low >>> 5)
    const mixedLow = (low << 27) | (high >>> 5)
    high =
      (multiplyHigh(mixedLow, prime1Bottom, prime1Middle) +
        multiply(mixedLow, prime1High) +
        multiply(mixedHigh, prime1Low)) |
      0
    low = (multiply(mixedLow, prime1Low) + prime4Low) | 0
    high = (high + prime4High + (low >>> 0 < prime4Low >>> 0 ? 1 : 0)) | 0
  }
  if (at < wholeWords) {
    // hash = rotateLeft(hash ^ half × prime1, 23) × prime2 + prime3
    const half = words[at]!
    high ^= multiplyHigh(half, prime1Bottom, prime1Middle) + multiply(half, prime1High)
    low ^= multiply(half, prime1Low)
    const mixedHigh = (high << 23) | (low >>> 9)
    const mixedLow = (low << 23) | (high >>> 9)
    high =
      (multiplyHigh(mixedLow, prime2Bottom, prime2Middle) +
        multiply(mixedLow, prime2High) +
        multiply(mixedHigh, prime2Low)) |
      0
    low = (multiply(mixedLow, prime2Low) + prime3Low) | 0
    high = (high + prime3High + (low >>> 0 < prime3Low >>> 0 ? 1 : 0)) | 0
  }
  for (let rest = words[wholeWords]!, left = length & 3; left > 0; left--, rest >>>= 8) {
    // hash = rotateLeft(hash ^ byte × prime5, 11) × prime1
    const byte = rest & 0xff
    high ^= multiplyHigh(byte, prime5Bottom, prime5Middle) + multiply(byte, prime5High)
    low ^= multiply(byte, prime5Low)
    const mixedHigh = (high << 11) | (low >>> 21)
    const mixedLow = (low << 11) | (high >>> 21)
    high =
      (multiplyHigh(mixedLow, prime1Bottom, prime1Middle) +
        multiply(mixedLow, prime1High) +
        multiply(mixedHigh, prime1Low)) |
      0
    low = multiply(mixedLow, prime1Low)
  }

  low ^= high >>> 1 // hash ^ (hash >>> 33)
  high = (multiplyHigh(low, prime2Bottom, prime2Middle) + multiply(low, prime2High) + multiply(high, prime2Low)) | 0
  low = multiply(low, prime2Low)
  low ^= (high << 3) | (low >>> 29) // hash ^ (hash >>> 29)
  high ^= high >>> 29
  high = (multiplyHigh(low, prime3Bottom, prime3Middle) + multiply(low, prime3High) + multiply(high, prime3Low)) | 0
  low = multiply(low, prime3Low)
  into[0] = high
  into[1] = low ^ high // hash ^ (hash >>> 32)
}

/**
 * Leaves the sum of the four lanes, each turned by its own amount, with each lane mixed in once more, in lane 0.
 * Rare enough (inputs of 32 bytes and more) to be written for brevity.
 */
const mergeLanes = (): void => {
  let low = 0
  let high = 0
  for (let lane = 0; lane < 8; lane += 2) {
    const turn = laneTurns[lane >>> 1]!
    const laneLow = lanes[lane]!
    const laneHigh = lanes[lane + 1]!
    const turnedLow = (laneLow << turn) | (laneHigh >>> (32 - turn))
    low = (low + turnedLow) | 0
    high = (high + ((laneHigh << turn) | (laneLow >>> (32 - turn))) + (low >>> 0 < turnedLow >>> 0 ? 1 : 0)) | 0
  }
  for (let lane = 0; lane < 8; lane += 2) {
    // sum = (sum ^ rotateLeft(lane × prime2, 31) × prime1) × prime1 + prime4
    const laneLow = lanes[lane]!
    const laneHigh = lanes[lane + 1]!
    const onceLow = multiply(laneLow, prime2Low)
    const onceHigh =
      (multiplyHigh(laneLow, prime2Bottom, prime2Middle) +
        multiply(laneLow, prime2High) +
        multiply(laneHigh, prime2Low)) |
      0
    const turnedHigh = (onceHigh << 31) | (onceLow >>> 1)
    const turnedLow = (onceLow << 31) | (onceHigh >>> 1)
    high ^=
      multiplyHigh(turnedLow, prime1Bottom, prime1Middle) +
      multiply(turnedLow, prime1High) +
      multiply(turnedHigh, prime1Low)
    low ^= multiply(turnedLow, prime1Low)
    high = (multiplyHigh(low, prime1Bottom, prime1Middle) + multiply(low, prime1High) + multiply(high, prime1Low)) | 0
    low = (multiply(low, prime1Low) + prime4Low) | 0
    high = (high + prime4High + (low >>> 0 < prime4Low >>> 0 ? 1 : 0)) | 0
  }
  lanes[0] = low
  lanes[1] = high
}

const laneTurns = Int32Array.of(1, 7, 12, 18)
