import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { editDistance } from "./edit-distance.ts"

const name = fc.string({ unit: fc.constantFrom("a", "b", "c", "é", "🦀"), maxLength: 7 })

describe("editDistance", () => {
  test("it is a metric: zero for equal names only, symmetric, never longer over a third name", () => {
    fc.assert(
      fc.property(name, name, name, (a, b, c) => {
        expect(editDistance(a, b) === 0).toBe(a === b)
        expect(editDistance(a, b)).toBe(editDistance(b, a))
        expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c))
      }),
    )
  })

  test("one edit is a distance of one", () => {
    fc.assert(
      fc.property(name, fc.nat(6), (text, position) => {
        const characters = Array.from(text)
        expect(editDistance(text, characters.toSpliced(position, 0, "x").join(""))).toBe(1)
      }),
    )
  })

  test.each([
    ["", "abc", 3],
    ["limti", "limit", 1],
    ["ca", "abc", 2],
    ["statueéss", "statuses", 2],
  ])("%s and %s are %d apart", (left, right, distance) => {
    expect(editDistance(left, right)).toBe(distance)
  })
})
