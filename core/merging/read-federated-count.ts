import { readMembers } from "#core/protocol/json-slices.ts"
import type { Facets } from "./facets.ts"

/** What a node's answer to a federated search on one index counts. */
export interface FederatedNodeCount {
  readonly totalHits: number
  readonly facets: Facets
}

export const readFederatedCount = (text: string): FederatedNodeCount => {
  let totalHits = 0
  let facets: Facets = { distribution: null, stats: null }
  for (const { key, valueStart, valueEnd } of readMembers(text)) {
    if (key === "estimatedTotalHits" || key === "totalHits") totalHits = Number(text.slice(valueStart, valueEnd))
    if (key === "facetsByIndex") facets = readFirstIndex(text, valueStart)
  }
  return { totalHits, facets }
}

const readFirstIndex = (text: string, start: number): Facets => {
  const [index] = readMembers(text, start)
  if (index === undefined) return { distribution: null, stats: null }
  const members = new Map(
    readMembers(text, index.valueStart).map(({ key, valueStart, valueEnd }) => [key, text.slice(valueStart, valueEnd)]),
  )
  return { distribution: members.get("distribution") ?? null, stats: members.get("stats") ?? null }
}
