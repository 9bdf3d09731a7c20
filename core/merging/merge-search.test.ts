import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { MalformedJson } from "#core/protocol/json-slices.ts"
import { mergeSearch, type SearchMergePlan } from "./merge-search.ts"

const plan: SearchMergePlan = {
  query: "q",
  paging: { tag: "offset", offset: 0, limit: 20 },
  maxTotalHits: 1_000,
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
}

interface Document {
  readonly id: number
  readonly words: number
  readonly year: number | null
}

/** What a node with these documents answers: best first, then the order of ids, cut after `limit`. */
const answerOf = (documents: ReadonlyArray<Document>, limit: number, paged = false): string => {
  const hits = [...documents]
    .sort((a, b) => b.words - a.words || (a.year ?? Infinity) - (b.year ?? Infinity) || a.id - b.id)
    .slice(0, limit)
    .map(({ id, words, year }) => {
      const details = `{"words":{"order":0,"matchingWords":${words}},"year:asc":{"order":1,"value":${year}}}`
      return `{"id":${id},"price":1.0,"_miroir_shard":"!","_rankingScoreDetails":${details}}`
    })
  const total = documents.length
  const paging = paged
    ? `"hitsPerPage":${limit},"page":1,"totalPages":1,"totalHits":${total}`
    : `"limit":${limit},"offset":0,"estimatedTotalHits":${total}`
  return `{"hits":[${hits.join(",")}],"query":"q","processingTimeMs":3,${paging}}`
}

const documents = fc
  .array(
    fc.tuple(fc.integer({ min: 1, max: 3 }), fc.option(fc.integer({ min: 1990, max: 1993 })), fc.nat({ max: 4 })),
    {
      maxLength: 40,
    },
  )
  .map((rows) => rows.map(([words, year, part], id) => ({ id, words, year, part })))

const partsOf = <Part extends { readonly part: number }>(documents: ReadonlyArray<Part>, parts: number) =>
  Array.from({ length: parts }, (_, part) => documents.filter((document) => document.part % parts === part))

const idsOf = (answer: string): Array<number> =>
  (JSON.parse(answer) as { hits: Array<{ id: number }> }).hits.map((hit) => hit.id)

const headOf = (hits: string): string => `{"hits":[${hits}],"query":"q","processingTimeMs":0,`

const hit = (id: number, value: string): string => `{"id":${id},"g":{"v":${value}},"_rankingScoreDetails":{}}`
const distinctAnswer = (...hits: Array<string>): string =>
  `${headOf(hits.join(","))}"limit":20,"offset":0,"estimatedTotalHits":${hits.length}}`

const facetAnswer = (values: string): string =>
  `${headOf("")}"limit":0,"offset":0,"estimatedTotalHits":1600,"facetDistribution":{"y":${values}},"facetStats":{"y":{"min":2.0,"max":10.0}}}`

const typoAnswer = (id: number, max: number): string => {
  const typo = `{"order":1,"typoCount":1,"maxTypoCount":${max},"score":0.5}`
  return `{"hits":[{"id":${id},"_rankingScoreDetails":{"words":{"order":0,"matchingWords":2},"typo":${typo}}}],"estimatedTotalHits":1}`
}

