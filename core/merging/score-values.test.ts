import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { compareHalves, compareWeighted, scoreValues, type ScoreValue } from "./score-values.ts"

/** Measured on v1.21.0: `star` on movies, ranked by words, typo, proximity, attribute, sort, exactness. */
const sorted = {
  words: { order: 0, matchingWords: 1, maxMatchingWords: 1, score: 1 },
  typo: { order: 1, typoCount: 0, maxTypoCount: 1, score: 1 },
  proximity: { order: 2, score: 1 },
  attribute: { order: 3, attributeRankingOrderScore: 1, queryWordDistanceScore: 1, score: 1 },
  "Title:asc": { order: 4, value: "star trek" },
  exactness: { order: 5, matchType: "matchesStart", score: 0.6666666666666666 },
}

const value: fc.Arbitrary<ScoreValue> = fc.oneof(
  fc.record({ tag: fc.constant("score" as const), score: fc.constantFrom(0, 0.25, 0.5, 1) }),
  fc.record({
    tag: fc.constant("sort" as const),
    direction: fc.constant("asc" as const),
    value: fc.constantFrom(null, 1, 2, "a"),
  }),
)

const weighted = (values: ReadonlyArray<ScoreValue>, weight = 1, score = 1) => ({ values, weight, score })
const scored = (score: number) => ({ values: [{ tag: "score", score }] as const, weight: 0.5 })

describe("score values", () => {
  test("relevancy rules on both sides of a sort rule are two numbers, and the first one is the ranking score", () => {
    expect(scoreValues(sorted, 1, 1)).toEqual([
      { tag: "score", score: 1 },
      { tag: "sort", direction: "asc", value: "star trek" },
      { tag: "score", score: 4 / 6 },
    ])
  })

  test("a later run of rules is folded as the engine folds ranks", () => {
    const { typo, exactness } = sorted
    const details = {
      "year:desc": { order: 0, value: 1999 },
      words: { order: 1, matchingWords: 2, maxMatchingWords: 2 },
      typo: { ...typo, order: 2, typoCount: 1, maxTypoCount: 2 },
      "price:asc": { order: 3, value: null },
      proximity: { order: 4, score: 0.5 },
      exactness: { ...exactness, order: 5, matchType: "noExactMatch", matchingWords: 1, score: 2 / 9 },
    }
    // Proximity 2 of 4, then exactness 2 of 9: (2 - 1) * 9 + 2 of 36.
    expect(scoreValues(details, 0.8333, 1)).toEqual([
      { tag: "sort", direction: "desc", value: 1999 },
      { tag: "score", score: 0.8333 },
      { tag: "sort", direction: "asc", value: null },
      { tag: "score", score: 11 / 36 },
    ])
  })

  test("a placeholder search has no values, a vector has its similarity", () => {
    expect(scoreValues({}, 1, 1)).toEqual([])
    expect(scoreValues({ vectorSort: { order: 0, similarity: 0.75 } }, 0.75, 1)).toEqual([
      { tag: "score", score: 0.75 },
    ])
  })
})

describe("hits of different queries", () => {
  test("swapping two hits swaps the answer", () => {
    const hit = fc.record({
      values: fc.array(value, { maxLength: 3 }),
      weight: fc.constantFrom(1, 2),
      score: fc.constant(1),
    })
    fc.assert(
      fc.property(hit, hit, (left, right) => {
        expect(Math.sign(compareWeighted(left, right))).toBe(-Math.sign(compareWeighted(right, left)) + 0)
      }),
    )
  })

  test("weights decide, and a tie is a tie", () => {
    const half = [{ tag: "score", score: 0.5 }] as const
    const full = [{ tag: "score", score: 1 }] as const
    expect(compareWeighted(weighted(half, 3), weighted(full))).toBeLessThan(0)
    expect(compareWeighted(weighted(half, 2), weighted(full))).toBe(0)
  })

  test("a hit with a value comes before one that has none, as words come before a placeholder", () => {
    expect(compareWeighted(weighted([{ tag: "score", score: 0.1 }]), weighted([]))).toBeLessThan(0)
  })

  test("the farther point comes first in both directions, as on the engine", () => {
    const near = weighted([{ tag: "geo", direction: "asc", metres: 10 }])
    const far = weighted([{ tag: "geo", direction: "asc", metres: 900 }])
    const nowhere = weighted([{ tag: "geo", direction: "asc", metres: null }])
    expect(compareWeighted(far, near)).toBeLessThan(0)
    expect(compareWeighted(near, nowhere)).toBeLessThan(0)
  })
})

describe("halves of a hybrid search", () => {
  test("a score wins against a sort key unless it is zero", () => {
    const sort = { values: [{ tag: "sort", direction: "asc", value: 1 }] as const, weight: 0.5 }
    expect(compareHalves(scored(0.1), sort)).toBeLessThan(0)
    expect(compareHalves(scored(0), sort)).toBeGreaterThan(0)
    expect(compareHalves(sort, scored(0))).toBeLessThan(0)
  })
})
