import {
  type Cursor,
  faultAhead,
  faultBehind,
  faults,
  JsonFault,
  peekToken,
  readIdent,
  readString,
} from "#core/protocol/serde-json-reader.ts"
import { debugString, printFloat } from "#core/protocol/serde-json-print.ts"
import { readNumber } from "#core/protocol/serde-json-number.ts"
import { faultOf, readOneValue } from "#core/protocol/serde-json-error.ts"
import { nestingMax, readMembers, readRawValue } from "#core/protocol/serde-json-value.ts"
import type { ErrorBody } from "#core/protocol/meilisearch-error.ts"
import { malformedJson, refusedJson } from "./payload-error.ts"

// The slow second pass: why Meilisearch refuses a payload, in its words. It reads the documents in the engine's order of
// steps (raw item, then its names, then the end of the list), because the first mistake in *that* order is reported.

/** Why one node would refuse this `json` payload; null when it would accept it. Bytes after the list are not looked at. */
export const explainJson = (bytes: Uint8Array): ErrorBody | null => {
  const at = { bytes, index: 0 }
  const fault = faultOf(() => readList(at))
  if (fault === null) return null
  if (!fault.mismatch || fault instanceof ItemFault) return refusedJson("json", fault)
  // No list. One object is read whole, so its values are judged too.
  const whole = faultOf(() => readWholeObject({ bytes, index: 0 }))
  if (whole === null) return null
  return malformedJson("json", whole.mismatch ? "data are neither an object nor a list of objects" : whole.message)
}

/** Why one node would refuse this `ndjson` payload; null when it would accept it. */
export const explainNdjson = (bytes: Uint8Array): ErrorBody | null => {
  const at = { bytes, index: 0 }
  const fault = faultOf(() => {
    for (let token = peekToken(at); token !== null; token = peekToken(at)) {
      const raw = readRawValue(at)
      if (!selfDelimiting.includes(token)) checkEndOfScalar(at)
      readNames(raw)
    }
  })
  return fault === null ? null : refusedJson("ndjson", fault)
}

/** A fault inside one item of a list; its position counts from the item's first byte. */
class ItemFault extends JsonFault {}

const openList = 0x5b
const closeList = 0x5d
const comma = 0x2c
const openObject = 0x7b
const quote = 0x22
const selfDelimiting: ReadonlyArray<number> = [openList, openObject, quote]
/** What may follow a number or a word of an `ndjson` payload. */
const afterScalar: ReadonlyArray<number> = [...' \n\t\r"[]{},:'].map((character) => character.charCodeAt(0))

const readList = (at: Cursor): void => {
  const token = peekToken(at)
  if (token === null) throw faultAhead(at, faults.endInValue)
  if (token !== openList) throw mismatch(at, "a nonempty sequence")
  at.index++
  for (let first = true; ; first = false) {
    let next = peekToken(at)
    if (next === closeList) return
    if (next === null) throw faultAhead(at, faults.endInList)
    if (!first) {
      if (next !== comma) throw faultAhead(at, faults.listCommaOrEnd)
      at.index++
      next = peekToken(at)
      if (next === closeList) throw faultAhead(at, faults.trailingComma)
      if (next === null) throw faultAhead(at, faults.endInValue)
    }
    const raw = readRawValue(at)
    const fault = faultOf(() => readNames(raw))
    if (fault !== null) {
      // The engine stops reading here and then expects the end of the list; if it is not there, that is what it reports.
      checkEndOfList(at)
      throw new ItemFault(fault.reason, fault.line, fault.column, fault.mismatch)
    }
  }
}

const checkEndOfList = (at: Cursor): void => {
  const token = peekToken(at)
  if (token === closeList) return
  if (token === null) throw faultAhead(at, faults.endInList)
  if (token !== comma) throw faultAhead(at, faults.trailing)
  at.index++
  throw faultAhead(at, peekToken(at) === closeList ? faults.trailingComma : faults.trailing)
}

const checkEndOfScalar = (at: Cursor): void => {
  const next = at.bytes[at.index]
  if (next !== undefined && !afterScalar.includes(next)) throw faultAhead(at, faults.trailing)
}

/** Reads the top-level names of an item and skips its values. */
const readNames = (raw: Uint8Array): void => {
  const at = { bytes: raw, index: 0 }
  if (peekToken(at) !== openObject) throw mismatch(at, "a map")
  readMembers(at, nestingMax, () => readRawValue(at))
}

const readWholeObject = (at: Cursor): void => {
  if (peekToken(at) !== openObject) throw mismatch(at, "a map")
  readOneValue(at)
}

/** The fault of a value that has another type than expected; a mistake inside the value comes first. */
const mismatch = (at: Cursor, expected: string): JsonFault => {
  const found = describe(at)
  return faultBehind(at, `invalid type: ${found}, expected ${expected}`, true)
}

const describe = (at: Cursor): string => {
  const word = words.get(peekToken(at) ?? 0)
  if (word !== undefined) {
    at.index++
    readIdent(at, word.rest)
    return word.name
  }
  const token = at.bytes[at.index] ?? 0
  if (token === openList) return "sequence"
  if (token === openObject) return "map"
  if (token === quote) {
    at.index++
    return `string ${debugString(readString(at))}`
  }
  if (token !== 0x2d && (token < 0x30 || token > 0x39)) throw faultAhead(at, faults.value)
  const number = readNumber(at)
  return number.tag === "integer" ? `integer \`${number.text}\`` : `floating point \`${printFloat(number.value)}\``
}

const words: ReadonlyMap<number, { readonly rest: string; readonly name: string }> = new Map([
  [0x6e, { rest: "ull", name: "null" }],
  [0x74, { rest: "rue", name: "boolean `true`" }],
  [0x66, { rest: "alse", name: "boolean `false`" }],
])
