import { isRawArray, isRawNumber, isRawObject, type RawObject, type RawValue } from "./raw-json.ts"
import { printNumber } from "./print-number.ts"

/** Every value that stands under a dotted name, looking into nested objects and arrays of objects; empty: no such field. */
export const valuesAt = (document: RawObject, name: string): ReadonlyArray<RawValue> => {
  const found: Array<RawValue> = []
  for (const [key, value] of document) {
    if (key === name) found.push(value)
    else if (name.startsWith(`${key}.`)) collectBelow(value, name.slice(key.length + 1), found)
  }
  return found
}

const collectBelow = (value: RawValue, rest: string, found: Array<RawValue>): void => {
  if (isRawObject(value)) found.push(...valuesAt(value, rest))
  else if (isRawArray(value)) for (const item of value) collectBelow(item, rest, found)
}

/** What filters, facets and sorts see of a field. */
export type FacetValue =
  | { readonly tag: "number"; readonly number: number; readonly text: string }
  | { readonly tag: "text"; readonly normal: string; readonly text: string }

/** Numbers, and texts with booleans written out; nothing for null, for objects and for the empty text. */
export const facetValues = (document: RawObject, name: string): ReadonlyArray<FacetValue> =>
  valuesAt(document, name).flatMap(facetValuesOf)

const facetValuesOf = (value: RawValue): ReadonlyArray<FacetValue> => {
  if (value === null || isRawObject(value)) return []
  if (isRawArray(value)) return value.flatMap(facetValuesOf)
  if (isRawNumber(value)) {
    const number = Number(value.digits)
    return [{ tag: "number", number, text: printFacetNumber(number) }]
  }
  const text = `${value}`
  const normal = normalizeFacet(text)
  return normal === "" ? [] : [{ tag: "text", normal, text }]
}

/** The form in which texts are compared by filters and sorts: accents stay, but decomposed. */
export const normalizeFacet = (text: string): string => text.trim().normalize("NFKD").toLowerCase()

/** Facet numbers are 64-bit floats, printed without a fraction where there is none. */
const printFacetNumber = (number: number): string => {
  const text = printNumber(`${number}`)
  return text.endsWith(".0") ? text.slice(0, -2) : text
}

/** Dotted names of all leaves with their texts, for the word index; arrays contribute one text per item. */
export const leavesOf = (document: RawObject): ReadonlyMap<string, ReadonlyArray<string>> => {
  const leaves = new Map<string, Array<string>>()
  for (const [key, value] of document) collectLeaves(key, value, leaves)
  return leaves
}

const collectLeaves = (name: string, value: RawValue, leaves: Map<string, Array<string>>): void => {
  if (isRawObject(value)) {
    for (const [key, item] of value) collectLeaves(`${name}.${key}`, item, leaves)
  } else if (isRawArray(value)) {
    for (const item of value) collectLeaves(name, item, leaves)
  } else if (value !== null) {
    const text = isRawNumber(value) ? printNumber(value.digits) : `${value}`
    leaves.set(name, [...(leaves.get(name) ?? []), text])
  }
}
