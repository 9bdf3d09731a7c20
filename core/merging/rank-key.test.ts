import { describe, expect, test } from "vitest"
import { rankKey } from "./rank-key.ts"

describe("rank key", () => {
  test("every rule of a real answer gives one entry", () => {
    // v1.21.0, query "star wars", sort by title and by a missing number.
    const details = {
      words: { order: 0, matchingWords: 2, maxMatchingWords: 2, score: 1 },
      typo: { order: 1, typoCount: 1, maxTypoCount: 3, score: 0.75 },
      proximity: { order: 2, score: 0.5 },
      attribute: { order: 3, attributeRankingOrderScore: 1, queryWordDistanceScore: 0.9, score: 0.9 },
      "Title:asc": { order: 4, value: "star wars ep. i: the phantom menace" },
      "IMDB Rating:desc": { order: 5, value: null },
      "_geoPoint(45.5, -73.6):asc": { order: 6, value: { lat: 45, lng: -73 }, distance: 1234.5 },
      exactness: { order: 7, matchType: "noExactMatch", matchingWords: 1, maxMatchingWords: 2, score: 0.2 },
    }
    expect(rankKey(details)).toEqual([
      { tag: "words", matchingWords: 2 },
      { tag: "typo", typoCount: 1 },
      { tag: "score", score: 0.5 },
      { tag: "attribute", rankScore: 1, distanceScore: 0.9 },
      { tag: "value", direction: "asc", value: "star wars ep. i: the phantom menace" },
      { tag: "value", direction: "desc", value: null },
      { tag: "distance", direction: "asc", metres: 1234.5 },
      { tag: "exactness", matchType: 2, matchingWords: 1 },
    ])
  })

  test("rules stand in the order they were applied, whatever the order of the members", () => {
    const details = {
      typo: { order: 1, typoCount: 0 },
      vectorSort: { order: 2, similarity: 0.25 },
      words: { order: 0 },
    }
    expect(rankKey(details).map((entry) => entry.tag)).toEqual(["words", "typo", "similarity"])
  })

  test("the default rules of v1.50, pins and a deadline are understood", () => {
    const details = {
      pin: { order: 0, position: 3 },
      attributeRank: { order: 1, score: 0.5 },
      wordPosition: { order: 2, score: 0.25 },
      skipped: { order: 3 },
    }
    expect(rankKey(details)).toEqual([
      { tag: "pin", position: 3 },
      { tag: "score", score: 0.5 },
      { tag: "score", score: 0.25 },
      { tag: "skipped" },
    ])
  })

  test("a placeholder search without sort gives an empty key", () => {
    expect(rankKey({})).toEqual([])
    expect(rankKey(null)).toEqual([])
  })
})
