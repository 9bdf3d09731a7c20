import { facetValues, type FacetValue } from "./facet-value.ts"

/**
 * Decides hit by hit, in merged order, whether a hit stays: not when a hit before it stayed that has one of its values.
 * Exact where documents have one value each: every node then sends its winners, and the winners of all are among them.
 */
export const createDistinct = (): ((values: ReadonlyArray<unknown>) => boolean) => {
  const seen = new Set<FacetValue>()
  return (values) => {
    const own = values.flatMap(facetValues)
    if (own.some((value) => seen.has(value))) return false
    for (const value of own) seen.add(value)
    return true
  }
}
