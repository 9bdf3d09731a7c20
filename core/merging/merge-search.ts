import type { Paging } from "#core/routing/search-request.ts"
import { createDistinct } from "./distinct.ts"
import { countFacetValues } from "./count-facet-values.ts"
import { type Facets, type FacetSettings, type HiddenFacet, mergeFacets } from "./facets.ts"
import { isSemantic, mergeHits, type RankedHit } from "./merge-hits.ts"
import { printPages } from "./print-pages.ts"
import { readField } from "./read-field.ts"
import { readSearchAnswer, type SearchAnswer } from "./read-search-answer.ts"
import { largestTypoCounts, type TypoCounts } from "./strip-details.ts"
import { type HitView, readHit, stripHit } from "./strip-hit.ts"

export interface SearchMergePlan {
  /** Echo of `q`; empty when there was none. */
  readonly query: string
  readonly paging: SearchPaging
  /** The index's `pagination.maxTotalHits`: v1.21 caps hits and totals by it. The nodes' own has to be larger. */
  readonly maxTotalHits: number
  /** Decides between equal hits; null: the order of the answers does. */
  readonly primaryKey: string | null
  /** The primary key was requested only by us. */
  readonly hidePrimaryKey: boolean
  readonly showRankingScore: boolean
  readonly showRankingScoreDetails: boolean
  /** Null: all. */
  readonly displayedAttributes: ReadonlyArray<string> | null
  readonly facets: FacetSettings
  /** The distinct attribute as a facet that only we asked for, to count its values. */
  readonly hideFacet: HiddenFacet
  /** The attribute of which each value may appear once, or null. */
  readonly distinct: string | null
  /** The distinct attribute was requested only by us. */
  readonly hideDistinct: boolean
  /** Attributes that the client wants highlighted or cropped: they are shown in `_formatted` whatever else is hidden. */
  readonly formattedAttributes: ReadonlyArray<string>
}

/**
 * What the client asked for. The nodes were asked for everything up to the end of that: `offset: 0, limit: offset +
 * limit`, or `page: 1, hitsPerPage: page * hitsPerPage`, in both cases with `showRankingScoreDetails`.
 */
export type SearchPaging = Paging

/** What is left of the nodes' answers: the page, and what the answer says besides. */
export interface MergedSearch {
  readonly hits: ReadonlyArray<RankedHit>
  readonly view: HitView
  /** Not capped. */
  readonly totalHits: number
  readonly facets: Facets
  /** JSON texts of what is passed on as it is. */
  readonly queryVector: string | null
  readonly requestUid: string | null
  readonly semanticHitCount: number | null
}

/**
 * One answer from the answers of the nodes (JSON texts of their 200 bodies, each for disjoint documents), with the
 * fields and in the order of v1.21.0. Fails with `MalformedJson` when an answer was cut off.
 */
export const mergeSearch = (
  answers: ReadonlyArray<string>,
  plan: SearchMergePlan,
  processingTimeMs: number,
): string => {
  const nodes = answers.map(readSearchAnswer)
  return printSearch(mergeAnswers(nodes, plan, windowOf(plan)), plan, processingTimeMs)
}

export const mergeAnswers = (
  nodes: ReadonlyArray<SearchAnswer>,
  plan: SearchMergePlan,
  window: { readonly offset: number; readonly limit: number },
): MergedSearch => {
  const candidates = nodes.reduce((sum, node) => sum + node.totalHits, 0)
  const hits = mergeHits(nodes, { primaryKey: plan.primaryKey, distinct: plan.distinct, ...window })
  return {
    hits,
    view: hitView(nodes, plan),
    totalHits: distinctTotal(nodes, plan) ?? candidates - countRepeated(nodes, plan),
    facets: mergeFacets(
      nodes.map((node) => node.facets),
      plan.facets,
      candidates,
      plan.hideFacet,
    ),
    queryVector: firstOf(nodes, (node) => node.queryVector),
    requestUid: firstOf(nodes, (node) => node.requestUid),
    semanticHitCount: countSemantic(nodes, hits),
  }
}

export const printSearch = (merged: MergedSearch, plan: SearchMergePlan, processingTimeMs: number): string => {
  const { semanticHitCount } = merged
  const members = [
    `"hits":[${merged.hits.map((hit) => stripHit(hit, merged.view)).join(",")}]`,
    `"query":${JSON.stringify(plan.query)}`,
    optional("queryVector", merged.queryVector),
    `"processingTimeMs":${processingTimeMs}`,
    printPaging(plan, Math.min(merged.totalHits, plan.maxTotalHits)),
    optional("facetDistribution", merged.facets.distribution),
    optional("facetStats", merged.facets.stats),
    optional("requestUid", merged.requestUid),
    optional("semanticHitCount", semanticHitCount === null ? null : String(semanticHitCount)),
  ]
  return `{${members.filter((member) => member !== null).join(",")}}`
}

