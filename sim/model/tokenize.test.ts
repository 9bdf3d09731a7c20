import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { encodeShard, encodeVersion, shardCountMax } from "#core/protocol/hidden-fields.ts"
import { tokenize, type TokenizerRules } from "./tokenize.ts"

const rules = (given: Partial<TokenizerRules> = {}): TokenizerRules => ({
  separators: [],
  nonSeparators: new Set(),
  dictionary: [],
  ...given,
})

const wordsOf = (text: string, given: Partial<TokenizerRules> = {}) =>
  tokenize(text, rules(given)).map(({ word }) => word)

describe("tokenizing", () => {
  it("hidden values make no words", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: shardCountMax - 1 }),
        fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        (shard, version) => {
          expect(wordsOf(encodeShard(shard))).toEqual([])
          expect(wordsOf(encodeVersion(version))).toEqual([])
        },
      ),
    )
  })

  it("every token is the normal form of its part of the text, and positions grow", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const tokens = tokenize(text, rules())
        for (const [at, token] of tokens.entries()) {
          expect(token.end).toBeGreaterThan(token.start)
          expect(token.start).toBeGreaterThanOrEqual(tokens[at - 1]?.end ?? 0)
          expect(token.position).toBeGreaterThan(tokens[at - 1]?.position ?? -1)
        }
      }),
    )
  })

  it("accents and case do not count", () => {
    expect(wordsOf("Élan VITAL")).toEqual(["elan", "vital"])
  })

  it("the end of a sentence is a distance of 8, other separators of 1", () => {
    const positions = tokenize("a-b, c. d e!f g,h", rules()).map(({ position }) => position)
    expect(positions).toEqual([0, 1, 9, 17, 18, 26, 27, 28])
  })

  it("settings change what separates words", () => {
    expect(wordsOf("a|b")).toEqual(["a|b"])
    expect(wordsOf("a|b", { separators: ["|"] })).toEqual(["a", "b"])
    expect(wordsOf("c# d", { nonSeparators: new Set(["#"]) })).toEqual(["c#", "d"])
    expect(wordsOf("J. R. R. Tolkien", { dictionary: ["J. R. R."] })).toEqual(["j. r. r.", "tolkien"])
  })
})
