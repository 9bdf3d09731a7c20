import { decodeString } from "#core/protocol/json-slices.ts"
import { compareCodePoints } from "./compare-code-points.ts"

/**
 * Total order of document ids in their normal form: integers by value (of any size, compared as text), then all others
 * by code points. It decides between hits that the engine's rules leave equal, the same way on every page and every
 * proxy.
 */
export const comparePrimaryKeys = (left: string, right: string): number => {
  if (left === right) return 0
  const leftIsInteger = isInteger(left)
  if (leftIsInteger !== isInteger(right)) return leftIsInteger ? -1 : 1
  return leftIsInteger ? compareIntegers(left, right) : compareCodePoints(left, right)
}

/** Normal form of an id in JSON: 7 and "7" name the same document, as on the engine. */
export const normalPrimaryKey = (json: string): string =>
  json.startsWith('"') ? decodeString(json, 0, json.length).trim() : json

/** "007" and "-0" are strings: the engine keeps them as they are and holds them apart from 7 and 0. */
export const isInteger = (id: string): boolean => /^(?:0|-?[1-9][0-9]*)$/.test(id)

const compareIntegers = (left: string, right: string): number => {
  const leftIsNegative = left.startsWith("-")
  if (leftIsNegative !== right.startsWith("-")) return leftIsNegative ? -1 : 1
  const byMagnitude = left.length - right.length || (left < right ? -1 : 1)
  return leftIsNegative ? -byMagnitude : byMagnitude
}
