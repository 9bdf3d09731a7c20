import type { Json } from "#core/prelude/json.ts"
import { readFilterParameter } from "#core/filter/read-filter-parameter.ts"
import { countMax, type LargeCounts, largeDigits } from "./large-counts.ts"
import { splitSort } from "./split-sort.ts"

/** How a value is written in a query string. */
export type ParameterKind = "text" | "count" | "flag" | "number" | "list" | "filter" | "sort" | "numbers"

export interface ReadParameters {
  readonly body: Readonly<Record<string, Json>>
  readonly large: LargeCounts
}

/**
 * Turns the parameters of a query string into the body that would say the same. Null where a node should say what is wrong:
 * with a parameter that is not listed, or a value that is not of its kind.
 */
export const readParameters = (
  pairs: ReadonlyArray<readonly [string, string]>,
  kinds: Readonly<Record<string, ParameterKind>>,
): ReadParameters | null => {
  const body: Record<string, Json> = {}
  const large = new Map<string, string>()
  for (const [name, text] of pairs) {
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined
    const digits = kind === "count" ? largeDigits(text.replace(/^\+/, "")) : null
    const value = kind === undefined ? undefined : digits === null ? readParameter(kind, text) : countMax
    if (value === undefined) return null
    body[name] = value
    if (digits === null) large.delete(name)
    else large.set(name, digits)
  }
  return { body, large: Object.fromEntries(large) }
}

const readParameter = (kind: ParameterKind, text: string): Json | undefined => {
  switch (kind) {
    case "text":
      return text
    case "count":
      return readCount(text)
    case "number":
      return readNumber(text)
    case "flag":
      return text === "true" ? true : text === "false" ? false : undefined
    case "list":
      return text === "" ? [] : text.split(",")
    case "numbers":
      return readNumbers(text)
    case "sort":
      return splitSort(text)
    case "filter":
      return readFilterParameter(text) ?? undefined
  }
}

const readCount = (text: string): number | undefined => {
  const count = /^\+?[0-9]+$/.test(text) ? Number(text) : Number.NaN
  return Number.isSafeInteger(count) ? count : undefined
}

/** What Rust reads as a float; JavaScript takes more (`0x1`, spaces, nothing) and other names of what is no number. */
const finite = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/
const infinite = /^[+-]?inf(?:inity)?$/i

const readNumber = (text: string): number | undefined => {
  const number = finite.test(text) ? Number(text) : Number.NaN
  return Number.isFinite(number) ? number : undefined
}

/** Nothing between two commas is left out, as the engine does. */
const readNumbers = (text: string): ReadonlyArray<number> | undefined => {
  const numbers: Array<number> = []
  for (const part of text.split(",")) {
    if (part === "") continue
    const number = infinite.test(part) ? Number(`${part.replace(/inf.*/i, "")}Infinity`) : Number(part)
    if (Number.isNaN(number) || !(finite.test(part) || infinite.test(part))) return undefined
    numbers.push(Math.max(-beyondFloat, Math.min(beyondFloat, number)))
  }
  return numbers
}

/** The engine keeps vectors in 32 bits, where this is infinite; JSON has no other way to say so. */
const beyondFloat = 1e39
