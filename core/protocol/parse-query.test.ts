import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { lastValues, parseQuery } from "./parse-query.ts"

describe("parseQuery", () => {
  test("encoded names and values come back in their order", () => {
    const name = fc.string({ unit: "grapheme" })
    fc.assert(
      fc.property(fc.array(fc.tuple(name, name), { minLength: 1 }), (pairs) => {
        const query = pairs.map((pair) => pair.map(encodeURIComponent).join("=")).join("&")
        expect(parseQuery(query)).toEqual(pairs)
      }),
    )
  })

  test("it never throws and reads like the form decoding of URLs", () => {
    const soup = fc.array(
      fc.constantFrom("%", "%4", "%41", "%zz", "%e9", "%C3%A9", "%F0%9F%A6", "+", "=", "&", "a", "?"),
    )
    fc.assert(
      fc.property(soup, (parts) => {
        const query = parts.join("")
        expect(parseQuery(query)).toEqual([...new URLSearchParams(`&${query}`)])
      }),
    )
  })

  test("a name without a value has the empty one, and empty pairs do not count", () => {
    expect(parseQuery("&&limit&q=a=b&=1")).toEqual([
      ["limit", ""],
      ["q", "a=b"],
      ["", "1"],
    ])
    expect(parseQuery("")).toEqual([])
  })

  test("of a repeated name the last value counts, in the place of the first", () => {
    expect([...lastValues(parseQuery("limit=x&q=a&limit=1"))]).toEqual([
      ["limit", "1"],
      ["q", "a"],
    ])
  })
})
