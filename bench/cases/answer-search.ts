import { strict as assert } from "node:assert"
import { mergeSearch, type SearchMergePlan } from "#core/merging/merge-search.ts"
import type { BenchCase } from "../bench-case.ts"
import { concatenateAndSort, makeAnswers } from "../search-answers.ts"

const nodeCount = 3
const hitsPerNode = 1000

/** From the texts of the nodes to the text for the client, so with the reading of answers that merging alone leaves out. */
const answerCase = (name: string, limit: number): BenchCase => ({
  name,
  operation: `${limit} hits out of ${nodeCount} × ${hitsPerNode.toLocaleString("en")} with facets, text to text`,
  ratioMin: null,
  prepare: async (share) => {
    const answers = makeAnswers(nodeCount, hitsPerNode * share, 4)
    const plan = planFor(limit)
    const ours = () => mergeSearch(answers, plan, 3)
    const baseline = () => concatenateAndSort(answers, limit)
    assert.deepEqual(JSON.parse(ours()), JSON.parse(baseline()))
    return { ours, baseline: { name: "JSON.parse, concatenate, sort, JSON.stringify", run: baseline } }
  },
})

const planFor = (limit: number): SearchMergePlan => ({
  query: "search",
  paging: { tag: "offset", offset: 0, limit },
  maxTotalHits: nodeCount * hitsPerNode,
  primaryKey: "id",
  hidePrimaryKey: false,
  showRankingScore: false,
  showRankingScoreDetails: false,
  displayedAttributes: null,
  facets: { maxValuesPerFacet: 100, sortFacetValuesBy: {} },
  distinct: null,
  hideDistinct: false,
  formattedAttributes: [],
  hideFacet: null,
})

export const answerTop: BenchCase = answerCase("answer-top-20", 20)
export const answerAll: BenchCase = answerCase("answer-all-1000", 1000)