/** Hits beyond `maxTotalHits` are never shown; page 0 and pages of 0 hits are empty. */
export const windowOf = (
  plan: Pick<SearchMergePlan, "paging" | "maxTotalHits">,
): { readonly offset: number; readonly limit: number } => {
  const { paging } = plan
  const offset = paging.tag === "offset" ? paging.offset : Math.max(0, paging.page - 1) * paging.hitsPerPage
  const limit = paging.tag === "offset" ? paging.limit : paging.page === 0 ? 0 : paging.hitsPerPage
  return { offset, limit: Math.max(0, Math.min(limit, plan.maxTotalHits - offset)) }
}

/** v1.21 echoes the limit as it was asked, and the offset capped. */
const printPaging = (plan: SearchMergePlan, totalHits: number): string => {
  const { paging } = plan
  if (paging.tag === "offset") {
    const offset = Math.min(paging.offset, plan.maxTotalHits)
    return `"limit":${paging.large?.["limit"] ?? paging.limit},"offset":${offset},"estimatedTotalHits":${totalHits}`
  }
  return printPages(paging, totalHits)
}

/**
 * With pages every node counts its distinct documents to the end. Where it also lists their values, the total is exact:
 * the values of all nodes together, and the documents without a value. Null where the values are not known.
 */
const distinctTotal = (nodes: ReadonlyArray<SearchAnswer>, plan: SearchMergePlan): number | null => {
  if (plan.distinct === null || plan.paging.tag === "offset" || nodes.length === 1) return null
  const counted = countFacetValues(
    nodes.map((node) => node.facets),
    plan.distinct,
  )
  if (counted === null) return null
  const withoutValue = nodes.map((node, position) => node.totalHits - counted.perNode[position]!)
  // A document with two values makes more values than documents: then nothing can be said.
  if (withoutValue.some((count) => count < 0)) return null
  return counted.together + withoutValue.reduce((sum, count) => sum + count, 0)
}

/**
 * Hits that nodes counted once each although they share a distinct value. Only the hits that were sent can be compared,
 * so the total is an upper bound unless all were sent.
 */
const countRepeated = (nodes: ReadonlyArray<SearchAnswer>, plan: SearchMergePlan): number => {
  const { distinct } = plan
  if (distinct === null || nodes.length === 1) return 0
  const isFirst = createDistinct()
  let repeated = 0
  for (const node of nodes) {
    for (const slice of node.hits) {
      const hit = readHit(node.text, slice)
      if (!isFirst(readField(hit.text, hit.members, distinct))) repeated++
    }
  }
  return repeated
}

const hitView = (nodes: ReadonlyArray<SearchAnswer>, plan: SearchMergePlan): HitView => ({
  showRankingScore: plan.showRankingScore,
  showRankingScoreDetails: plan.showRankingScoreDetails,
  hideFields: ownFields(plan),
  hideFormatted: ownFields(plan).filter((field) => !plan.formattedAttributes.some((name) => isSelected(name, field))),
  displayedAttributes: plan.displayedAttributes,
  typoCounts: plan.showRankingScoreDetails && nodes.length > 1 ? typoCountsOf(nodes) : new Map(),
})

/** Fields that only we asked for. */
const ownFields = (plan: SearchMergePlan): ReadonlyArray<string> => [
  ...(plan.hidePrimaryKey && plan.primaryKey !== null ? [plan.primaryKey] : []),
  ...(plan.hideDistinct && plan.distinct !== null ? [plan.distinct] : []),
]

const isSelected = (name: string, field: string): boolean =>
  name === "*" || name === field || field.startsWith(`${name}.`)

const typoCountsOf = (nodes: ReadonlyArray<SearchAnswer>): TypoCounts =>
  largestTypoCounts(
    nodes.flatMap((node) =>
      node.hits.flatMap((slice) => {
        const details = readHit(node.text, slice).members.find((member) => member.key === "_rankingScoreDetails")
        return details === undefined ? [] : [{ text: node.text, start: details.valueStart }]
      }),
    ),
  )

/** Hits of the page that were found by their vectors. */
const countSemantic = (nodes: ReadonlyArray<SearchAnswer>, hits: ReadonlyArray<RankedHit>): number | null => {
  if (nodes.every((node) => node.semanticHitCount === null)) return null
  return hits.filter(isSemantic).length
}

const firstOf = (nodes: ReadonlyArray<SearchAnswer>, read: (node: SearchAnswer) => string | null): string | null =>
  nodes.map(read).find((value) => value !== null) ?? null

export const optional = (name: string, value: string | null): string | null =>
  value === null ? null : `"${name}":${value}`
