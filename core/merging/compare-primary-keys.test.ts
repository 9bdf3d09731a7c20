import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { comparePrimaryKeys, normalPrimaryKey } from "./compare-primary-keys.ts"

const id = fc.oneof(
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map(String),
  fc.integer({ min: -20, max: 20 }).map(String),
  fc.string({ unit: fc.constantFrom("0", "1", "7", "-", "a", "B", "_"), minLength: 1, maxLength: 4 }),
)

describe("order of primary keys", () => {
  test("integers of any size are in the order of their values", () => {
    const integer = fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n })
    fc.assert(
      fc.property(integer, integer, (left, right) => {
        const expected = left < right ? -1 : left > right ? 1 : 0
        expect(Math.sign(comparePrimaryKeys(String(left), String(right)))).toBe(expected)
      }),
    )
  })

  test("the order is total: antisymmetric, transitive, and equal only for equal ids", () => {
    fc.assert(
      fc.property(id, id, id, (a, b, c) => {
        expect(Math.sign(comparePrimaryKeys(a, b))).toBe(0 - Math.sign(comparePrimaryKeys(b, a)))
        expect(comparePrimaryKeys(a, b) === 0).toBe(a === b)
        if (comparePrimaryKeys(a, b) < 0 && comparePrimaryKeys(b, c) < 0)
          expect(comparePrimaryKeys(a, c)).toBeLessThan(0)
      }),
      { numRuns: 500 },
    )
  })

  test("integers come before strings, and what is not written like an integer is a string", () => {
    const ids = ["b", "10", "-1", "007", "9", "-10", "B", "-0", "1-a"]
    expect(ids.sort(comparePrimaryKeys)).toEqual(["-10", "-1", "9", "10", "-0", "007", "1-a", "B", "b"])
  })

  test("a number and its text name the same document", () => {
    expect(normalPrimaryKey("9007199254740993")).toBe("9007199254740993")
    expect(normalPrimaryKey('"9007199254740993"')).toBe("9007199254740993")
    expect(normalPrimaryKey(String.raw`"\u0061-1"`)).toBe("a-1")
  })
})
