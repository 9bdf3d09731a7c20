import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { compareHits, compareSortValues } from "./compare-hits.ts"
import { rankKey, type RankEntry, type SortValue } from "./rank-key.ts"

const sortValue: fc.Arbitrary<SortValue> = fc.oneof(
  fc.constantFrom<SortValue>(null, 0, -0, 1, -1, 1.5, "", "a", "10", "9", "日", "ﬁ", "😀"),
  fc.double({ noNaN: true }),
  fc.string(),
)
const small = fc.integer({ min: 0, max: 2 })
const entry: fc.Arbitrary<RankEntry> = fc.oneof(
  fc.record({ tag: fc.constant("words" as const), matchingWords: small }),
  fc.record({ tag: fc.constant("typo" as const), typoCount: small }),
  fc.record({ tag: fc.constant("score" as const), score: fc.constantFrom(0, 0.25, 0.5, 1) }),
  fc.record({ tag: fc.constant("attribute" as const), rankScore: small, distanceScore: small }),
  fc.record({ tag: fc.constant("exactness" as const), matchType: small, matchingWords: small }),
  fc.record({ tag: fc.constant("value" as const), direction: fc.constant("desc" as const), value: sortValue }),
  fc.record({
    tag: fc.constant("distance" as const),
    direction: fc.constant("asc" as const),
    metres: fc.option(small),
  }),
  fc.record({ tag: fc.constant("similarity" as const), similarity: fc.option(fc.constantFrom(0.25, 0.5)) }),
  fc.constant({ tag: "skipped" as const }),
)
const key = fc.array(entry, { maxLength: 3 })

/** Names of the hits, best first. */
const ranked = (hits: Record<string, unknown>): Array<string> =>
  Object.entries(hits)
    .map(([name, details]) => ({ name, key: rankKey(details) }))
    .reverse()
    .sort((left, right) => compareHits(left.key, right.key))
    .map((hit) => hit.name)

const at = (direction: string, distance: number | null) => ({
  [`_geoPoint(0, 0):${direction}`]: { order: 0, distance },
})

describe("order of hits", () => {
  test("the order is total, even between keys of different rules", () => {
    fc.assert(
      fc.property(key, key, key, (a, b, c) => {
        expect(compareHits(a, a)).toBe(0)
        expect(Math.sign(compareHits(a, b))).toBe(0 - Math.sign(compareHits(b, a)))
        if (compareHits(a, b) <= 0 && compareHits(b, c) <= 0) expect(compareHits(a, c)).toBeLessThanOrEqual(0)
      }),
      { numRuns: 2_000 },
    )
  })

  test("an earlier rule decides before a later one", () => {
    fc.assert(
      fc.property(key, key, key, (prefix, a, b) => {
        expect(compareHits([...prefix, ...a], [...prefix, ...b])).toBe(compareHits(a, b))
      }),
    )
  })

  test("the number of typos counts, not the score that depends on the node", () => {
    const order = ranked({
      none: { typo: { order: 0, typoCount: 0, maxTypoCount: 1, score: 1 } },
      one: { typo: { order: 0, typoCount: 1, maxTypoCount: 2, score: 0.6666666666666666 } },
      alsoOne: { typo: { order: 0, typoCount: 1, maxTypoCount: 3, score: 0.75 }, proximity: { order: 1, score: 1 } },
      two: { typo: { order: 0, typoCount: 2, maxTypoCount: 9, score: 0.8 } },
    })
    expect(order).toEqual(["none", "alsoOne", "one", "two"])
  })

  test("an exact match stands before a start, a start before the rest, and the rest by exact words", () => {
    const order = ranked({
      exact: { exactness: { order: 0, matchType: "exactMatch" } },
      start: { exactness: { order: 0, matchType: "matchesStart" } },
      two: { exactness: { order: 0, matchType: "noExactMatch", matchingWords: 2 } },
      one: { exactness: { order: 0, matchType: "noExactMatch", matchingWords: 1 } },
    })
    expect(order).toEqual(["exact", "start", "two", "one"])
  })

  test("nearer points come first, points without a place last, in both directions", () => {
    expect(ranked({ near: at("asc", 1), far: at("asc", 2), none: at("asc", null) })).toEqual(["near", "far", "none"])
    expect(ranked({ far: at("desc", 2), near: at("desc", 1), none: at("desc", null) })).toEqual(["far", "near", "none"])
  })

  test("a node that ran out of time puts its hits last", () => {
    const words = { order: 0, matchingWords: 1 }
    const order = ranked({
      complete: { words, typo: { order: 1, typoCount: 5 } },
      cutOff: { words, skipped: { order: 1 } },
    })
    expect(order).toEqual(["complete", "cutOff"])
  })
})

describe("order of sort values", () => {
  // As v1.21.0 sorted documents with these values.
  const ascending: Array<SortValue> = [
    -3,
    0,
    -0,
    1e-7,
    1,
    1.5,
    2,
    10,
    100,
    1e21,
    "007",
    "10",
    "3.0",
    "_x",
    "a",
    "true",
    "日",
    null,
  ]

  test("ascending: numbers by value, zero before minus zero, then strings by bytes, then nothing", () => {
    const shuffled = ascending.toReversed()
    expect(shuffled.sort((left, right) => compareSortValues(left, right, "asc"))).toEqual(ascending)
  })

  test("descending: numbers and strings are each reversed, and keep their places", () => {
    const numbers = ascending.filter((value) => typeof value === "number").toReversed()
    const strings = ascending.filter((value) => typeof value === "string").toReversed()
    const sorted = [...ascending].sort((left, right) => compareSortValues(left, right, "desc"))
    expect(sorted).toEqual([...numbers, ...strings, null])
  })
})
