import { beforeAll, expect, it } from "vitest"
import { type Answered, type ContractClient, idsOf } from "./contract-client.ts"

const documents = [
  { id: 1, title: "hello world", body: "the quick brown fox" },
  { id: 2, title: "hallo world of warcraft", body: "hello there" },
  { id: 3, title: "worldly hello", body: "world hello brown world" },
  { id: 4, title: "quick brown", body: "hello, world. fox-trot quickly" },
  { id: 5, title: "say hello big wide world", body: "a b c" },
  { id: 6, title: "superman returns", body: "nowhere" },
  { id: 7, title: "super man", body: "now here" },
]

const orders: ReadonlyArray<readonly [rule: string, q: string, ids: ReadonlyArray<number>]> = [
  ["a word that is nearer to its place in the query comes first", "brown warcraft", [4, 1, 3]],
  ["a prefix is no typo, and no typo comes first", "worldl", [3, 1, 2, 5, 4]],
  ["more matching words come first", "hello warcraft ", [2, 1, 4, 3, 5]],
  ["nearer words come first, in any field", "hello world", [1, 3, 5, 2, 4]],
  ["a word of 4 letters may have no typo", "helo", []],
  ["a word of 5 letters may have one", "hallo ", [2, 1, 4, 3, 5]],
  ["the first letter must be right", "jello ", []],
  ["a longer word is found only by the last word of the query", "worl hello", []],
  ["and not when a space follows it", "superma ", [6]],
  ["two words are found as one, one word as two", "super man ", [7, 6]],
  ["one word is found as two", "superman", [6, 7]],
]

const words = (matchingWords: number, maxMatchingWords: number) => ({
  order: 0,
  matchingWords,
  maxMatchingWords,
  score: matchingWords / maxMatchingWords,
})

export const rankingCases = ({ call, search, write }: ContractClient): void => {
  beforeAll(async () => {
    await call("PUT", "/indexes/weighed/settings/searchable-attributes", ["title", "body"])
    await call("POST", "/indexes/weighed/documents", documents)
    await write("POST", "/indexes/ranked/documents", documents)
  })

  const detailed = async (uid: string, q: string, more: object = {}): Promise<ReadonlyArray<Answered>> =>
    (
      await search(uid, {
        q,
        showRankingScore: true,
        showRankingScoreDetails: true,
        attributesToRetrieve: ["id"],
        ...more,
      })
    ).hits

  it.each(orders)("%s (%s)", async (_rule, q, ids) => {
    expect(idsOf(await search("ranked", { q }))).toEqual(ids)
  })

  it("the details of a perfect match", async () => {
    const [best] = await detailed("ranked", "hello world")
    expect(best).toEqual({
      id: 1,
      _rankingScore: 1,
      _rankingScoreDetails: {
        words: words(2, 2),
        typo: { order: 1, typoCount: 0, maxTypoCount: 2, score: 1 },
        proximity: { order: 2, score: 1 },
        attribute: { order: 3, attributeRankingOrderScore: 1, queryWordDistanceScore: 1, score: 1 },
        exactness: { order: 4, matchType: "exactMatch", score: 1 },
      },
    })
  })

  it("the details of a distant match in the wrong order", async () => {
    const hit = (await detailed("ranked", "hello world")).find(({ id }) => id === 3)
    expect(hit._rankingScoreDetails).toEqual({
      words: words(2, 2),
      typo: { order: 1, typoCount: 0, maxTypoCount: 2, score: 1 },
      proximity: { order: 2, score: 0.75 },
      attribute: {
        order: 3,
        attributeRankingOrderScore: 1,
        queryWordDistanceScore: 0.9047619047619048,
        score: 0.9047619047619048,
      },
      exactness: {
        order: 4,
        matchType: "noExactMatch",
        matchingWords: 2,
        maxMatchingWords: 2,
        score: 0.3333333333333333,
      },
    })
    expect(hit._rankingScore).toBe(0.953042328042328)
  })

  it("the details of a match with a typo and a missing word", async () => {
    const [hit] = await detailed("ranked", "warcaft xyz")
    expect(hit._rankingScoreDetails).toEqual({
      words: words(1, 2),
      typo: { order: 1, typoCount: 1, maxTypoCount: 1, score: 0.5 },
      proximity: { order: 2, score: 1 },
      attribute: {
        order: 3,
        attributeRankingOrderScore: 1,
        queryWordDistanceScore: 0.8181818181818182,
        score: 0.8181818181818182,
      },
      exactness: {
        order: 4,
        matchType: "noExactMatch",
        matchingWords: 0,
        maxMatchingWords: 1,
        score: 0.16666666666666666,
      },
    })
  })

  it("a match in a later attribute ranks lower", async () => {
    const hits = await detailed("weighed", "quick")
    expect(hits.map(({ id }) => id)).toEqual([4, 1])
    expect(hits.map((hit) => hit._rankingScoreDetails.attribute.attributeRankingOrderScore)).toEqual([1, 0.5])
  })

  it("without the words rule, orders begin with the typos", async () => {
    const [hit] = await detailed("ranked", "hello world", { matchingStrategy: "all" })
    expect(Object.keys(hit._rankingScoreDetails)).toEqual(["typo", "proximity", "attribute", "exactness"])
    expect(hit._rankingScoreDetails.typo.order).toBe(0)
  })

  it("a search without words has empty details, a score of 1, and the order of insertion", async () => {
    const hits = await detailed("ranked", "")
    expect(hits).toEqual(documents.map(({ id }) => ({ id, _rankingScore: 1, _rankingScoreDetails: {} })))
  })
}
