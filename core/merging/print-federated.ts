import type { Federation } from "#core/routing/multi-search-request.ts"
import { compareCodePoints } from "./compare-code-points.ts"
import { type Facets, sortByOf } from "./facets.ts"
import { mergeFacetsOfIndexes } from "./merge-facets-of-indexes.ts"
import { type FederatedHits, printFederatedHit } from "./merge-federated.ts"
import { optional } from "./merge-search.ts"
import { printPages } from "./print-pages.ts"
import { isSemantic } from "./merge-hits.ts"

/** What is counted in one index of a federated search. */
export interface IndexTotals {
  readonly indexUid: string
  readonly totalHits: number
  readonly facets: Facets
  readonly sortFacetValuesBy: Readonly<Record<string, "alpha" | "count">>
}

export interface FederatedAnswer extends FederatedHits {
  readonly federation: Federation
  /** Indexes that are searched, each once. */
  readonly indexes: ReadonlyArray<IndexTotals>
  /** JSON texts of vectors by the number of their query; null: no query asks for vectors. */
  readonly queryVectors: ReadonlyArray<readonly [position: number, vector: string]> | null
  /** Whether any query looks for a vector. */
  readonly isSemantic: boolean
}

/** The answer to a federated search, with the fields and in the order of v1.21.0. */
export const printFederated = (answer: FederatedAnswer, processingTimeMs: number): string => {
  const { hits, federation, indexes, rejected, queryVectors } = answer
  const totalHits = indexes.reduce((sum, index) => sum + index.totalHits, 0) - rejected
  const semantic = hits.filter(({ hit }) => isSemantic(hit)).length
  const vectors = queryVectors?.map(([position, vector]) => `"${position}":${vector}`)
  const members = [
    `"hits":[${hits.map(printFederatedHit).join(",")}]`,
    optional("queryVectors", vectors === undefined ? null : `{${vectors.join(",")}}`),
    `"processingTimeMs":${processingTimeMs}`,
    printFederatedPaging(federation, totalHits),
    ...printFacets(federation, indexes),
    optional("semanticHitCount", answer.isSemantic ? String(semantic) : null),
  ]
  return `{${members.filter((member) => member !== null).join(",")}}`
}

const printFederatedPaging = ({ paging }: Federation, totalHits: number): string => {
  if (paging.tag === "page") return printPages(paging, totalHits)
  const { limit, offset } = { ...paging, ...paging.large }
  return `"limit":${limit},"offset":${offset},"estimatedTotalHits":${totalHits}`
}

const printFacets = (
  { mergeFacets, facetsByIndex }: Federation,
  indexes: ReadonlyArray<IndexTotals>,
): ReadonlyArray<string | null> => {
  const counted = indexes
    .filter(({ indexUid }) => (facetsByIndex.get(indexUid) ?? null) !== null)
    .sort((left, right) => compareCodePoints(left.indexUid, right.indexUid))
  if (mergeFacets === null) {
    const printed = counted.map(
      ({ indexUid, facets: { distribution, stats } }) =>
        `${JSON.stringify(indexUid)}:{"distribution":${distribution ?? "{}"},"stats":${stats ?? "{}"}}`,
    )
    return [optional("facetsByIndex", printed.length === 0 ? null : `{${printed.join(",")}}`)]
  }
  if (counted.length === 0) return []
  const sortBy = (facet: string): "alpha" | "count" => {
    const index = counted.find(({ facets: { distribution } }) => distribution?.includes(JSON.stringify(facet)) === true)
    return index === undefined ? "alpha" : sortByOf(facet, index)
  }
  const merged = mergeFacetsOfIndexes(
    counted.map((index) => index.facets),
    sortBy,
    mergeFacets.maxValuesPerFacet,
  )
  return [optional("facetDistribution", merged.distribution), optional("facetStats", merged.stats)]
}