describe("merged search", () => {
  test("the answers of parts give the answer of one node with all documents", () => {
    const window = fc.record({ offset: fc.nat({ max: 20 }), limit: fc.nat({ max: 20 }) })
    fc.assert(
      fc.property(documents, fc.integer({ min: 1, max: 5 }), window, (documents, parts, { offset, limit }) => {
        const asked: SearchMergePlan = { ...plan, paging: { tag: "offset", offset, limit } }
        const merged = mergeSearch(
          partsOf(documents, parts).map((part) => answerOf(part, offset + limit)),
          asked,
          5,
        )
        expect(merged).toBe(mergeSearch([answerOf(documents, offset + limit)], asked, 5))
      }),
    )
  })

  test("page n + 1 continues page n, and the pages are as many as the answer says", () => {
    fc.assert(
      fc.property(documents, fc.integer({ min: 1, max: 6 }), (documents, hitsPerPage) => {
        const ids: Array<number> = []
        for (let page = 1; ; page++) {
          const answers = partsOf(documents, 3).map((part) => answerOf(part, page * hitsPerPage, true))
          const merged = mergeSearch(answers, { ...plan, paging: { tag: "page", page, hitsPerPage } }, 0)
          ids.push(...idsOf(merged))
          const { totalPages, totalHits } = JSON.parse(merged) as { totalPages: number; totalHits: number }
          expect(totalHits).toBe(documents.length)
          if (page >= totalPages) break
        }
        expect(ids).toEqual(idsOf(answerOf(documents, 1_000)))
      }),
    )
  })

  test("one node's answer comes out as it went in, but for what is stripped", () => {
    const answer =
      '{"hits":[{"id":1,"n":1.0,"_rankingScore":0.5,"_rankingScoreDetails":{"vectorSort":{"order":0,"similarity":0.5}}},{"id":0}],' +
      '"query":"q","queryVector":[0.5,1.0],"processingTimeMs":7,"limit":20,"offset":0,"estimatedTotalHits":2,' +
      '"facetDistribution":{"a":{"x":1}},"facetStats":{},"requestUid":"0-1","semanticHitCount":1}'
    expect(mergeSearch([answer], { ...plan, showRankingScore: true, showRankingScoreDetails: true }, 7)).toBe(answer)
    expect(mergeSearch([answer], plan, 7)).toContain('"hits":[{"id":1,"n":1.0},{"id":0}],')
  })

  test("hits beyond maxTotalHits are not shown and not counted", () => {
    const answers = [answerOf([{ id: 1, words: 1, year: null }], 20), answerOf([{ id: 2, words: 1, year: null }], 20)]
    const capped = (paging: SearchMergePlan["paging"]) => mergeSearch(answers, { ...plan, maxTotalHits: 1, paging }, 0)
    // As v1.21.0 echoes them: the offset capped, the limit not.
    expect(capped({ tag: "offset", offset: 0, limit: 5_000 })).toBe(
      `${headOf('{"id":1,"price":1.0}')}"limit":5000,"offset":0,"estimatedTotalHits":1}`,
    )
    expect(capped({ tag: "offset", offset: 5, limit: 2 })).toBe(
      `${headOf("")}"limit":2,"offset":1,"estimatedTotalHits":1}`,
    )
    expect(capped({ tag: "page", page: 9, hitsPerPage: 3 })).toBe(
      `${headOf("")}"hitsPerPage":3,"page":9,"totalPages":1,"totalHits":1}`,
    )
  })

  test("page 0 and pages of no hits are empty, but count", () => {
    const answers = [answerOf([{ id: 1, words: 1, year: null }], 0, true)]
    const paged = (page: number, hitsPerPage: number) =>
      mergeSearch(answers, { ...plan, paging: { tag: "page", page, hitsPerPage } }, 0)
    expect(paged(0, 3)).toContain(
      '"hits":[],"query":"q","processingTimeMs":0,"hitsPerPage":3,"page":0,"totalPages":1,"totalHits":1',
    )
    expect(paged(2, 0)).toContain('"hitsPerPage":0,"page":2,"totalPages":0,"totalHits":1')
  })

  test("of hits that share a distinct value the best stays, and the others are not counted", () => {
    const answers = [
      distinctAnswer(hit(2, "1"), hit(4, '"A"'), hit(6, "null")),
      distinctAnswer(hit(1, "1.0"), hit(3, '" a"'), hit(5, "null")),
    ]
    const merged = mergeSearch(answers, { ...plan, distinct: "g.v", hideDistinct: true }, 0)
    expect(merged).toBe(
      '{"hits":[{"id":1},{"id":3},{"id":5},{"id":6}],"query":"q","processingTimeMs":0,"limit":20,"offset":0,"estimatedTotalHits":4}',
    )
  })

  test("without answers there are no hits", () => {
    expect(mergeSearch([], plan, 1)).toBe(
      '{"hits":[],"query":"q","processingTimeMs":1,"limit":20,"offset":0,"estimatedTotalHits":0}',
    )
  })

  test("the query is echoed as valid JSON, whatever it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (query) => {
        expect(JSON.parse(mergeSearch([], { ...plan, query }, 1))).toMatchObject({ query })
      }),
    )
  })

  test("counts of facets add up over the nodes, which decide nothing about their order", () => {
    const answers = [facetAnswer('{"10":1,"2":2}'), facetAnswer('{"2":1}')]
    // Each node has 1,600 candidates and sorts numbers as texts; one node with all 3,200 sorts them as numbers.
    expect(mergeSearch(answers, plan, 0)).toContain('"facetDistribution":{"y":{"2":3,"10":1}}')
  })

  test("maxTypoCount is that of the node with the most typos among as many words", () => {
    const merged = mergeSearch([typoAnswer(1, 1), typoAnswer(2, 3)], { ...plan, showRankingScoreDetails: true }, 0)
    expect(merged.match(/"maxTypoCount":3,"score":(?:0\.75|0\.5)/g)).toEqual([
      '"maxTypoCount":3,"score":0.75',
      '"maxTypoCount":3,"score":0.5',
    ])
  })

  test("an answer that was cut off is refused", () => {
    const answer = answerOf([{ id: 1, words: 1, year: 1990 }], 20)
    for (let length = 0; length < answer.length; length++) {
      expect(() => mergeSearch([answer.slice(0, length)], plan, 0)).toThrow(MalformedJson)
    }
  })
})
