import fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { Json } from "#core/prelude/json.ts"
import { decodeUtf8, encodeUtf8 } from "#core/prelude/utf8.ts"
import type { ApiRequest } from "#core/protocol/http-message.ts"
import { parseJsonBody } from "#core/protocol/parse-json-request.ts"
import { parseQuery } from "#core/protocol/parse-query.ts"
import { addTenantFilter } from "./add-tenant-filter.ts"
import { type Caller, unrestrictedCaller } from "./caller.ts"

const request = (body: string, query = "", method: "GET" | "POST" = "POST"): ApiRequest => ({
  method,
  path: "/indexes/films/search",
  query,
  headers: {},
  body: encodeUtf8(body),
})
const tenant = (filter: Json): Caller => ({ ...unrestrictedCaller, tenantRules: [{ pattern: "films", filter }] })
const bodyOf = (changed: ApiRequest): unknown => JSON.parse(decodeUtf8(changed.body))
const filterOf = (changed: ApiRequest): unknown =>
  JSON.parse(parseQuery(changed.query).findLast(([name]) => name === "filter")?.[1] ?? "null")

const added = (filter: Json, rule: Json): unknown =>
  bodyOf(addTenantFilter(request(JSON.stringify({ filter })), tenant(rule), "films"))
const addedToQuery = (filter: string): unknown =>
  filterOf(addTenantFilter(request("", `q=x&filter=${encodeURIComponent(filter)}`, "GET"), tenant("u = 1"), "films"))

describe("addTenantFilter", () => {
  test("every search by a tenant keeps what its rule keeps", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (body) => {
        const { filter } = bodyOf(addTenantFilter(request(JSON.stringify(body)), tenant("u = 1"), "films")) as {
          filter: unknown
        }
        expect([filter].flat().at(-1)).toBe("u = 1")
      }),
    )
  })

  test("no parameter of a GET gets rid of the rule", () => {
    const pairs = fc.array(fc.tuple(fc.constantFrom("q", "filter", "fil%74er", "filter%00"), fc.string()))
    fc.assert(
      fc.property(pairs, (given) => {
        const query = given.map(([name, value]) => `${name}=${encodeURIComponent(value.toWellFormed())}`).join("&")
        const changed = addTenantFilter(request("", query, "GET"), tenant("u = 1"), "films")
        expect([filterOf(changed)].flat().at(-1)).toBe("u = 1")
        expect(parseQuery(changed.query).filter(([name]) => name === "filter")).toHaveLength(1)
      }),
    )
  })

  test("both filters are members of a list; nothing is written into a text", () => {
    expect(added("a = 1) OR (a = 2", "u = 1")).toEqual({ filter: ["a = 1) OR (a = 2", "u = 1"] })
    expect(added(["a", ["b", "c"]], ["d"])).toEqual({ filter: ["a", ["b", "c"], "d"] })
    expect(added(null, ["d", "e"])).toEqual({ filter: ["d", "e"] })
  })

  test("a filter of a GET that is JSON is meant as JSON", () => {
    expect(addedToQuery('["a","b"]')).toEqual(["a", "b", "u = 1"])
    expect(addedToQuery("a = 1")).toEqual(["a = 1", "u = 1"])
  })

  test("a filter of a GET that is null, too deep or beyond a double stays the mistake that it is", () => {
    expect(addedToQuery("null")).toEqual([null, "u = 1"])
    expect(addedToQuery("[1e999]")).toEqual(["[1e999]", "u = 1"])
    const deep = "[".repeat(20_000) + "]".repeat(20_000)
    expect(addedToQuery(deep)).toEqual([deep, "u = 1"])
  })

  test("a body that the engine refuses for its depth stays as it is, one that it takes gets the rule", () => {
    const nested = (levels: number): ApiRequest =>
      request(`{"facetName":"a","x":${"[".repeat(levels - 1)}${"]".repeat(levels - 1)}}`)
    for (const levels of [128, 20_000]) {
      expect(addTenantFilter(nested(levels), tenant("u = 1"), "films")).toEqual(nested(levels))
      expect(parseJsonBody(nested(levels).body, "application/json")).toMatchObject({ tag: "refused" })
    }
    expect(bodyOf(addTenantFilter(nested(127), tenant("u = 1"), "films"))).toMatchObject({ filter: "u = 1" })
  })

  test("everything but the filter stays as the client wrote it, and a repeated name gets the rule all the same", () => {
    const text = (changed: ApiRequest) => decodeUtf8(changed.body)
    const body = request('{ "limit":18446744073709551615, "filter":"a","offset":1.0,"filter":["b"] }')
    expect(text(addTenantFilter(body, tenant("u = 1"), "films"))).toBe(
      '{"limit":18446744073709551615,"offset":1.0,"filter":["b","u = 1"]}',
    )
    const query = '{"indexUid":"books","indexUid":"films","limit":18446744073709551615}'
    const search = request(`{"queries":[{"indexUid":"films"}],"x":1,"queries":[${query}]}`)
    expect(text(addTenantFilter(search, tenant("u = 1"), null))).toBe(
      `{"x":1,"queries":[${query.slice(0, -1)},"filter":"u = 1"}]}`,
    )
  })

  test("each query of a multi-search gets the rule of its own index", () => {
    const queries = [{ indexUid: "films", q: "x" }, { indexUid: "books" }, { q: 1 }, "wrong"]
    expect(
      bodyOf(addTenantFilter(request(JSON.stringify({ queries, federation: {} })), tenant("u = 1"), null)),
    ).toEqual({
      queries: [{ indexUid: "films", q: "x", filter: "u = 1" }, ...queries.slice(1)],
      federation: {},
    })
  })

  test("who is no tenant, and what is no search, stays as it is", () => {
    const body = request('{"vector":[0.10,1e2]}')
    expect(addTenantFilter(body, unrestrictedCaller, "films")).toBe(body)
    expect(addTenantFilter(body, tenant("u = 1"), "books")).toBe(body)
    for (const text of ["", "[1]", "{", "1"]) {
      const odd = request(text)
      expect(addTenantFilter(odd, tenant("u = 1"), "films")).toBe(odd)
    }
  })
})
