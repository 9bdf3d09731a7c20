import { encodeUtf8 } from "#core/prelude/utf8.ts"
import { reservedPrefix } from "#core/protocol/hidden-fields.ts"
import type { Scan } from "./scan.ts"
import { skipString } from "./scan-string.ts"

// The fast pass over documents: one look at every byte, no value is built. It checks the form of JSON completely. Where
// only an exact reader can judge (surrogates, huge numbers, deep nesting, escaped names) it raises a flag and goes on.
// Correct, then fast: the loops are written out because calls per byte would halve the speed.

/** Scans the object whose `{` stands at `start`; the index after its `}`, or -1 when it is not well formed. */
export const scanDocument = (scan: Scan, start: number): number => {
  const { bytes, keyName } = scan
  scan.keyStart = 0
  scan.keyCount = 0
  scan.hasEscapedName = false
  scan.hasDoubtfulValue = false
  scan.hasReservedName = false
  let index = skipSpace(bytes, start + 1)
  if (bytes[index] === 0x7d) return index + 1
  for (;;) {
    if (bytes[index] !== 0x22) return -1
    const nameStart = index + 1
    scan.sawEscape = false
    index = skipString(scan, nameStart)
    if (index === -1) return -1
    const nameEnd = index - 1
    if (scan.sawEscape) scan.hasEscapedName = true
    if (bytes[nameStart] === 0x5f && sameBytes(bytes, nameStart, nameEnd, reservedBytes, true)) {
      scan.hasReservedName = true
    }
    index = skipSpace(bytes, index)
    if (bytes[index] !== 0x3a) return -1
    index = skipSpace(bytes, index + 1)
    const valueStart = index
    index = skipValue(scan, index)
    if (index === -1) return -1
    if (keyName !== null && sameBytes(bytes, nameStart, nameEnd, keyName, false)) {
      scan.keyStart = valueStart
      scan.keyEnd = index
      scan.keyCount++
    }
    index = skipSpace(bytes, index)
    const next = bytes[index]
    if (next === 0x7d) return index + 1
    if (next !== 0x2c) return -1
    index = skipSpace(bytes, index + 1)
  }
}

/** The index of the first byte at or after `index` that is not whitespace. */
export const skipSpace = (bytes: Uint8Array, index: number): number => {
  for (let byte = bytes[index]; byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;) {
    byte = bytes[++index]
  }
  return index
}

const reservedBytes = encodeUtf8(reservedPrefix)
/** Nesting of one value that no reader of the engine refuses; deeper is doubtful. */
const nestingCertain = 126
/** A number of fewer characters is certainly within a double's range, also with two digits of exponent. */
const digitsCertain = 200

const sameBytes = (
  bytes: Uint8Array,
  start: number,
  end: number,
  expected: Uint8Array,
  prefixOnly: boolean,
): boolean => {
  const length = expected.length
  if (prefixOnly ? end - start < length : end - start !== length) return false
  for (let offset = 0; offset < length; offset++) if (bytes[start + offset] !== expected[offset]) return false
  return true
}

/** The index after the value at `start`, or -1. Loops instead of recursing: the depth has no bound here. */
const skipValue = (scan: Scan, start: number): number => {
  const bytes = scan.bytes
  let index = start
  let depth = 0
  for (;;) {
    const byte = bytes[index]!
    if (byte === 0x22) {
      index = skipString(scan, index + 1)
    } else if (byte === 0x7b || byte === 0x5b) {
      const inObject = byte === 0x7b
      index = skipSpace(bytes, index + 1)
      if (bytes[index] === (inObject ? 0x7d : 0x5d)) {
        index++
        if (depth >= nestingCertain) scan.hasDoubtfulValue = true
      } else {
        depth = push(scan, depth, byte)
        if (inObject) index = skipName(scan, index)
        if (index === -1) return -1
        continue
      }
    } else index = skipScalar(scan, index, byte)
    // A value has ended: what follows belongs to the containers around it.
    for (;;) {
      if (index === -1) return -1
      if (depth === 0) return index
      index = skipSpace(bytes, index)
      const inObject = scan.nesting[depth - 1] === 0x7b
      const next = bytes[index]
      if (next === 0x2c) {
        index = skipSpace(bytes, index + 1)
        if (inObject) index = skipName(scan, index)
        break
      }
      if (next !== (inObject ? 0x7d : 0x5d)) return -1
      depth--
      index++
    }
    if (index === -1) return -1
  }
}

const push = (scan: Scan, depth: number, kind: number): number => {
  if (depth === scan.nesting.length) {
    const larger = new Uint8Array(depth * 2)
    larger.set(scan.nesting)
    scan.nesting = larger
  }
  if (depth >= nestingCertain) scan.hasDoubtfulValue = true
  scan.nesting[depth] = kind
  return depth + 1
}

/** Skips a nested name and its colon. */
const skipName = (scan: Scan, start: number): number => {
  const bytes = scan.bytes
  if (bytes[start] !== 0x22) return -1
  let index = skipString(scan, start + 1)
  if (index === -1) return -1
  index = skipSpace(bytes, index)
  return bytes[index] === 0x3a ? skipSpace(bytes, index + 1) : -1
}

const skipScalar = (scan: Scan, index: number, byte: number): number => {
  const { bytes } = scan
  if (byte === 0x74) {
    return bytes[index + 1] === 0x72 && bytes[index + 2] === 0x75 && bytes[index + 3] === 0x65 ? index + 4 : -1
  }
  if (byte === 0x6e) {
    return bytes[index + 1] === 0x75 && bytes[index + 2] === 0x6c && bytes[index + 3] === 0x6c ? index + 4 : -1
  }
  if (byte === 0x66) {
    const isFalse =
      bytes[index + 1] === 0x61 && bytes[index + 2] === 0x6c && bytes[index + 3] === 0x73 && bytes[index + 4] === 0x65
    return isFalse ? index + 5 : -1
  }
  return skipNumber(scan, index)
}

const skipNumber = (scan: Scan, start: number): number => {
  const { bytes } = scan
  let index = start
  if (bytes[index] === 0x2d) index++
  if (bytes[index] === 0x30) index++
  else {
    const digits = index
    index = skipDigits(bytes, index)
    if (index === digits) return -1
  }
  if (bytes[index] === 0x2e) {
    const digits = ++index
    index = skipDigits(bytes, index)
    if (index === digits) return -1
  }
  if ((bytes[index]! | 0x20) === 0x65) {
    index++
    if (bytes[index] === 0x2b || bytes[index] === 0x2d) index++
    const digits = index
    index = skipDigits(bytes, index)
    if (index === digits) return -1
    // Two digits of exponent and few digits before cannot leave the range of a double.
    if (index - digits > 2) scan.hasDoubtfulValue = true
  }
  if (index - start > digitsCertain) scan.hasDoubtfulValue = true
  return index
}

const skipDigits = (bytes: Uint8Array, index: number): number => {
  for (let byte = bytes[index]!; byte >= 0x30 && byte <= 0x39;) byte = bytes[++index]!
  return index
}
