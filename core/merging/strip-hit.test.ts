import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { type HitView, readHit, stripHit } from "./strip-hit.ts"

const open: HitView = {
  showRankingScore: true,
  showRankingScoreDetails: true,
  hideFields: [],
  hideFormatted: [],
  displayedAttributes: null,
  typoCounts: new Map(),
}
const strip = (text: string, view: Partial<HitView> = {}): string =>
  stripHit(readHit(text, { start: 0, end: text.length }), { ...open, ...view })

const hit = [
  '{"id":9007199254740993,"title":"a","price":1.0,"_miroir_shard":"!!!!#","_miroir_version":"!!"',
  '"_formatted":{"id":"9007199254740993","title":"<em>a</em>","price":"1.0","_miroir_shard":"!!!!#"}',
  '"_matchesPosition":{"title":[{"start":0,"length":1}]}',
  '"_rankingScore":1.0',
  '"_rankingScoreDetails":{"typo":{"order":0,"typoCount":0,"maxTypoCount":1,"score":1.0},"_miroir_order:asc":{"order":1,"value":"!"}}}',
].join(",")

describe("a hit as the client sees it", () => {
  test("our members are nowhere, numbers are as they were", () => {
    expect(strip(hit, { showRankingScore: false, showRankingScoreDetails: false })).toBe(
      '{"id":9007199254740993,"title":"a","price":1.0,' +
        '"_formatted":{"id":"9007199254740993","title":"<em>a</em>","price":"1.0"},' +
        '"_matchesPosition":{"title":[{"start":0,"length":1}]}}',
    )
    expect(strip(hit)).toContain(
      '"_rankingScoreDetails":{"typo":{"order":0,"typoCount":0,"maxTypoCount":1,"score":1.0}}',
    )
  })

  test("no hit shows a member of ours, and all others stay in their order", () => {
    const key = fc.oneof(fc.constantFrom("_miroir_shard", "_miroir_", "_miroi", "id"), fc.string({ maxLength: 4 }))
    fc.assert(
      fc.property(fc.uniqueArray(key, { maxLength: 8 }), fc.jsonValue(), (keys, value) => {
        const print = (of: ReadonlyArray<string>) =>
          `{${of.map((name) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(",")}}`
        const visible = keys.filter((name) => !name.startsWith("_miroir_"))
        expect(strip(print(keys))).toBe(print(visible))
      }),
    )
  })

  test("vectors are shown unless they are listed among the displayed attributes, as on the engine", () => {
    const vectors = '{"a":1,"_vectors":{"v":{"embeddings":[[1.0]],"regenerate":false}}}'
    expect(strip(vectors)).toBe(vectors)
    expect(strip(vectors, { displayedAttributes: ["a"] })).toBe(vectors)
    expect(strip(vectors, { displayedAttributes: ["a", "_vectors"] })).toBe('{"a":1}')
  })

  test("fields that only we asked for are taken from the document and from `_formatted`", () => {
    const stripped = strip(hit, {
      hideFields: ["id"],
      hideFormatted: ["id"],
      showRankingScore: false,
      showRankingScoreDetails: false,
    })
    expect(stripped).toBe(
      '{"title":"a","price":1.0,"_formatted":{"title":"<em>a</em>","price":"1.0"},' +
        '"_matchesPosition":{"title":[{"start":0,"length":1}]}}',
    )
    expect(strip('{"id":1,"_formatted":{"id":"1"}}', { hideFields: ["id"], hideFormatted: ["id"] })).toBe("{}")
  })

  test("only displayed attributes are shown, wherever they appear", () => {
    const text =
      '{"a":{"b":1,"c":2},"d":3,"_formatted":{"a":{"b":"1","c":"2"},"d":"3"},"_matchesPosition":{"a.b":[],"d":[]},"_geoDistance":7}'
    expect(strip(text, { displayedAttributes: ["a.b"] })).toBe(
      '{"a":{"b":1},"_formatted":{"a":{"b":"1"}},"_matchesPosition":{"a.b":[]},"_geoDistance":7}',
    )
    expect(strip(text, { displayedAttributes: ["a.b"], hideFields: ["a.b"], hideFormatted: ["a.b"] })).toBe(
      '{"_matchesPosition":{"a.b":[]},"_geoDistance":7}',
    )
  })

  test("rules of attributes that are not displayed are redacted as the engine does it", () => {
    const details =
      '{"_rankingScoreDetails":{"a:asc":{"order":0,"value":1.0},"b:desc":{"order":1,"value":"x"},"_geoPoint(1, 2):asc":{"order":2,"distance":3}}}'
    expect(strip(details, { displayedAttributes: ["a", "b.c"] })).toBe(
      '{"_rankingScoreDetails":{"a:asc":{"order":0,"value":1.0},"<hidden-rule-1>":{"order":1,"value":"<hidden>"},"_geoPoint(1, 2):asc":{"order":2,"distance":3}}}',
    )
  })

  test("the largest typo count of all nodes is shown, with the score that follows from it", () => {
    const text =
      '{"_rankingScoreDetails":{"words":{"order":0,"matchingWords":2},"typo":{"order":1,"typoCount":1,"maxTypoCount":2,"score":0.6666666666666666}}}'
    expect(strip(text, { typoCounts: new Map([[2, 3]]) })).toContain('"typoCount":1,"maxTypoCount":3,"score":0.75')
    expect(strip(text, { typoCounts: new Map([[1, 9]]) })).toBe(text)
    expect(strip(text.replace('"typoCount":1', '"typoCount":0'), { typoCounts: new Map([[2, 4]]) })).toContain(
      '"typoCount":0,"maxTypoCount":4,"score":1.0',
    )
  })
})
