import { describe, expect, test } from "vitest"
import type { JsonObject } from "#core/prelude/json.ts"
import { keywordPart, needsEmbedding, searchKind, semanticPart, vectorPart } from "./search-kind.ts"
import { readSearchBody } from "./search-request.ts"

const request = (body: JsonObject) => readSearchBody(body)!
const hybrid = (semanticRatio?: number) => ({
  embedder: "v",
  ...(semanticRatio === undefined ? {} : { semanticRatio }),
})
const settings = (source: string) => ({ embedders: { v: { source } } })
const vector = [1, 2]

describe("the kind of a search", () => {
  test.each([
    ["without an embedder", { q: "a" }, "keyword"],
    ["with a ratio of 0", { q: "a", vector, hybrid: hybrid(0) }, "keyword"],
    ["with nothing to look for", { q: " ", hybrid: hybrid(1) }, "keyword"],
    ["with a ratio of 1", { q: "a", hybrid: hybrid(1) }, "semantic"],
    ["with a vector and no words", { q: "  ", vector, hybrid: hybrid(0.2) }, "semantic"],
    ["with words and a vector", { q: "a", vector, hybrid: hybrid(0.2) }, "hybrid"],
    ["with words and an embedder", { q: "a", hybrid: hybrid() }, "hybrid"],
  ])("%s is the engine's (measured on v1.21.0)", (_name, body, kind) => {
    expect(searchKind(request(body)).tag).toBe(kind)
  })

  test("the default ratio weighs both halves alike", () => {
    expect(searchKind(request({ q: "a", hybrid: hybrid() }))).toEqual({ tag: "hybrid", ratio: 0.5 })
  })
})

describe("the halves of a hybrid search", () => {
  const whole = request({ q: "a", filter: "b = 1", media: { x: 1 }, hybrid: hybrid(0.3) })

  test("the half that looks for words has no vector and no embedder left", () => {
    expect(JSON.parse(JSON.stringify(keywordPart(whole).body))).toEqual({ q: "a", filter: "b = 1" })
  })

  test("the half that looks for a vector lets hits by words come last, in a ratio that 32 bits hold", () => {
    const ratio = (vectorPart(whole, vector).body["hybrid"] as JsonObject)["semanticRatio"] as number
    expect(Math.fround(ratio)).toBe(ratio)
    expect(ratio).toBeLessThan(1)
    expect(Math.fround(1 - ratio)).toBeGreaterThan(0)
  })

  test("a vector that is known takes the place of what it was made from", () => {
    expect(JSON.parse(JSON.stringify(semanticPart(whole, vector).body))).toEqual({
      q: "a",
      filter: "b = 1",
      vector,
      hybrid: hybrid(1),
    })
  })

  test("only an embedder that computes vectors is asked for one", () => {
    expect(needsEmbedding(whole, settings("rest"))).toBe(true)
    expect(needsEmbedding(whole, settings("userProvided"))).toBe(false)
    expect(needsEmbedding(request({ q: "a", vector, hybrid: hybrid() }), settings("rest"))).toBe(false)
    expect(needsEmbedding(whole, {})).toBe(false)
  })
})
