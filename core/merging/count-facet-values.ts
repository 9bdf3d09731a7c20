import { facetValuesMax } from "#core/settings/physical-settings.ts"
import { collectCounts, type Facets } from "./facets.ts"
import { normaliseFacetValue } from "./facet-value.ts"

/** How many values of a facet there are on each node, and on all of them together. */
export interface ValueCounts {
  readonly perNode: ReadonlyArray<number>
  readonly together: number
}

/** Null where a node does not list the facet, or lists so many values that it may have left some out. */
export const countFacetValues = (nodes: ReadonlyArray<Facets>, facet: string): ValueCounts | null => {
  const perNode: Array<number> = []
  for (const node of nodes) {
    const counts = collectCounts([node]).get(facet)
    if (node.distribution === null) return null
    const size = counts === undefined ? 0 : counts.numbers.size + counts.strings.size
    if (size >= facetValuesMax) return null
    perNode.push(size)
  }
  const all = collectCounts(nodes).get(facet)
  if (all === undefined) return { perNode, together: 0 }
  const strings = new Set([...all.strings.keys()].map(normaliseFacetValue))
  return { perNode, together: all.numbers.size + strings.size }
}
