import { readElements, readMembers } from "#core/protocol/json-slices.ts"
import { compareCodePoints } from "./compare-code-points.ts"
import { normaliseFacetValue } from "./facet-value.ts"

export interface FacetHitsPlan {
  /** Echo of the request. */
  readonly facetQuery: string | null
  /** The index's `maxValuesPerFacet`. */
  readonly valuesMax: number
  readonly sortBy: "alpha" | "count"
}

/**
 * One answer to a facet search from the answers of the nodes: counts are added by the normal form of the value, then
 * the values are ordered and cut as one node does. Exact if the nodes did not cut: their own `maxValuesPerFacet` has to
 * be far above the client's. Of several spellings the most frequent one is shown; one node shows that of its first
 * document.
 */
export const mergeFacetHits = (
  answers: ReadonlyArray<string>,
  plan: FacetHitsPlan,
  processingTimeMs: number,
): string => {
  const folded = new Map<string, FacetHit>()
  for (const answer of answers) {
    for (const { value, count } of readFacetHits(answer)) {
      const normal = normaliseFacetValue(value)
      const known = folded.get(normal)
      if (known === undefined) folded.set(normal, { value, normal, count, ofSpelling: count })
      else {
        known.count += count
        if (count > known.ofSpelling) Object.assign(known, { value, ofSpelling: count })
      }
    }
  }
  const ordered = [...folded.values()].sort(plan.sortBy === "alpha" ? byValue : byCount).slice(0, plan.valuesMax)
  const hits = ordered.map(({ value, count }) => `{"value":${JSON.stringify(value)},"count":${count}}`)
  const query = JSON.stringify(plan.facetQuery)
  return `{"facetHits":[${hits.join(",")}],"facetQuery":${query},"processingTimeMs":${processingTimeMs}}`
}

interface FacetHit {
  value: string
  readonly normal: string
  count: number
  ofSpelling: number
}

const readFacetHits = (answer: string): ReadonlyArray<{ readonly value: string; readonly count: number }> => {
  const hits = readMembers(answer).find((member) => member.key === "facetHits")
  if (hits === undefined) return []
  return readElements(answer, hits.valueStart).map(
    ({ start, end }) => JSON.parse(answer.slice(start, end)) as { value: string; count: number },
  )
}

const byValue = (left: FacetHit, right: FacetHit): number => compareFolded(left.normal, right.normal)

/** Ties in reverse order of the bytes of the values as they are shown (measured on v1.21.0). */
const byCount = (left: FacetHit, right: FacetHit): number =>
  right.count - left.count || compareCodePoints(right.value, left.value)

/** The engine searches facet values without accents, and orders them so: with accents decides only between equals. */
const compareFolded = (left: string, right: string): number =>
  compareCodePoints(withoutAccents(left), withoutAccents(right)) || compareCodePoints(left, right)

const withoutAccents = (normal: string): string => normal.replace(/\p{M}/gu, "")
