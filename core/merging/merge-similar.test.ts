import { describe, expect, test } from "vitest"
import { mergeSimilar, type SimilarPlan } from "./merge-similar.ts"
import { readSearchAnswer } from "./read-search-answer.ts"

const plan: SimilarPlan = {
  query: "",
  paging: { tag: "offset", offset: 0, limit: 10 },
  maxTotalHits: 1_000,
  primaryKey: "id",
  hidePrimaryKey: false,
  showRankingScore: false,
  showRankingScoreDetails: false,
  displayedAttributes: null,
  facets: { maxValuesPerFacet: 100, sortFacetValuesBy: {} },
  hideFacet: null,
  distinct: null,
  hideDistinct: false,
  formattedAttributes: [],
  id: "7",
  threshold: null,
}

const node = (total: number, ...hits: ReadonlyArray<readonly [id: number, similarity: number | null]>) =>
  readSearchAnswer(
    `{"hits":[${hits
      .map(
        ([id, similarity]) =>
          `{"id":${id},"_rankingScore":${similarity ?? 0},"_rankingScoreDetails":{"vectorSort":{"order":0,"similarity":${similarity}}}}`,
      )
      .join(",")}],"estimatedTotalHits":${total}}`,
  )
const nodes = [node(4, [1, 0.9], [2, 0.4]), node(5, [3, 0.7], [4, null])]
const merge = (changes: Partial<SimilarPlan> = {}) => mergeSimilar(nodes, { ...plan, ...changes }, 2)

describe("similar documents", () => {
  test("the most similar of all nodes come first, and a document without a vector is similar to none", () => {
    expect(merge()).toBe(
      '{"hits":[{"id":1},{"id":3},{"id":2}],"id":"7","processingTimeMs":2,"limit":10,"offset":0,"estimatedTotalHits":9}',
    )
  })

  test("a threshold cuts the list, and the total is what was seen up to the cut", () => {
    expect(merge({ threshold: 0.5 })).toContain('"hits":[{"id":1},{"id":3}]')
    expect(merge({ threshold: 0.5 })).toContain('"estimatedTotalHits":2')
  })

  test("a threshold that no hit of the page misses leaves the total alone", () => {
    const paging = { tag: "offset", offset: 0, limit: 1 } as const
    expect(merge({ threshold: 0.5, paging })).toContain('"estimatedTotalHits":9')
  })

  test("with an offset everything before it was seen", () => {
    const paging = { tag: "offset", offset: 2, limit: 5 } as const
    expect(merge({ threshold: 0.5, paging })).toContain('"hits":[],"id":"7"')
    expect(merge({ threshold: 0.5, paging })).toContain('"estimatedTotalHits":2')
  })
})
