import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { type FacetSettings, mergeFacets } from "./facets.ts"

const settings = (maxValuesPerFacet: number, by: "alpha" | "count" = "alpha"): FacetSettings => ({
  maxValuesPerFacet,
  sortFacetValuesBy: { "*": by },
})

/** What a node says about one facet `v` of documents with these values: numbers in the order of their texts, then texts. */
const nodeFacets = (values: ReadonlyArray<number | string>) => {
  const count = (kind: "number" | "string") => {
    const counts = new Map<string, number>()
    for (const value of values)
      if (typeof value === kind) counts.set(String(value), (counts.get(String(value)) ?? 0) + 1)
    return [...counts].sort(([left], [right]) => (left < right ? -1 : 1))
  }
  const entries = [...count("number"), ...count("string")].map(([value, count]) => `${JSON.stringify(value)}:${count}`)
  const numbers = values.filter((value) => typeof value === "number")
  return {
    distribution: `{"v":{${entries.join(",")}}}`,
    stats: numbers.length === 0 ? "{}" : `{"v":{"min":${Math.min(...numbers)}.0,"max":${Math.max(...numbers)}.0}}`,
  }
}

/** Distribution of one facet, as shown by one node that sends these counts. */
const merged = (value: string, stats: string, of: FacetSettings, candidates: number): string | null =>
  mergeFacets([{ distribution: `{"v":${value}}`, stats }], of, candidates).distribution

describe("merged facets", () => {
  test("the counts of the parts add up to the counts of the whole", () => {
    const value = fc.oneof(fc.nat({ max: 120 }), fc.constantFrom("a", "b", "c d", "é", "日"))
    const parts = fc.array(fc.array(value, { maxLength: 30 }), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(parts, fc.integer({ min: 1, max: 12 }), (parts, max) => {
        const whole = mergeFacets([nodeFacets(parts.flat())], settings(max), parts.flat().length)
        expect(mergeFacets(parts.map(nodeFacets), settings(max), parts.flat().length)).toEqual(whole)
      }),
    )
  })

  test("one answer that is not truncated comes out as it went in", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.nat({ max: 200 }), fc.constantFrom("a", "b", "c"))), (values) => {
        expect(mergeFacets([nodeFacets(values)], settings(1_000), values.length)).toEqual(nodeFacets(values))
      }),
    )
  })

  // The next five are what v1.21.0 answered for documents with these values.
  const values = '{"-0":1,"-3":1,"0":1,"0.0000001":1,"1":1,"10":3,"100":1,"2":2,"007":1,"3.0":1,"_x":1,"a":1,"c":2}'
  const stats = '{"v":{"min":-3.0,"max":100.0}}'

  test("up to 3,000 candidates numbers are in the order of their texts", () => {
    expect(merged(values, stats, settings(100), 3_000)).toBe(`{"v":${values}}`)
    expect(merged(values, stats, settings(2), 3_000)).toBe('{"v":{"-0":1,"-3":1}}')
    expect(merged(values, stats, settings(9), 3_000)).toBe(
      '{"v":{"-0":1,"-3":1,"0":1,"0.0000001":1,"1":1,"10":3,"100":1,"2":2,"007":1}}',
    )
  })

  test("above 3,000 candidates numbers are in the order of their values", () => {
    expect(merged(values, stats, settings(9), 3_001)).toBe(
      '{"v":{"-3":1,"0":1,"-0":1,"0.0000001":1,"1":1,"2":2,"10":3,"100":1,"007":1}}',
    )
  })

  test("by count, numbers come before strings, and ties are in reverse order", () => {
    expect(merged(values, stats, settings(10, "count"), 36)).toBe(
      '{"v":{"10":3,"2":2,"100":1,"1":1,"0.0000001":1,"-0":1,"0":1,"-3":1,"c":2,"a":1}}',
    )
  })

  test("by count, numbers that fill the limit leave the strings without one", () => {
    expect(merged(values, stats, settings(1, "count"), 36)).toBe('{"v":{"10":3,"c":2,"a":1,"_x":1,"3.0":1,"007":1}}')
  })

  test("without statistics there are no numbers, so what reads like one is sorted as a text", () => {
    expect(merged('{"10":1,"9":2,"a":1}', "{}", settings(100), 4_000)).toBe('{"v":{"10":1,"9":2,"a":1}}')
  })

  test("a text on a node without numbers stays a text, also where another node has that number", () => {
    const numbers = { distribution: '{"v":{"7":1,"9":1}}', stats: '{"v":{"min":7.0,"max":9.0}}' }
    const texts = { distribution: '{"v":{"10":1,"8":2}}', stats: "{}" }
    expect(mergeFacets([numbers, texts], settings(100), 5).distribution).toBe('{"v":{"7":1,"9":1,"10":1,"8":2}}')
  })

  test("spellings of one normal form are one value, shown as most documents spell it", () => {
    const nodes = [
      { distribution: '{"v":{"ete":1,"Été":2}}', stats: "{}" },
      { distribution: '{"v":{"été":3}}', stats: "{}" },
    ]
    expect(mergeFacets(nodes, settings(100), 6).distribution).toBe('{"v":{"ete":1,"été":5}}')
  })

  test("each facet is ordered as its own setting says", () => {
    const node = { distribution: '{"a":{"x":1,"y":2},"b":{"x":1,"y":2},"constructor":{"x":1,"y":2}}', stats: "{}" }
    const own: FacetSettings = { maxValuesPerFacet: 100, sortFacetValuesBy: { "*": "alpha", b: "count" } }
    expect(mergeFacets([node], own, 3).distribution).toBe(
      '{"a":{"x":1,"y":2},"b":{"y":2,"x":1},"constructor":{"x":1,"y":2}}',
    )
  })

  test("facets of all nodes are united, and ours are never shown", () => {
    const nodes = [
      { distribution: '{"b":{"x":1},"_miroir_shard":{"!!!!#":1}}', stats: '{"_miroir_x":{"min":0.0,"max":1.0}}' },
      { distribution: '{"a":{}}', stats: '{"a":{"min":0.5,"max":1e21}}' },
    ]
    expect(mergeFacets(nodes, settings(100), 2)).toEqual({
      distribution: '{"a":{},"b":{"x":1}}',
      stats: '{"a":{"min":0.5,"max":1e21}}',
    })
  })

  test("statistics span those of all nodes, in the nodes' own words", () => {
    const nodes = ['{"v":{"min":2.0,"max":9007199254740992.0}}', '{"v":{"min":-0.5,"max":3.0}}', null]
    expect(
      mergeFacets(
        nodes.map((stats) => ({ distribution: null, stats })),
        settings(1),
        3,
      ),
    ).toEqual({
      distribution: null,
      stats: '{"v":{"min":-0.5,"max":9007199254740992.0}}',
    })
  })
})
