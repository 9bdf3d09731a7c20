import { type JsonNumber, readNumber, skipNumber } from "./serde-json-number.ts"
import { printFloat } from "./serde-json-print.ts"
import {
  type Cursor,
  faultAhead,
  faultBehind,
  faults,
  peekToken,
  readIdent,
  readString,
  skipString,
} from "./serde-json-reader.ts"
import { decodeUtf8Strictly } from "#core/prelude/utf8.ts"

/** serde_json refuses the 128th level of nesting. */
export const nestingMax = 128

/**
 * Reads one value and prints it as serde_json prints a `Value`: no whitespace, names in the order of their first
 * appearance with the value of their last, shortest escapes, integers exact. Throws `JsonFault`.
 */
export const readValue = (at: Cursor, levelsLeft: number = nestingMax): string => {
  const token = peekToken(at)
  switch (token) {
    case letter.quote:
      at.index++
      return JSON.stringify(readString(at))
    case letter.openList: {
      const items: Array<string> = []
      readItems(at, levelsLeft, (left) => items.push(readValue(at, left)))
      return `[${items.join(",")}]`
    }
    case letter.openObject: {
      const members = new Map<string, string>()
      readMembers(at, levelsLeft, (name, left) => members.set(name, readValue(at, left)))
      return `{${[...members].map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(",")}}`
    }
    default: {
      const scalar = readScalar(at, token)
      if (typeof scalar === "string") return scalar
      return scalar.tag === "integer" ? scalar.text : printFloat(scalar.value)
    }
  }
}

/** Reads one value as `readValue` does, and prints nothing: printing takes most of the time. Throws `JsonFault`. */
export const checkValue = (at: Cursor, levelsLeft: number = nestingMax): void => {
  const token = peekToken(at)
  switch (token) {
    case letter.quote:
      at.index++
      readString(at)
      return
    case letter.openList:
      return readItems(at, levelsLeft, (left) => checkValue(at, left))
    case letter.openObject:
      return readMembers(at, levelsLeft, (_name, left) => checkValue(at, left))
    default:
      readScalar(at, token)
  }
}

/**
 * Reads the members of an object; `at` stands on its `{`. `readMember` must read the value; `nameStart` is the index of
 * the name's opening quote.
 */
export const readMembers = (
  at: Cursor,
  levelsLeft: number,
  readMember: (name: string, levelsLeft: number, nameStart: number) => void,
): void => {
  if (levelsLeft === 1) throw faultAhead(at, faults.recursion)
  at.index++
  for (let first = true; ; first = false) {
    let token = peekToken(at)
    if (token === letter.closeObject) break
    if (token === null) throw faultAhead(at, faults.endInObject)
    if (!first) {
      if (token !== letter.comma) throw faultAhead(at, faults.objectCommaOrEnd)
      at.index++
      token = peekToken(at)
      if (token === letter.closeObject) throw faultAhead(at, faults.trailingComma)
      if (token === null) throw faultAhead(at, faults.endInValue)
    }
    if (token !== letter.quote) throw faultAhead(at, faults.key)
    const nameStart = at.index
    at.index++
    const name = readString(at)
    const colon = peekToken(at)
    if (colon !== letter.colon) throw faultAhead(at, colon === null ? faults.endInObject : faults.colon)
    at.index++
    readMember(name, levelsLeft - 1, nameStart)
  }
  at.index++
}

/** Reads the items of a list; `at` stands on its `[`. `readItem` must read the value. */
export const readItems = (at: Cursor, levelsLeft: number, readItem: (levelsLeft: number) => void): void => {
  if (levelsLeft === 1) throw faultAhead(at, faults.recursion)
  at.index++
  for (let first = true; ; first = false) {
    let token = peekToken(at)
    if (token === letter.closeList) break
    if (token === null) throw faultAhead(at, faults.endInList)
    if (!first) {
      if (token !== letter.comma) throw faultAhead(at, faults.listCommaOrEnd)
      at.index++
      token = peekToken(at)
      if (token === letter.closeList) throw faultAhead(at, faults.trailingComma)
      if (token === null) throw faultAhead(at, faults.endInValue)
    }
    readItem(levelsLeft - 1)
  }
  at.index++
}

/**
 * Reads one value and keeps only its bytes, as serde_json's `RawValue` does: form is checked, but not the depth, the
 * range of numbers or the pairing of surrogates. Throws `JsonFault`.
 */
export const readRawValue = (at: Cursor): Uint8Array => {
  peekToken(at)
  const start = at.index
  skipValue(at)
  const raw = at.bytes.subarray(start, at.index)
  if (decodeUtf8Strictly(raw) === null) throw faultBehind(at, faults.codePoint)
  return raw
}

/** Skips one value. Not recursive, because the depth has no bound here. */
const skipValue = (at: Cursor): void => {
  const open: Array<number> = []
  for (;;) {
    const token = peekToken(at)
    if (token === null) throw faultAhead(at, faults.endInValue)
    let mayContinue = true
    if (token === letter.openList || token === letter.openObject) {
      at.index++
      open.push(token)
      mayContinue = false
    } else skipScalar(at, token)
    for (;;) {
      const container = open.at(-1)
      if (container === undefined) return
      const inList = container === letter.openList
      const next = peekToken(at)
      if (next === null) throw faultAhead(at, inList ? faults.endInList : faults.endInObject)
      if (next === letter.comma && mayContinue) {
        at.index++
        break
      }
      if (next !== (inList ? letter.closeList : letter.closeObject)) {
        if (mayContinue) throw faultAhead(at, inList ? faults.listCommaOrEnd : faults.objectCommaOrEnd)
        break
      }
      at.index++
      open.pop()
      mayContinue = true
    }
    if (open.at(-1) === letter.openObject) skipName(at)
  }
}

const skipScalar = (at: Cursor, token: number): void => {
  if (token === letter.n) readWord(at, "null")
  else if (token === letter.t) readWord(at, "true")
  else if (token === letter.f) readWord(at, "false")
  else if (token === letter.quote) {
    at.index++
    skipString(at)
  } else if (startsNumber(token)) skipNumber(at)
  else throw faultAhead(at, faults.value)
}

const skipName = (at: Cursor): void => {
  const token = peekToken(at)
  if (token !== letter.quote) throw faultAhead(at, token === null ? faults.endInObject : faults.key)
  at.index++
  skipString(at)
  const colon = peekToken(at)
  if (colon !== letter.colon) throw faultAhead(at, colon === null ? faults.endInObject : faults.colon)
  at.index++
}

/** A word as it stands, or a number. */
const readScalar = (at: Cursor, token: number | null): string | JsonNumber => {
  switch (token) {
    case null:
      throw faultAhead(at, faults.endInValue)
    case letter.n:
      return readWord(at, "null")
    case letter.t:
      return readWord(at, "true")
    case letter.f:
      return readWord(at, "false")
    default:
      if (!startsNumber(token)) throw faultAhead(at, faults.value)
      return readNumber(at)
  }
}

const readWord = (at: Cursor, word: string): string => {
  at.index++
  readIdent(at, word.slice(1))
  return word
}

const startsNumber = (token: number): boolean => token === 0x2d || (token >= 0x30 && token <= 0x39)

const letter = {
  n: 0x6e,
  t: 0x74,
  f: 0x66,
  quote: 0x22,
  comma: 0x2c,
  colon: 0x3a,
  openList: 0x5b,
  closeList: 0x5d,
  openObject: 0x7b,
  closeObject: 0x7d,
} as const
