import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { Json } from "#core/prelude/json.ts"
import { engineCapabilities } from "#core/protocol/engine-capabilities.ts"
import { readMultiSearch, renameIndexes } from "./multi-search-request.ts"

const older = engineCapabilities("1.21.0")
const newer = engineCapabilities("1.50.0")
const read = (body: Json, engine = older) => readMultiSearch(body, engine)

describe("a multi-search", () => {
  test("queries keep their order and lose what is not part of a search", () => {
    const asked = read({
      queries: [
        { indexUid: "b", q: "x" },
        { indexUid: "a", federationOptions: null },
      ],
    })
    expect(asked?.queries.map(({ indexUid, search }) => [indexUid, search.body])).toEqual([
      ["b", { q: "x" }],
      ["a", {}],
    ])
    expect(asked?.federation).toBeNull()
  })

  test("a federation has its page, and a query its weight", () => {
    const asked = read({
      federation: { limit: 3, facetsByIndex: { a: ["x"], b: null }, mergeFacets: {} },
      queries: [{ indexUid: "a", federationOptions: { weight: 0.5 } }],
    })
    expect(asked?.queries[0]?.weight).toBe(0.5)
    expect(asked?.federation).toEqual({
      paging: { tag: "offset", offset: 0, limit: 3 },
      facetsByIndex: new Map([
        ["a", ["x"]],
        ["b", null],
      ]),
      mergeFacets: { maxValuesPerFacet: null },
      distinct: null,
    })
  })

  test.each<[string, Json]>([
    ["no queries", {}],
    ["a query without an index", { queries: [{ q: "a" }] }],
    ["an unknown member", { queries: [], federated: true }],
    ["a weight without a federation", { queries: [{ indexUid: "a", federationOptions: { weight: 1 } }] }],
    ["a negative weight", { federation: {}, queries: [{ indexUid: "a", federationOptions: { weight: -1 } }] }],
    ["a remote", { federation: {}, queries: [{ indexUid: "a", federationOptions: { remote: "x" } }] }],
    ["a page of one query of a federation", { federation: {}, queries: [{ indexUid: "a", page: 1 }] }],
    ["facets of one query of a federation", { federation: {}, queries: [{ indexUid: "a", facets: ["x"] }] }],
    ["facets that are no list", { federation: { facetsByIndex: { a: "x" } }, queries: [] }],
    ["a limit of another type", { federation: { limit: "3" }, queries: [] }],
  ])("with %s it is for a node to say what is wrong", (_name, body) => {
    expect(read(body)).toBeNull()
  })

  test("a federation has pages since v1.50", () => {
    const body = { federation: { page: 2, distinct: "x" }, queries: [] }
    expect(read(body)).toBeNull()
    expect(read(body, newer)?.federation?.paging).toEqual({ tag: "page", page: 2, hitsPerPage: 20 })
  })
})

describe("the names of indexes in the text", () => {
  test("nothing but names changes, and numbers keep their digits", () => {
    const text =
      '{"queries": [{"indexUid": "a", "limit": 1.0, "q": "indexUid"}, {"indexUid":"\\u0062"}],"federation":{"facetsByIndex":{"a":["a"]},"x":"a"}}'
    expect(renameIndexes(text, (uid) => `${uid}__1`)).toBe(
      '{"queries": [{"indexUid": "a__1", "limit": 1.0, "q": "indexUid"}, {"indexUid":"b__1"}],"federation":{"facetsByIndex":{"a__1":["a"]},"x":"a"}}',
    )
  })

  test("renaming to the same name changes no meaning, whatever stands there", () => {
    const text = fc.record({ queries: fc.jsonValue(), federation: fc.jsonValue() }).map((body) => JSON.stringify(body))
    fc.assert(
      fc.property(text, (body) => {
        expect(JSON.parse(renameIndexes(body, (uid) => uid))).toEqual(JSON.parse(body))
      }),
    )
  })
})
