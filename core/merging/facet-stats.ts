import { readMembers } from "#core/protocol/json-slices.ts"
import { compareCodePoints } from "./compare-code-points.ts"
import { compareNumbers } from "./compare-hits.ts"
import { isHiddenField } from "./rewrite-members.ts"

/** Smallest and largest number of a facet, with their texts as the nodes wrote them. */
export interface NumberRange {
  readonly min: number
  readonly max: number
  readonly minText: string
  readonly maxText: string
}

/**
 * Ranges over all nodes, by facet, from the JSON texts of their `facetStats`. A facet without numbers is in none of
 * them.
 */
export const mergeFacetStats = (nodes: ReadonlyArray<string | null>): Map<string, NumberRange> => {
  const ranges = new Map<string, NumberRange>()
  for (const stats of nodes) {
    if (stats === null) continue
    for (const facet of readMembers(stats)) {
      if (isHiddenField(facet.key)) continue
      const range = readRange(stats, facet.valueStart)
      const known = ranges.get(facet.key)
      ranges.set(facet.key, known === undefined ? range : widen(known, range))
    }
  }
  return ranges
}

/** JSON text of the ranges, facets in the engine's order. */
export const printFacetStats = (ranges: ReadonlyMap<string, NumberRange>): string => {
  const printed = [...ranges]
    .sort(([left], [right]) => compareCodePoints(left, right))
    .map(([facet, range]) => `${JSON.stringify(facet)}:{"min":${range.minText},"max":${range.maxText}}`)
  return `{${printed.join(",")}}`
}

const readRange = (text: string, start: number): NumberRange => {
  const texts = new Map(
    readMembers(text, start).map((member) => [member.key, text.slice(member.valueStart, member.valueEnd)]),
  )
  const minText = texts.get("min") ?? "null"
  const maxText = texts.get("max") ?? "null"
  return { min: Number(minText), max: Number(maxText), minText, maxText }
}

const widen = (one: NumberRange, other: NumberRange): NumberRange => {
  const low = compareNumbers(one.min, other.min) <= 0 ? one : other
  const high = compareNumbers(one.max, other.max) >= 0 ? one : other
  return { min: low.min, minText: low.minText, max: high.max, maxText: high.maxText }
}
