import { type Json, isJsonObject } from "#core/prelude/json.ts"
import { parseUuid } from "#core/prelude/uuid.ts"
import { debugString, printFloat } from "#core/protocol/serde-json-print.ts"
import { readNumber } from "#core/protocol/serde-json-number.ts"
import {
  type Cursor,
  type JsonFault,
  faultAhead,
  faultBehind,
  faults,
  peekToken,
  readIdent,
  readString,
} from "#core/protocol/serde-json-reader.ts"
import { nestingMax, readMembers, readValue } from "#core/protocol/serde-json-value.ts"

/** What a tenant may see of the indexes that a pattern means; null: everything. */
export interface TenantRule {
  readonly pattern: string
  readonly filter: Json
}

export interface TenantClaims {
  readonly keyUid: string
  readonly rules: ReadonlyArray<TenantRule>
  /** Seconds since 1970. */
  readonly expiresAtSeconds: bigint | null
  /** With an audience the engine refuses a token. */
  readonly hasAudience: boolean
}

/** Reads the payload of a tenant token. Throws `JsonFault` with serde_json's words; unknown claims are passed over. */
export const readClaims = (bytes: Uint8Array): TenantClaims => {
  let rules: TenantClaims["rules"] | null = null
  let keyUid: string | null = null
  let expiresAtSeconds: bigint | null = null
  let hasAudience = false
  const readers: Readonly<Record<string, (at: Cursor) => void>> = {
    searchRules: (at) => (rules = readRules(at)),
    apiKeyUid: (at) => (keyUid = readKeyUid(at)),
    exp: (at) => (expiresAtSeconds = readSeconds(at)),
    aud: (at) => (hasAudience = isAudience(JSON.parse(readValue(at)) as Json)),
  }
  const at = readStruct(bytes, "struct Claims", readers, new Set(["searchRules", "apiKeyUid", "exp"]))
  if (rules === null) throw faultBehind(at, "missing field `searchRules`")
  if (keyUid === null) throw faultBehind(at, "missing field `apiKeyUid`")
  return { keyUid, rules, expiresAtSeconds, hasAudience }
}

/** The algorithm that the header of a token names. Throws `JsonFault`. */
export const readAlgorithm = (bytes: Uint8Array): string => {
  let algorithm: string | null = null
  const readers: Readonly<Record<string, (at: Cursor) => void>> = {
    alg: (at) => (algorithm = readVariant(at)),
    typ: readOptionalText,
    cty: readOptionalText,
    jku: readOptionalText,
    kid: readOptionalText,
    x5u: readOptionalText,
    x5t: readOptionalText,
    x5c: (at) => {
      if (peekToken(at) !== openList && !readNull(at)) throw mismatch(at, "a sequence")
      if (peekToken(at) === openList) readValue(at)
    },
    jwk: (at) => {
      if (peekToken(at) !== openObject && !readNull(at)) throw mismatch(at, "struct Jwk")
      if (peekToken(at) === openObject) readValue(at)
    },
  }
  const at = readStruct(bytes, "struct Header", readers, new Set(Object.keys(readers)))
  if (algorithm === null) throw faultBehind(at, "missing field `alg`")
  return algorithm
}

const quote = 0x22
const openList = 0x5b
const openObject = 0x7b
const closeObject = 0x7d
const i64Max = 2n ** 63n - 1n
const i64Min = -(2n ** 63n)

/** Reads an object; a member that is named twice is a mistake if it is one of `known`. Returns the position after it. */
const readStruct = (
  bytes: Uint8Array,
  expected: string,
  readers: Readonly<Record<string, (at: Cursor) => void>>,
  known: ReadonlySet<string>,
): Cursor => {
  const at: Cursor = { bytes, index: 0 }
  const token = peekToken(at)
  if (token === null) throw faultAhead(at, faults.endInValue)
  if (token !== openObject) throw mismatch(at, expected)
  const seen = new Set<string>()
  readMembers(at, nestingMax, (name) => {
    // The colon has been read already; the engine complains in front of it.
    if (seen.has(name) && known.has(name))
      throw faultBehind({ bytes, index: bytes.lastIndexOf(quote, at.index - 1) + 1 }, `duplicate field \`${name}\``)
    seen.add(name)
    const reader = Object.hasOwn(readers, name) ? readers[name] : undefined
    if (reader === undefined) readValue(at)
    else reader(at)
  })
  const end = at.index
  if (peekToken(at) !== null) throw faultAhead(at, faults.trailing)
  return { bytes, index: end }
}

