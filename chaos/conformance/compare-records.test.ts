import { describe, expect, it } from "vitest"
import { compareRecords } from "./compare-records.ts"
import { readExactJson } from "./exact-json.ts"
import type { SequenceRecord } from "./run-sequence.ts"
import type { Sequence, WireRequest } from "./sequence.ts"
import { allTolerances, type Tolerance, toleranceOfLoss } from "./tolerances.ts"

const plain: WireRequest = { method: "GET", path: "/indexes" }

const record = (text: string, request = plain, status = 200, uid = 0): SequenceRecord => ({
  exchanges: [
    {
      request,
      answer: { status, headers: { "content-type": "application/json" }, body: readExactJson(text), text },
      failure: null,
      task: null,
    },
  ],
  tasks: [{ uid, step: "step 0" }],
})

const compare = (bare: SequenceRecord, miroir: SequenceRecord, request = plain) => {
  const sequences: ReadonlyArray<Sequence> = [{ family: "some", number: 3, steps: [request] }]
  const { equal, tolerated, different, found, byTolerance } = compareRecords(sequences, [bare], [miroir])
  return { verdict: equal === 1 ? "equal" : tolerated === 1 ? "tolerated" : "different", different, found, byTolerance }
}

const facets = (mixed: number, year: number): string =>
  `{"facetDistribution":{"mixed":{"3":${mixed},"three":1},"year":{"1980":${year}}}}`

const search = (body: object): WireRequest => ({ method: "POST", path: "/indexes/x/search", body })
const documents: WireRequest = { method: "GET", path: "/indexes/x/documents" }

describe("two answers", () => {
  it("are equal when only clocks and the uids of the same task differ", () => {
    const first = '{"taskUid":3,"enqueuedAt":"2024-01-01T00:00:00Z"}'
    const second = '{"taskUid":8,"enqueuedAt":"2025-01-01T00:00:00.5Z"}'
    expect(compare(record(first, plain, 202, 3), record(second, plain, 202, 8)).verdict).toBe("equal")
  })

  it("differ when a number has other digits, even if both are the same JavaScript number", () => {
    expect(compare(record('{"a":1.0}'), record('{"a":1}')).verdict).toBe("different")
    expect(compare(record('{"a":9007199254740993}'), record('{"a":9007199254740992}')).verdict).toBe("different")
  })

  it("differ by status, header or missing member, and the difference says where", () => {
    expect(compare(record("{}"), record("{}", plain, 400)).found[0]?.differences[0]?.path).toBe("status")
    expect(compare(record('{"a":{"b":1}}'), record('{"a":{}}')).found).toMatchObject([
      { family: "some", sequence: 3, step: 0, differences: [{ path: "body.a.b" }] },
    ])
  })

  it("differ when a client could see a hidden field for which it did not ask", () => {
    const answer = '{"results":[{"id":1,"_miroir_shard":"!!"}]}'
    const asking: WireRequest = { method: "GET", path: "/indexes/x/documents?filter=_miroir_shard" }
    expect(compare(record(answer), record(answer)).verdict).toBe("different")
    expect(compare(record(answer, asking), record(answer, asking), asking).verdict).toBe("equal")
  })

  it("are tolerated when documents that nothing ranks come in another order, and only then", () => {
    const [first, second] = ['{"results":[{"id":1},{"id":2}]}', '{"results":[{"id":2},{"id":1}]}']
    const sorted: WireRequest = { method: "GET", path: "/indexes/x/documents?sort=id:asc" }
    const verdict = (request: WireRequest) => compare(record(first, request), record(second, request), request).verdict
    expect(compare(record(first, documents), record(second, documents), documents)).toMatchObject({
      verdict: "tolerated",
      byTolerance: { "order-of-arrival": 1 },
    })
    expect(verdict(sorted)).toBe("different")
    expect(verdict(plain)).toBe("different")
    expect(verdict(search({ q: "silver" }))).toBe("different")
    expect(verdict(search({ sort: ["year:asc"] }))).toBe("different")
    expect(verdict(search({ limit: 2 }))).toBe("tolerated")
  })

  it("are not tolerated when a document is another one", () => {
    const [first, second] = ['{"results":[{"id":1},{"id":2}]}', '{"results":[{"id":2},{"id":3}]}']
    expect(compare(record(first, documents), record(second, documents), documents).verdict).toBe("different")
  })

  it("may stand in another order when several words rank them, but hold the same hits", () => {
    const [first, second] = [
      '{"hits":[{"id":1,"_rankingScore":0.5},{"id":2,"_rankingScore":0.4}]}',
      '{"hits":[{"id":2,"_rankingScore":0.6},{"id":1,"_rankingScore":0.5}]}',
    ]
    const other = '{"hits":[{"id":2,"_rankingScore":0.6},{"id":3,"_rankingScore":0.5}]}'
    const verdict = (request: WireRequest, text = second) =>
      compare(record(first, request), record(text, request), request).verdict
    expect(verdict(search({ q: "silver river" }))).toBe("tolerated")
    expect(verdict({ method: "GET", path: "/indexes/x/search?q=silver+river" })).toBe("tolerated")
    expect(verdict(search({ q: "silver river" }), other)).toBe("different")
    expect(verdict(search({ q: "silver -river" }))).toBe("different")
    expect(verdict(search({ q: "silver river", sort: ["year:asc"] }))).toBe("different")
    expect(verdict({ method: "POST", path: "/multi-search", body: { queries: [{ q: "silver river" }] } })).toBe(
      "different",
    )
  })

  it("may find other facet values when words are left out by frequency, and only then", () => {
    const request = (matchingStrategy: string): WireRequest => ({
      method: "POST",
      path: "/indexes/x/facet-search",
      body: { facetName: "year", q: "silver river", matchingStrategy },
    })
    const hits = (count: number) => `{"facetHits":[{"value":"1980","count":${count}}]}`
    const verdict = (strategy: string) =>
      compare(record(hits(1), request(strategy)), record(hits(2), request(strategy)), request(strategy)).verdict
    expect(verdict("frequency")).toBe("tolerated")
    expect(verdict("last")).toBe("different")
  })

  it("of statistics may differ by what is estimated, but only when a node was lost", () => {
    const request: WireRequest = { method: "GET", path: "/indexes/x/stats" }
    const stats = (documents: number, embeddings: number) =>
      record(`{"numberOfDocuments":${documents},"numberOfEmbeddings":${embeddings}}`, request)
    const differing = (documents: number, tolerances: ReadonlyArray<Tolerance>) =>
      compareRecords(
        [{ family: "some", number: 0, steps: [request] }],
        [stats(4, 4)],
        [stats(documents, 3)],
        tolerances,
      ).different
    expect(differing(4, allTolerances)).toBe(1)
    expect(differing(4, [...allTolerances, toleranceOfLoss])).toBe(0)
    expect(differing(5, [...allTolerances, toleranceOfLoss])).toBe(1)
  })

  it("may count a facet of numbers and texts differently, but no other facet", () => {
    expect(compare(record(facets(1, 2)), record(facets(4, 2))).byTolerance).toEqual({ "facet-values-of-two-kinds": 1 })
    expect(compare(record(facets(1, 2)), record(facets(1, 3))).verdict).toBe("different")
  })
})
