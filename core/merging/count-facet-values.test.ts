import { describe, expect, test } from "vitest"
import { countFacetValues } from "./count-facet-values.ts"

const facets = (values: string, stats = "{}") => ({ distribution: `{"g":{${values}}}`, stats })

describe("values of a facet", () => {
  test("a value that two nodes have counts once, whatever its spelling", () => {
    const counted = countFacetValues([facets('"Drama":1,"x":1'), facets('"drama":1,"y":1')], "g")
    expect(counted).toEqual({ perNode: [2, 2], together: 3 })
  })

  test("a number and its text are two values", () => {
    const number = facets('"1":1', '{"g":{"min":1.0,"max":1.0}}')
    expect(countFacetValues([number, facets('"1":1')], "g")?.together).toBe(2)
  })

  test("nothing is said when a node lists no facets, or so many values that it may have left some out", () => {
    const many = Array.from({ length: 10_000 }, (_, value) => `"v${value}":1`).join(",")
    expect(countFacetValues([facets('"a":1'), { distribution: null, stats: null }], "g")).toBeNull()
    expect(countFacetValues([facets(many)], "g")).toBeNull()
  })

  test("a node on which no document has the facet has no values", () => {
    expect(countFacetValues([facets('"a":1'), { distribution: "{}", stats: "{}" }], "g")).toEqual({
      perNode: [1, 0],
      together: 1,
    })
  })
})
