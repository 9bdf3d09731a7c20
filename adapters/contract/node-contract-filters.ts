import { beforeAll, expect, it } from "vitest"
import { type ContractClient, errorOf, idsOf } from "./contract-client.ts"

const documents = [
  { id: 1, genre: "Action", year: 1999, tags: ["a", "b"], o: { p: 1 }, mix: 1, n: null },
  { id: 2, genre: "action", year: 2001.5, tags: ["B", "c", 3], o: { p: "x" }, mix: "1" },
  { id: 3, genre: "Drama", year: "2000", tags: [], mix: "b" },
  { id: 4, genre: "", year: -5, mix: [3, "a"], o: [{ p: 5 }, { p: "y" }] },
  { id: 5, genre: null, mix: true, ranking: 3 },
]

const kept: ReadonlyArray<readonly [filter: unknown, ids: ReadonlyArray<number>]> = [
  ["genre = action", [1, 2]],
  ["genre != 'ACTION'", [3, 4, 5]],
  ["year = 2000", [3]],
  ["year = 1.999e3", [1]],
  ["year > 1", [1, 2, 3]],
  ["year > 'a'", []],
  ["year 1 TO 3000", [1, 2, 3]],
  ["mix = 1", [1, 2]],
  ["mix = true", [5]],
  ["mix >= 3", [3, 4, 5]],
  ["genre IS EMPTY", [4]],
  ["tags IS EMPTY", [3]],
  ["genre IS NULL", [5]],
  ["genre EXISTS", [1, 2, 3, 4, 5]],
  ["o.p EXISTS", [1, 2, 4]],
  ["o.p = 5", [4]],
  ["year NOT EXISTS", [5]],
  ["NOT year = 1999", [2, 3, 4, 5]],
  ["tags IN [b, c]", [1, 2]],
  ["tags NOT IN [b]", [3, 4, 5]],
  ["tags IN []", []],
  ["genre STARTS WITH act", [1, 2]],
  ["never = 1", []],
  ["ranking = 3", [5]],
  // Not refused, because no document has the attribute: shards of one index may disagree about an operator.
  ["rankless > 1", []],
  ["genre = action AND (year = 1999 OR year = 2000)", [1]],
  ["genre = drama OR genre = action AND year = 1999", [1, 3]],
  [
    ["genre = action", ["year = 1999", "year = 2001.5"]],
    [1, 2],
  ],
  [[["genre = drama", "year < 0"]], [3, 4]],
  [[], [1, 2, 3, 4, 5]],
  ["", [1, 2, 3, 4, 5]],
]

const refused: ReadonlyArray<readonly [filter: unknown, code: string, message: string]> = [
  [
    "zz = 1",
    "invalid_search_filter",
    "Index `filters`: Attribute `zz` is not filterable. Available filterable attribute patterns are: `genre`, `mix`, `n`, `never`, `o.p`, `rank*`, `tags`, `year`.\n1:3 zz = 1",
  ],
  ["year = ", "invalid_search_filter", "Was expecting a value but instead got nothing.\n8:8 year = "],
  [
    "genre = a b",
    "invalid_search_filter",
    "Found unexpected characters at the end of the filter: `b`. You probably forgot an `OR` or an `AND` rule.\n11:12 genre = a b",
  ],
  [12, "invalid_search_filter", "Invalid syntax for the filter parameter: `expected String, Array, found: 12`."],
  [
    ["genre = a", 12],
    "invalid_search_filter",
    "Invalid syntax for the filter parameter: `expected String, [String], found: 12`.",
  ],
  [
    "ranking > 1",
    "invalid_search_filter",
    "Index `filters`: Filter operator `>` is not allowed for the attribute `ranking`.\n  - Note: allowed operators: OR, AND, NOT, =, !=, IN, IS EMPTY, IS NULL, EXISTS.\n  - Note: field `ranking` matched rule #7 in `filterableAttributes`\n  - Hint: enable comparison in rule #7 by modifying the features.filter object\n  - Hint: prepend another rule matching `ranking` with appropriate filter features before rule #7",
  ],
  [
    "genre CONTAINS ct",
    "feature_not_enabled",
    "Using `CONTAINS` in a filter requires enabling the `contains filter` experimental feature. See https://github.com/orgs/meilisearch/discussions/763\n7:15 genre CONTAINS ct",
  ],
]

export const filterCases = ({ call, search, write }: ContractClient): void => {
  beforeAll(async () => {
    const filterable = ["genre", "year", "n", "tags", "o.p", "mix", "never", { attributePatterns: ["rank*"] }]
    await call("PUT", "/indexes/filters/settings/filterable-attributes", filterable)
    await write("POST", "/indexes/filters/documents?primaryKey=id", documents)
  })

  it.each(kept)("%j keeps the documents %j, in a search and in a list", async (filter, ids) => {
    expect(idsOf(await search("filters", { filter, attributesToRetrieve: ["id"] }))).toEqual(ids)
    const list = (await call("POST", "/indexes/filters/documents/fetch", { filter, fields: ["id"] })).body
    expect([idsOf(list), list.total]).toEqual([ids, ids.length])
  })

  it.each(refused)("%j is refused with the engine's words", async (filter, code, message) => {
    expect(await call("POST", "/indexes/filters/search", { filter })).toMatchObject({
      status: 400,
      body: errorOf(code, message),
    })
  })

  it("a filter in a query string may be JSON", async () => {
    const filter = encodeURIComponent(JSON.stringify(["genre = action", "year > 2000"]))
    expect(idsOf((await call("GET", `/indexes/filters/search?filter=${filter}`)).body)).toEqual([2])
    expect(
      idsOf((await call("GET", `/indexes/filters/documents?filter=${encodeURIComponent("year < 0")}`)).body),
    ).toEqual([4])
  })

  it("a list of documents reports an attribute that is not filterable without naming the index", async () => {
    const { status, body } = await call("POST", "/indexes/filters/documents/fetch", { filter: "zz = 1" })
    expect(status).toBe(400)
    expect(body.code).toBe("invalid_document_filter")
    expect(body.message).toMatch(/^Attribute `zz` is not filterable\./)
  })

  it("a deletion by filter on an attribute that is not filterable fails as a task", async () => {
    const task = await write("POST", "/indexes/filters/documents/delete", { filter: "zz = 1" })
    expect(task).toMatchObject({ status: "failed", error: { code: "invalid_document_filter" } })
    expect(task.details).toEqual({ providedIds: 0, deletedDocuments: 0, originalFilter: '"zz = 1"' })
  })
}
