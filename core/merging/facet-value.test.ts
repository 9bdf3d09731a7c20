import { expect, test } from "vitest"
import { facetValues, normaliseFacetValue } from "./facet-value.ts"

test("spellings that the engine groups have one normal form", () => {
  for (const spellings of [
    ["Été", "été", " ÉTÉ\n"],
    ["ﬁn", "fin"],
    ["  pad ", "PAD"],
    ["\u0085q", "Q"],
  ]) {
    expect(new Set(spellings.map(normaliseFacetValue)).size, spellings.join()).toBe(1)
  }
  expect(normaliseFacetValue("é")).not.toBe(normaliseFacetValue("e"))
  // Not white space to the engine, although String.prototype.trim takes it for some.
  expect(normaliseFacetValue("x\ufeff")).not.toBe(normaliseFacetValue("x"))
})

test("a value is cut to what fits a key, between characters", () => {
  expect(normaliseFacetValue("a".repeat(500))).toBe("a".repeat(468))
  expect(normaliseFacetValue(`a${"日".repeat(200)}`)).toBe(`a${"日".repeat(155)}`)
})

test("null, empty texts, empty arrays and objects are no values", () => {
  for (const value of [null, "", " ", [], [[]], {}, { a: 1 }, [null, ""]]) expect(facetValues(value)).toEqual([])
})

test("numbers stay apart from texts, booleans are texts, arrays give each of their values at any depth", () => {
  expect(facetValues([1, "1", true, [2, [" A "]]])).toEqual([1, "1", "true", 2, "a"])
})
