import { describe, expect, test } from "vitest"
import { readFacetSearchBody } from "./facet-search-request.ts"
import { readSimilarBody, readSimilarParameters } from "./similar-request.ts"

describe("a search for similar documents", () => {
  test("an id may be a number, and what a search knows as well is a search", () => {
    const asked = readSimilarBody({ id: 5, embedder: "v", filter: "a = 1", rankingScoreThreshold: 0.5, limit: 3 })
    expect(asked).toMatchObject({ id: "5", embedder: "v", offset: 0, limit: 3, threshold: 0.5 })
    expect(JSON.parse(JSON.stringify(asked?.search.body))).toEqual({ filter: "a = 1", limit: 3 })
  })

  test("parameters say the same as a body", () => {
    const pairs = [
      ["id", "5"],
      ["embedder", "v"],
      ["limit", "3"],
      ["filter", "a = 1"],
      ["attributesToRetrieve", "a,b"],
    ] as const
    const body = { id: "5", embedder: "v", limit: 3, filter: "a = 1", attributesToRetrieve: ["a", "b"] }
    expect(readSimilarParameters(pairs)).toEqual(readSimilarBody(body))
  })

  test.each([
    ["no id", { embedder: "v" }],
    ["no embedder", { id: 1 }],
    ["an id that is no integer", { id: 1.5, embedder: "v" }],
    ["a negative limit", { id: 1, embedder: "v", limit: -1 }],
    ["a threshold above one", { id: 1, embedder: "v", rankingScoreThreshold: 2 }],
    ["attributes that are no list", { id: 1, embedder: "v", attributesToRetrieve: "id" }],
  ])("with %s it is for a node to say what is wrong", (_name, body) => {
    expect(readSimilarBody(body)).toBeNull()
  })
})

describe("a facet search", () => {
  test("what the engine does not know is passed on, as it ignores it", () => {
    const body = { facetName: "genre", facetQuery: "dra", limit: 3, unknown: true }
    expect(readFacetSearchBody(body)).toEqual({ body, facetName: "genre", facetQuery: "dra", filter: undefined })
  })

  test("without the name of a facet it is for a node to say what is wrong", () => {
    expect(readFacetSearchBody({ facetQuery: "a" })).toBeNull()
    expect(readFacetSearchBody([])).toBeNull()
  })
})
