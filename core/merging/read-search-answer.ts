import { collectElements, skipValue, type Slice, visitMembers } from "#core/protocol/json-slices.ts"
import type { Facets } from "./facets.ts"

/** One node's answer to a search, with its hits still unread. */
export interface SearchAnswer {
  readonly text: string
  readonly hits: ReadonlyArray<Slice>
  /** `estimatedTotalHits` or `totalHits`, whichever the node was asked for. */
  readonly totalHits: number
  readonly facets: Facets
  readonly processingTimeMs: number
  /** JSON texts of what is passed on as it is. */
  readonly queryVector: string | null
  readonly requestUid: string | null
  readonly semanticHitCount: number | null
}

/** Reads the body of a 200 answer. Fails with `MalformedJson` when it is cut off. */
export const readSearchAnswer = (text: string): SearchAnswer => {
  const hits: Array<Slice> = []
  const values = new Map<string, string>()
  visitMembers(text, 0, (key, _keyStart, valueStart) => {
    if (key === "hits") return collectElements(text, valueStart, hits)
    const valueEnd = skipValue(text, valueStart)
    values.set(key, text.slice(valueStart, valueEnd))
    return valueEnd
  })
  const semanticHitCount = values.get("semanticHitCount")
  return {
    text,
    hits,
    totalHits: Number(values.get("totalHits") ?? values.get("estimatedTotalHits") ?? 0),
    facets: { distribution: values.get("facetDistribution") ?? null, stats: values.get("facetStats") ?? null },
    processingTimeMs: Number(values.get("processingTimeMs") ?? 0),
    queryVector: values.get("queryVector") ?? null,
    requestUid: values.get("requestUid") ?? null,
    semanticHitCount: semanticHitCount === undefined ? null : Number(semanticHitCount),
  }
}
