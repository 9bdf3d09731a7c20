import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { mergeFacetHits } from "./merge-facet-hits.ts"

type Values = Readonly<Record<string, number>>

const answer = (values: Values): string =>
  JSON.stringify({ facetHits: Object.entries(values).map(([value, count]) => ({ value, count })), facetQuery: null })

const merge = (nodes: ReadonlyArray<Values>, sortBy: "alpha" | "count" = "alpha", valuesMax = 100) =>
  (
    JSON.parse(mergeFacetHits(nodes.map(answer), { facetQuery: "q", valuesMax, sortBy }, 3)) as {
      facetHits: ReadonlyArray<{ value: string; count: number }>
    }
  ).facetHits.map(({ value, count }) => `${value}:${count}`)

describe("merged facet search", () => {
  test("no document is lost or counted twice", () => {
    const counts = fc.dictionary(fc.constantFrom("a", "A", "é", "É", "b c"), fc.integer({ min: 1, max: 9 }))
    fc.assert(
      fc.property(fc.array(counts, { maxLength: 4 }), (nodes) => {
        const before = nodes.flatMap((node) => Object.values(node)).reduce((sum, count) => sum + count, 0)
        const after = merge(nodes).reduce((sum, shown) => sum + Number(shown.split(":")[1]), 0)
        expect(after).toBe(before)
      }),
    )
  })

  test("spellings of one value are one value, shown in the most frequent spelling", () => {
    expect(merge([{ Drama: 2, action: 1 }, { drama: 3 }])).toEqual(["action:1", "drama:5"])
  })

  test("values stand as if they had no accents", () => {
    expect(
      merge([
        { "Clémentine Urquizar": 1, Zoe: 1 },
        { "Clementine Urquizar": 1, Clémentine: 1 },
      ]),
    ).toEqual(["Clémentine:1", "Clementine Urquizar:1", "Clémentine Urquizar:1", "Zoe:1"])
  })

  test("by count, the counts of all nodes decide which values are left", () => {
    expect(
      merge(
        [
          { a: 3, b: 2 },
          { c: 3, b: 2 },
        ],
        "count",
        2,
      ),
    ).toEqual(["b:4", "c:3"])
  })

  test("equal counts stand in reverse order of their bytes, so capitals come last", () => {
    expect(merge([{ Essay: 2, crime: 2 }, { ballad: 2 }], "count")).toEqual(["crime:2", "ballad:2", "Essay:2"])
  })

  test("the question is echoed", () => {
    expect(mergeFacetHits([], { facetQuery: null, valuesMax: 1, sortBy: "alpha" }, 7)).toBe(
      '{"facetHits":[],"facetQuery":null,"processingTimeMs":7}',
    )
  })
})
