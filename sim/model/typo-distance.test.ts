import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { typoCount, typoDistance } from "./typo-distance.ts"

const word = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 5 })

/** The definition: the cheapest way to make two texts equal, where a swapped pair is not touched again. */
const distance = (left: string, right: string): number => {
  if (left === "" || right === "") return left.length + right.length
  const [shorterLeft, shorterRight] = [left.slice(0, -1), right.slice(0, -1)]
  const ways = [
    distance(shorterLeft, shorterRight) + (left.at(-1) === right.at(-1) ? 0 : 1),
    distance(shorterLeft, right) + 1,
    distance(left, shorterRight) + 1,
  ]
  const isSwap = left.length > 1 && left.at(-1) === right.at(-2) && left.at(-2) === right.at(-1)
  return Math.min(...ways, isSwap ? distance(left.slice(0, -2), right.slice(0, -2)) + 1 : Number.POSITIVE_INFINITY)
}

describe("typos", () => {
  it("the distance is the restricted Damerau-Levenshtein distance, up to the limit", () => {
    fc.assert(
      fc.property(word, word, fc.constantFrom(1, 2), (typed, other, limit) => {
        expect(typoDistance(typed, other, false, limit)).toBe(Math.min(distance(typed, other), limit + 1))
      }),
    )
  })

  it("the distance to a prefix is that to the nearest beginning of the word", () => {
    fc.assert(
      fc.property(word, word, fc.constantFrom(1, 2), (typed, other, limit) => {
        const beginnings = Array.from({ length: other.length + 1 }, (_, length) => other.slice(0, length))
        const nearest = Math.min(...beginnings.map((beginning) => distance(typed, beginning)))
        expect(typoDistance(typed, other, true, limit)).toBe(Math.min(nearest, limit + 1))
      }),
    )
  })

  it.each([
    ["hallo", "hello", false, 1, 1],
    ["hlelo", "hello", false, 1, 1],
    ["jello", "hello", false, 1, null],
    ["jeyboards", "keyboards", false, 2, 2],
    ["deterrence", "terrence", false, 2, null],
    ["quickk", "quickly", true, 1, 1],
    ["hell", "hello", true, 0, 0],
    ["hell", "hello", false, 0, null],
  ])("%s for %s (prefix: %s, budget %i) counts %s", (typed, other, isPrefix, budget, count) => {
    expect(typoCount(typed, other, isPrefix, budget)).toBe(count)
  })
})
