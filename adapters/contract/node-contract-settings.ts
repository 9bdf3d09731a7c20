import { expect, it } from "vitest"
import { type ContractClient, errorOf } from "./contract-client.ts"

const defaults = {
  displayedAttributes: ["*"],
  searchableAttributes: ["*"],
  filterableAttributes: [],
  sortableAttributes: [],
  rankingRules: ["words", "typo", "proximity", "attribute", "sort", "exactness"],
  stopWords: [],
  nonSeparatorTokens: [],
  separatorTokens: [],
  dictionary: [],
  synonyms: {},
  distinctAttribute: null,
  proximityPrecision: "byWord",
  typoTolerance: {
    enabled: true,
    minWordSizeForTypos: { oneTypo: 5, twoTypos: 9 },
    disableOnWords: [],
    disableOnAttributes: [],
    disableOnNumbers: false,
  },
  faceting: { maxValuesPerFacet: 100, sortFacetValuesBy: { "*": "alpha" } },
  pagination: { maxTotalHits: 1000 },
  embedders: {},
  searchCutoffMs: null,
  localizedAttributes: null,
  facetSearch: true,
  prefixSearch: "indexingTime",
}

export const settingsCases = ({ call, write }: ContractClient): void => {
  it("a new index has the default settings, in the order of their declaration", async () => {
    await write("POST", "/indexes", { uid: "defaults" })
    const settings = (await call("GET", "/indexes/defaults/settings")).text
    expect(settings).toBe(JSON.stringify(defaults))
  })

  it("a change of settings creates the index, and its task repeats what was given", async () => {
    const change = { sortableAttributes: ["z", "a"], stopWords: ["the", "a"], pagination: { maxTotalHits: 7 } }
    const task = await write("PATCH", "/indexes/changed/settings", change)
    expect(task).toMatchObject({ type: "settingsUpdate", status: "succeeded" })
    expect(task.details).toEqual({
      sortableAttributes: ["a", "z"],
      stopWords: ["a", "the"],
      pagination: { maxTotalHits: 7 },
    })
    expect((await call("GET", "/indexes/changed/settings")).body).toEqual({
      ...defaults,
      sortableAttributes: ["a", "z"],
      stopWords: ["a", "the"],
      pagination: { maxTotalHits: 7 },
    })
  })

  it.each([
    ["DELETE", "/settings/chat", undefined],
    ["PATCH", "/settings/chat", "null"],
    ["PATCH", "/settings", { chat: null }],
  ] as const)("the settings of chats can be reset though chats are off: %s %s", async (method, path, body) => {
    await write("POST", "/indexes", { uid: "chats" })
    const task = await write(method, `/indexes/chats${path}`, body)
    expect(task).toMatchObject({ type: "settingsUpdate", status: "succeeded", details: { chat: null } })
    expect((await call("GET", "/indexes/chats/settings")).body).toEqual(defaults)
  })

  it("null resets one setting and leaves the others", async () => {
    await write("PATCH", "/indexes/reset-one/settings", { stopWords: ["a"], distinctAttribute: "k" })
    await write("PATCH", "/indexes/reset-one/settings", { stopWords: null })
    expect((await call("GET", "/indexes/reset-one/settings")).body).toEqual({ ...defaults, distinctAttribute: "k" })
    await write("PUT", "/indexes/reset-one/settings/distinct-attribute", "null")
    expect((await call("GET", "/indexes/reset-one/settings/distinct-attribute")).text).toBe("null")
  })

  it("resetting everything brings back the defaults, but never creates an index", async () => {
    await write("PATCH", "/indexes/reset-all/settings", { stopWords: ["a"], searchableAttributes: ["t"] })
    await write("DELETE", "/indexes/reset-all/settings")
    expect((await call("GET", "/indexes/reset-all/settings")).body).toEqual(defaults)
    expect(await write("DELETE", "/indexes/reset-nothing/settings")).toMatchObject({
      status: "failed",
      error: errorOf("index_not_found", "Index `reset-nothing` not found."),
    })
  })

  it("settings with named members are merged member by member", async () => {
    await write("PATCH", "/indexes/member-wise/settings", {
      typoTolerance: { enabled: false },
      faceting: { sortFacetValuesBy: { genre: "count" } },
    })
    await write("PATCH", "/indexes/member-wise/settings/typo-tolerance", { minWordSizeForTypos: { oneTypo: 4 } })
    const { typoTolerance, faceting } = (await call("GET", "/indexes/member-wise/settings")).body
    expect(typoTolerance).toEqual({
      ...defaults.typoTolerance,
      enabled: false,
      minWordSizeForTypos: { oneTypo: 4, twoTypos: 9 },
    })
    expect(faceting).toEqual({ maxValuesPerFacet: 100, sortFacetValuesBy: { "*": "alpha", genre: "count" } })
  })

  it("orders of facets are replaced as a whole, whatever an attribute is called", async () => {
    const path = "/indexes/facet-orders/settings/faceting"
    await write("PATCH", path, { sortFacetValuesBy: { "*": "count", genre: "count" } })
    await write("PATCH", path, { sortFacetValuesBy: Object.fromEntries([["__proto__", "count"]]) })
    expect(JSON.stringify((await call("GET", path)).body)).toBe(
      '{"maxValuesPerFacet":100,"sortFacetValuesBy":{"*":"alpha","__proto__":"count"}}',
    )
  })

  it("a filterable attribute may be a set of patterns with features", async () => {
    const mixed = ["plain", { attributePatterns: ["p*"], features: { filter: { comparison: true } } }]
    await write("PUT", "/indexes/patterns/settings/filterable-attributes", mixed)
    expect((await call("GET", "/indexes/patterns/settings/filterable-attributes")).body).toEqual([
      "plain",
      { attributePatterns: ["p*"], features: { facetSearch: false, filter: { equality: true, comparison: true } } },
    ])
  })

  const refusals: ReadonlyArray<readonly [change: object, code: string, message: string]> = [
    [
      { stopWords: ["a", 1] },
      "invalid_settings_stop_words",
      "Invalid value type at `.stopWords[1]`: expected a string, but found a positive integer: `1`",
    ],
    [
      { rankingRules: ["foo"] },
      "invalid_settings_ranking_rules",
      "Invalid value at `.rankingRules[0]`: `foo` ranking rule is invalid. Valid ranking rules are words, typo, sort, proximity, attribute, exactness and custom ranking rules.",
    ],
    [
      { proximityPrecision: "x" },
      "invalid_settings_proximity_precision",
      "Unknown value `x` at `.proximityPrecision`: expected one of `byWord`, `byAttribute`",
    ],
    [
      { pagination: { maxTotalHits: 0 } },
      "invalid_settings_pagination",
      "Invalid value at `.pagination.maxTotalHits`: a non-zero integer value lower than `18446744073709551615` was expected, but found a zero",
    ],
    [
      { typoTolerance: { foo: 1 } },
      "invalid_settings_typo_tolerance",
      "Unknown field `foo` inside `.typoTolerance`: expected one of `enabled`, `minWordSizeForTypos`, `disableOnWords`, `disableOnAttributes`, `disableOnNumbers`",
    ],
    [
      { filterableAttributes: [{ attributePattern: ["x"] }] },
      "invalid_settings_filterable_attributes",
      "Unknown field `attributePattern` inside `.filterableAttributes[0]`: did you mean `attributePatterns`? expected one of `attributePatterns`, `features`",
    ],
  ]
  it.each(refusals)("%j is refused at once", async (change, code, message) => {
    expect(await call("PATCH", "/indexes/refused/settings", change)).toMatchObject({
      status: 400,
      body: errorOf(code, message),
    })
  })
}
