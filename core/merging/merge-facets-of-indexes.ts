import { readMembers } from "#core/protocol/json-slices.ts"
import { compareCodePoints } from "./compare-code-points.ts"
import { mergeFacetStats, printFacetStats } from "./facet-stats.ts"
import type { Facets } from "./facets.ts"

/**
 * The facets of several indexes as one, as a federated search merges them: counts are added by the value as it is
 * shown, and the values are ordered as texts, or by count, and then cut. Unlike within one index, spellings stay apart.
 */
export const mergeFacetsOfIndexes = (
  indexes: ReadonlyArray<Facets>,
  /** By facet: how its values are ordered. */
  sortBy: (facet: string) => "alpha" | "count",
  /** null: values are not cut again. */
  valuesMax: number | null,
): Facets => {
  const counted = new Map<string, Map<string, number>>()
  for (const { distribution } of indexes) {
    if (distribution === null) continue
    for (const facet of readMembers(distribution)) {
      const values = counted.get(facet.key) ?? new Map<string, number>()
      counted.set(facet.key, values)
      for (const { key, valueStart, valueEnd } of readMembers(distribution, facet.valueStart))
        values.set(key, (values.get(key) ?? 0) + Number(distribution.slice(valueStart, valueEnd)))
    }
  }
  const printed = [...counted]
    .sort(([left], [right]) => compareCodePoints(left, right))
    .map(([facet, values]) => {
      const ordered = [...values].sort(sortBy(facet) === "alpha" ? byValue : byCount)
      return `${JSON.stringify(facet)}:${printValues(valuesMax === null ? ordered : ordered.slice(0, valuesMax))}`
    })
  return {
    distribution: `{${printed.join(",")}}`,
    stats: printFacetStats(mergeFacetStats(indexes.map((index) => index.stats))),
  }
}

type Counted = readonly [value: string, count: number]

const byValue = ([left]: Counted, [right]: Counted): number => compareCodePoints(left, right)

const byCount = (left: Counted, right: Counted): number => right[1] - left[1] || byValue(left, right)

const printValues = (values: ReadonlyArray<Counted>): string =>
  `{${values.map(([value, count]) => `${JSON.stringify(value)}:${count}`).join(",")}}`
