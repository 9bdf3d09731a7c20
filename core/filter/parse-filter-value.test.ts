import { describe, expect, test } from "vitest"
import { parseFilterValue } from "./parse-filter-value.ts"
import { printFilter } from "./print-filter.ts"

const shape = (filter: Parameters<typeof parseFilterValue>[0]): unknown => {
  const parsed = parseFilterValue(filter)
  return parsed.tag === "parsed" ? parsed.expression && printFilter(parsed.expression) : parsed.message
}

describe("parseFilterValue", () => {
  test.each([[undefined], [null], [""], [[]], [[""]], [[[]]], [[["", " "]]]])("%j is the empty filter", (filter) => {
    expect(parseFilterValue(filter)).toEqual({ tag: "parsed", expression: null })
  })

  test.each([
    ["a = 1 OR b = 2", "a = 1 OR b = 2"],
    [["a = 1 OR b = 2"], "a = 1 OR b = 2"],
    [["a = 1 OR b = 2", "c = 3"], "(a = 1 OR b = 2) AND c = 3"],
    [["a = 1", ["b = 2", "", "c = 3"]], "a = 1 AND (b = 2 OR c = 3)"],
    [[["a = 1", "b = 2"]], "a = 1 OR b = 2"],
  ])("%j means %s", (filter, expected) => {
    expect(shape(filter)).toBe(expected)
  })

  // Read from v1.21.0.
  test.each([
    [12, "String, Array, found: 12"],
    [{ b: 1, a: [true] }, 'String, Array, found: {"b":1,"a":[true]}'],
    [["a = 1", null], "String, [String], found: null"],
    [["a b", 5], "String, [String], found: 5"],
    [["a = 1", ["b = 2", ["c = 3"]]], 'String, found: ["c = 3"]'],
  ])("%j has a member of a wrong type", (filter, problem) => {
    expect(shape(filter)).toBe(`Invalid syntax for the filter parameter: \`expected ${problem}\`.`)
  })

  test("a syntax error in any member refuses the whole", () => {
    expect(shape(["a = 1", ["b = 2", "c ="]])).toBe("Was expecting a value but instead got nothing.\n4:4 c =")
  })
})
