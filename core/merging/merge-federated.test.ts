import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { mergeFederated, printFederatedHit, type QueryHits } from "./merge-federated.ts"
import { mergeHits } from "./merge-hits.ts"
import { readSearchAnswer } from "./read-search-answer.ts"

const view = {
  showRankingScore: false,
  showRankingScoreDetails: false,
  hideFields: [],
  hideFormatted: [],
  displayedAttributes: null,
  typoCounts: new Map<number, number>(),
}
const all = { offset: 0, limit: 100, distinct: null }

const query = (
  position: number,
  indexUid: string,
  scores: ReadonlyArray<readonly [id: number, score: number]>,
  weight = 1,
): QueryHits => {
  const hits = scores.map(
    ([id, score]) =>
      `{"id":${id},"g":${id % 2},"_rankingScore":${score},"_rankingScoreDetails":{"proximity":{"order":0,"score":${score}}}}`,
  )
  const list = readSearchAnswer(`{"hits":[${hits.join(",")}],"estimatedTotalHits":${hits.length}}`)
  const merged = mergeHits([list], { primaryKey: "id", distinct: null, offset: 0, limit: 100 })
  return { position, indexUid, primaryKey: "id", weight, searchableCount: 1, hits: merged, view }
}

const shown = (queries: ReadonlyArray<QueryHits>, plan = all): ReadonlyArray<readonly [string, number, unknown]> =>
  mergeFederated(queries, plan).hits.map((hit) => {
    const { id } = JSON.parse(printFederatedHit(hit)) as { id: unknown }
    return [hit.query.indexUid, hit.query.position, id]
  })

describe("federated hits", () => {
  test("the weighted scores never rise, and every document of an index appears once", () => {
    const scores = fc
      .uniqueArray(fc.tuple(fc.nat({ max: 9 }), fc.constantFrom(0.2, 0.5, 0.8, 1)), {
        selector: ([id]) => id,
        maxLength: 6,
      })
      .map((list) => list.sort((left, right) => right[1] - left[1]))
    const queries = fc.array(fc.tuple(fc.constantFrom("a", "b"), scores, fc.constantFrom(0.5, 1, 2)), { maxLength: 4 })
    fc.assert(
      fc.property(queries, (drawn) => {
        const lists = drawn.map(([uid, list, weight], position) => query(position, uid, list, weight))
        const { hits } = mergeFederated(lists, all)
        for (const [index, hit] of hits.entries())
          if (index > 0) expect(hit.score).toBeLessThanOrEqual(hits[index - 1]!.score)
        const documents = shown(lists).map(([uid, , id]) => `${uid} ${String(id)}`)
        expect(new Set(documents)).toEqual(new Set(drawn.flatMap(([uid, list]) => list.map(([id]) => `${uid} ${id}`))))
        expect(new Set(documents).size).toBe(documents.length)
      }),
    )
  })

  test("a tie goes to the earlier query, whatever its index is called", () => {
    const queries = [query(0, "z", [[1, 0.5]]), query(1, "a", [[1, 0.5]])]
    expect(shown(queries)).toEqual([
      ["z", 0, 1],
      ["a", 1, 1],
    ])
  })

  test("a page is cut from the merged list", () => {
    const queries = [
      query(0, "a", [
        [1, 0.9],
        [2, 0.1],
      ]),
      query(1, "b", [[3, 0.5]]),
    ]
    expect(shown(queries, { ...all, offset: 1, limit: 1 })).toEqual([["b", 1, 3]])
  })

  test("a distinct value appears once over all indexes, and what is left out is counted", () => {
    const { hits, rejected } = mergeFederated(
      [
        query(0, "a", [
          [1, 0.9],
          [2, 0.1],
        ]),
        query(1, "b", [[3, 0.5]]),
      ],
      {
        ...all,
        distinct: "g",
      },
    )
    expect(hits).toHaveLength(2)
    expect(rejected).toBe(1)
  })

  // Measured on v1.21.0.
  test.each([
    [1e21, 1, "1e21"],
    [1e308, 0.5, "5e307"],
    [1e17, 0.9848484848484848, "9.848484848484848e16"],
    [1e15, 1, "1000000000000000.0"],
    [1e-7, 1, "1e-7"],
    [0, 1, "0.0"],
    [3, 0.5, "1.5"],
  ])("the weight %d makes of the score %d what the engine prints", (weight, score, printed) => {
    const [hit] = mergeFederated([query(0, "movies", [[1, score]], weight)], all).hits
    const text = printFederatedHit(hit!)
    expect(text).toContain(`"weightedRankingScore":${printed}}`)
    expect(JSON.parse(text)).toMatchObject({ _federation: { weightedRankingScore: weight * score } })
  })

  test("a hit says where it comes from, with a decimal point in its score", () => {
    const [hit] = mergeFederated([query(2, "movies", [[1, 1]], 2)], all).hits
    expect(printFederatedHit(hit!)).toBe(
      '{"id":1,"g":1,"_federation":{"indexUid":"movies","queriesPosition":2,"weightedRankingScore":2.0}}',
    )
  })
})
