import type { JsonObject } from "#core/prelude/json.ts"
import { collectElements, skipValue, type Slice, visitMembers } from "#core/protocol/json-slices.ts"

/**
 * Counts of a request that the engine takes, because they have 64 bits, and no JavaScript number holds, by name, in
 * digits. They are repeated in the answer as they were written; what is calculated with is `countMax`.
 */
export type LargeCounts = Readonly<Record<string, string>>

export const countMax = Number.MAX_SAFE_INTEGER

export type Count = number | null | "wrong"

/** A count of a request; null where it is absent or null. */
export const countOf = (body: JsonObject, name: string, large: LargeCounts): Count => {
  if (large[name] !== undefined) return countMax
  const value = body[name] ?? null
  if (value === null) return null
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : "wrong"
}

/** The digits of a count that is too large for a number; null where it is not, or the engine refuses it. */
export const largeDigits = (digits: string): string | null => {
  if (!/^[0-9]{16,}$/.test(digits)) return null
  const count = BigInt(digits)
  return count > countMax && count <= u64Max ? String(count) : null
}

/** The large counts of a JSON text that is an object. */
export const readLargeCounts = (text: string): LargeCounts =>
  mayHaveAny(text) ? largeCountsAt(text, beginning(text)) : {}

/** Those of a multi-search: of each query, and of the list that all of them make. */
export interface LargeCountsOfQueries {
  readonly queries: ReadonlyArray<LargeCounts>
  readonly federation: LargeCounts
}

export const readLargeCountsOfQueries = (text: string): LargeCountsOfQueries => {
  let queries: ReadonlyArray<LargeCounts> = []
  let federation: LargeCounts = {}
  if (mayHaveAny(text) && text[beginning(text)] === "{")
    visitMembers(text, 0, (key, _keyStart, valueStart) => {
      if (key === "federation") federation = largeCountsAt(text, valueStart)
      if (key !== "queries" || text[valueStart] !== "[") return skipValue(text, valueStart)
      const elements: Array<Slice> = []
      const end = collectElements(text, valueStart, elements)
      queries = elements.map(({ start }) => largeCountsAt(text, start))
      return end
    })
  return { queries, federation }
}

const u64Max = 18_446_744_073_709_551_615n
const names = ["offset", "limit", "page", "hitsPerPage", "cropLength"]

const mayHaveAny = (text: string): boolean =>
  /"(?:offset|limit|page|hitsPerPage|cropLength)"\s*:\s*[0-9]{16}/.test(text)

const beginning = (text: string): number => text.length - text.trimStart().length

const largeCountsAt = (text: string, start: number): LargeCounts => {
  const large = new Map<string, string>()
  if (text[start] !== "{") return {}
  visitMembers(text, start, (key, _keyStart, valueStart) => {
    const valueEnd = skipValue(text, valueStart)
    if (names.includes(key)) {
      const digits = largeDigits(text.slice(valueStart, valueEnd))
      if (digits === null) large.delete(key)
      else large.set(key, digits)
    }
    return valueEnd
  })
  return Object.fromEntries(large)
}
