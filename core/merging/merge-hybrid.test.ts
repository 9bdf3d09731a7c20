import { describe, expect, test } from "vitest"
import { mergeHybrid, type HybridPlan } from "./merge-hybrid.ts"
import { mergeAnswers, type MergedSearch, type SearchMergePlan } from "./merge-search.ts"
import { readSearchAnswer } from "./read-search-answer.ts"

const searchPlan: SearchMergePlan = {
  query: "q",
  paging: { tag: "offset", offset: 0, limit: 3 },
  maxTotalHits: 1_000,
  primaryKey: "id",
  hidePrimaryKey: false,
  showRankingScore: true,
  showRankingScoreDetails: false,
  displayedAttributes: null,
  facets: { maxValuesPerFacet: 100, sortFacetValuesBy: {} },
  hideFacet: null,
  distinct: null,
  hideDistinct: false,
  formattedAttributes: [],
}
const plan: HybridPlan = { ratio: 0.5, offset: 0, limit: 3, primaryKey: "id", searchableCount: 1 }

type Scored = readonly [id: number, score: number]

const half = (hits: ReadonlyArray<Scored>, detailsOf: (score: number) => string, total: number): MergedSearch => {
  const printed = hits.map(
    ([id, score]) => `{"id":${id},"_rankingScore":${score},"_rankingScoreDetails":${detailsOf(score)}}`,
  )
  const answer = `{"hits":[${printed.join(",")}],"estimatedTotalHits":${total},"semanticHitCount":0}`
  return mergeAnswers([readSearchAnswer(answer)], searchPlan, { offset: 0, limit: 100 })
}
const keyword = (...hits: ReadonlyArray<Scored>) =>
  half(hits, () => '{"words":{"order":0,"matchingWords":1,"maxMatchingWords":1}}', hits.length)
const semantic = (...hits: ReadonlyArray<Scored>) =>
  half(hits, (score) => `{"vectorSort":{"order":0,"similarity":${score}}}`, 50)

const idsOf = ({ hits }: MergedSearch): ReadonlyArray<unknown> =>
  hits.map((hit) => /"id":(\d+)/.exec(hit.text.slice(hit.start))?.[1])

describe("hybrid search", () => {
  test("keyword hits that fill the page with scores of at least 0.9 are the whole answer at equal weights", () => {
    const { merged, isByWords } = mergeHybrid(keyword([1, 1], [2, 0.95], [3, 0.9]), semantic([9, 1]), plan)
    expect(isByWords).toBe(true)
    expect(idsOf(merged)).toEqual(["1", "2", "3"])
    expect(merged.semanticHitCount).toBe(0)
    expect(merged.totalHits).toBe(3)
  })

  test("one weak hit, or one hit too few, brings the semantic half in", () => {
    for (const words of [keyword([1, 1], [2, 0.95], [3, 0.89]), keyword([1, 1], [2, 0.95])]) {
      const { merged, isByWords } = mergeHybrid(words, semantic([9, 0.97], [8, 0.2]), plan)
      expect(isByWords).toBe(false)
      expect(idsOf(merged)).toEqual(["1", "9", "2"])
      expect(merged.semanticHitCount).toBe(1)
      expect(merged.totalHits).toBe(50)
    }
  })

  test("a document of both halves appears once, and at a tie the semantic half comes first", () => {
    const { merged } = mergeHybrid(keyword([1, 0.5], [2, 0.5]), semantic([2, 0.5], [1, 0.4]), plan)
    expect(idsOf(merged)).toEqual(["2", "1"])
    expect(merged.semanticHitCount).toBe(1)
  })

  test("the ratio weighs the halves", () => {
    const halves = [keyword([1, 0.6]), semantic([2, 0.5])] as const
    expect(idsOf(mergeHybrid(...halves, { ...plan, ratio: 0.1 }).merged)).toEqual(["1", "2"])
    expect(idsOf(mergeHybrid(...halves, { ...plan, ratio: 0.9 }).merged)).toEqual(["2", "1"])
  })

  test("the page is cut after the halves were merged", () => {
    const { merged } = mergeHybrid(keyword([1, 0.8], [2, 0.6]), semantic([1, 0.9], [3, 0.7]), {
      ...plan,
      offset: 1,
      limit: 2,
    })
    expect(idsOf(merged)).toEqual(["3", "2"])
  })
})
