import fc from "fast-check"
import { expect, test } from "vitest"
import { splitSort } from "./split-sort.ts"

test("commas separate criteria unless the next parenthesis closes one", () => {
  const text = fc.array(fc.constantFrom(",", "(", ")", "a", ":asc", " ", "\n", "_geoPoint(1,2):desc"), {
    maxLength: 20,
  })
  fc.assert(
    fc.property(text, (parts) => {
      const sort = parts.join("")
      expect(splitSort(sort)).toEqual(sort.split(/,(?![^(]*\))/).map((criterion) => criterion.trim()))
    }),
    { numRuns: 2000 },
  )
})

test.each([
  ["", [""]],
  ["a:asc", ["a:asc"]],
  ["a:asc, b:desc,", ["a:asc", "b:desc", ""]],
  ["_geoPoint(1, 2):asc,b:desc", ["_geoPoint(1, 2):asc", "b:desc"]],
  ["a(b,c", ["a(b", "c"]],
])("%j has the criteria %j", (sort, criteria) => {
  expect(splitSort(sort)).toEqual(criteria)
})
