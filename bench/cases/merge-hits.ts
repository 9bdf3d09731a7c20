import { strict as assert } from "node:assert"
import { compareHits } from "#core/merging/compare-hits.ts"
import { comparePrimaryKeys, normalPrimaryKey } from "#core/merging/compare-primary-keys.ts"
import { mergeFacets } from "#core/merging/facets.ts"
import { mergeLists } from "#core/merging/merge-lists.ts"
import { rankKey, type RankKey } from "#core/merging/rank-key.ts"
import { readFieldTexts } from "#core/merging/read-field.ts"
import { readSearchAnswer, type SearchAnswer } from "#core/merging/read-search-answer.ts"
import { type Hit, readHit } from "#core/merging/strip-hit.ts"
import type { BenchCase } from "../bench-case.ts"
import { makeAnswers } from "../search-answers.ts"

const nodeCount = 3
const hitsPerNode = 1000

/** The merging of answers that have been read: which hits come first, and the sums of the facets. */
const mergeCase = (name: string, limit: number, ratioMin: number): BenchCase => ({
  name,
  operation: `the first ${limit} of ${nodeCount} × ${hitsPerNode} hits and facets, of answers already read`,
  ratioMin,
  prepare: async (share) => {
    const nodes = makeAnswers(nodeCount, hitsPerNode * share, 4).map(readSearchAnswer)
    const facets = () =>
      mergeFacets(
        nodes.map((node) => node.facets),
        facetSettings,
        nodeCount * hitsPerNode,
      )
    const ours = () => ({ hits: mergeSorted(nodes, limit), facets: facets() })
    const baseline = () => ({ hits: concatenateAndSort(nodes, limit), facets: facets() })
    assert.deepEqual(textsOf(ours().hits), textsOf(baseline().hits))
    return { ours, baseline: { name: "concatenate and sort, same comparator", run: baseline } }
  },
})

const facetSettings = { maxValuesPerFacet: 100, sortFacetValuesBy: {} }

interface RankedHit extends Hit {
  readonly rank: RankKey
  readonly primaryKey: string
}

const openHit = (node: SearchAnswer, index: number): RankedHit => {
  const hit = readHit(node.text, node.hits[index]!)
  const details = hit.members.find((member) => member.key === "_rankingScoreDetails")!
  return {
    ...hit,
    rank: rankKey(JSON.parse(hit.text.slice(details.valueStart, details.valueEnd))),
    primaryKey: normalPrimaryKey(readFieldTexts(hit.text, hit.members, "id")[0]!),
  }
}

const compareRanked = (left: RankedHit, right: RankedHit): number =>
  compareHits(left.rank, right.rank) || comparePrimaryKeys(left.primaryKey, right.primaryKey)

const mergeSorted = (nodes: ReadonlyArray<SearchAnswer>, limit: number): ReadonlyArray<RankedHit> =>
  mergeLists(
    nodes.map((node) => node.hits.map((_, index) => index)),
    { offset: 0, limit, accept: null, open: (index, list) => openHit(nodes[list]!, index), compare: compareRanked },
  )

const concatenateAndSort = (nodes: ReadonlyArray<SearchAnswer>, limit: number): ReadonlyArray<RankedHit> =>
  nodes
    .flatMap((node) => node.hits.map((_, index) => openHit(node, index)))
    .sort(compareRanked)
    .slice(0, limit)

const textsOf = (hits: ReadonlyArray<RankedHit>): ReadonlyArray<string> =>
  hits.map((hit) => hit.text.slice(hit.start, hit.end))

export const mergeTop: BenchCase = mergeCase("merge-top-20", 20, 5)
export const mergeAll: BenchCase = mergeCase("merge-all-1000", 1000, 1.5)