const readOptionalText = (at: Cursor): void => {
  if (peekToken(at) === quote) {
    at.index++
    readString(at)
  } else if (!readNull(at)) throw mismatch(at, "a string")
}

const algorithms = "HS256 HS384 HS512 ES256 ES384 RS256 RS384 RS512 PS256 PS384 PS512 EdDSA".split(" ")

const readVariant = (at: Cursor): string => {
  if (peekToken(at) !== quote) throw faultAhead(at, faults.value)
  at.index++
  const name = readString(at)
  if (algorithms.includes(name)) return name
  const expected = algorithms.map((one) => `\`${one}\``).join(", ")
  throw faultBehind(at, `unknown variant \`${name}\`, expected one of ${expected}`)
}

const readRules = (at: Cursor): ReadonlyArray<TenantRule> => {
  const rules = rulesOf(JSON.parse(readValue(at)) as Json)
  if (rules !== null) return rules
  // The engine notices this when the object ends behind the value.
  if (peekToken(at) === closeObject) at.index++
  throw faultBehind(at, "data did not match any variant of untagged enum SearchRules")
}

const rulesOf = (value: Json): ReadonlyArray<TenantRule> | null => {
  if (Array.isArray(value)) {
    const patterns: ReadonlyArray<Json> = value
    return patterns.every((pattern) => typeof pattern === "string")
      ? patterns.map((pattern) => ({ pattern, filter: null }))
      : null
  }
  if (!isJsonObject(value)) return null
  const rules: Array<TenantRule> = []
  for (const [pattern, rule = null] of Object.entries(value)) {
    // A struct of one field may also be written as a list of one.
    if (rule === null) rules.push({ pattern, filter: null })
    else if (Array.isArray(rule) && rule.length === 1)
      rules.push({ pattern, filter: (rule as ReadonlyArray<Json>)[0]! })
    else if (isJsonObject(rule)) rules.push({ pattern, filter: rule["filter"] ?? null })
    else return null
  }
  return rules
}

const readKeyUid = (at: Cursor): string => {
  if (peekToken(at) !== quote) throw mismatch(at, "a UUID string")
  at.index++
  const parsed = parseUuid(readString(at))
  if (parsed.tag === "refused") throw faultBehind(at, `UUID parsing failed: ${parsed.reason}`)
  return parsed.uuid
}

const readSeconds = (at: Cursor): bigint | null => {
  if (readNull(at)) return null
  const token = peekToken(at)
  const isNumber = token === 0x2d || (token !== null && token >= 0x30 && token <= 0x39)
  if (!isNumber) throw mismatch(at, "i64")
  const start = at.index
  const number = readNumber(at)
  const value = number.tag === "integer" ? BigInt(number.text) : null
  if (value !== null && value <= i64Max && value >= i64Min) return value
  if (value !== null) throw faultBehind(at, `invalid value: integer \`${value}\`, expected i64`)
  at.index = start
  throw mismatch(at, "i64")
}

const readNull = (at: Cursor): boolean => {
  if (peekToken(at) !== 0x6e) return false
  at.index++
  readIdent(at, "ull")
  return true
}

/** What serde says of a value of another type: scalars are read first, the beginning of a list or an object is not. */
const mismatch = (at: Cursor, expected: string): JsonFault => {
  const token = peekToken(at)
  if (token === openList) return faultBehind(at, `invalid type: sequence, expected ${expected}`)
  if (token === openObject) return faultBehind(at, `invalid type: map, expected ${expected}`)
  if (token === quote) {
    at.index++
    return faultBehind(at, `invalid type: string ${debugString(readString(at))}, expected ${expected}`)
  }
  if (token === 0x74 || token === 0x66 || token === 0x6e) {
    const word = readValue(at)
    return faultBehind(at, `invalid type: ${word === "null" ? "null" : `boolean \`${word}\``}, expected ${expected}`)
  }
  if (token === null || (token !== 0x2d && (token < 0x30 || token > 0x39))) return faultAhead(at, faults.value)
  const number = readNumber(at)
  const found =
    number.tag === "integer" ? `integer \`${number.text}\`` : `floating point \`${printFloat(number.value)}\``
  return faultBehind(at, `invalid type: ${found}, expected ${expected}`)
}

const isAudience = (value: Json): boolean =>
  typeof value === "string" || (Array.isArray(value) && value.every((member) => typeof member === "string"))
