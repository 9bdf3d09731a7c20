import { describe, expect, it } from "vitest"
import type { JsonObject } from "#core/prelude/json.ts"
import { mergeDesiredSettings, mergeSettingsOf } from "./desired-settings.ts"
import { areKnown, leftoversOf, withResets } from "./leftovers.ts"

const rest: JsonObject = {
  source: "rest",
  url: "http://127.0.0.1:9/x",
  dimensions: 3,
  request: { input: "{{text}}" },
  response: { e: "{{embedding}}" },
}
const typos = { enabled: false, minWordSizeForTypos: { oneTypo: 5, twoTypos: 5 }, disableOnWords: [] }

describe("what a node holds beyond the settings of its index", () => {
  it("is reset member by member where a patch would leave it alone", () => {
    const whole = { typoTolerance: { minWordSizeForTypos: { oneTypo: 6 } }, faceting: { maxValuesPerFacet: 9 } }
    const held = { typoTolerance: typos, faceting: { maxValuesPerFacet: 100, sortFacetValuesBy: { "*": "count" } } }
    expect(withResets(whole, leftoversOf(held, whole).paths)).toEqual({
      typoTolerance: { enabled: null, minWordSizeForTypos: { oneTypo: 6, twoTypos: null }, disableOnWords: null },
      faceting: { maxValuesPerFacet: 9, sortFacetValuesBy: null },
    })
  })

  it("is nothing where the whole setting is reset or replaced", () => {
    const held = { typoTolerance: typos, synonyms: { a: ["b"] }, embedders: {} }
    expect(leftoversOf(held, { typoTolerance: null, synonyms: {}, embedders: null }).paths).toEqual([])
  })

  it("includes embedders and their members, but no default that would have every document embedded again", () => {
    const held = {
      embedders: {
        old: rest,
        kept: { ...rest, headers: { h: "1" } },
        ai: { model: "text-embedding-3-small", url: "x" },
      },
    }
    const whole = { embedders: { kept: rest, ai: {} } }
    expect(leftoversOf(held, whole)).toEqual({
      paths: [
        ["embedders", "old"],
        ["embedders", "kept", "headers"],
        ["embedders", "ai", "url"],
      ],
      areInTheWay: false,
    })
  })

  it("includes a whole embedder that has another source by now, as nodes refuse to reset what the new source does not know", () => {
    const held = { embedders: { e: { ...rest, apiKey: "kkXXXX..." } } }
    const whole = { embedders: { e: { source: "userProvided", dimensions: 3 } } }
    const left = leftoversOf(held, whole)
    expect(left).toEqual({ paths: [["embedders", "e"]], areInTheWay: true })
    expect(withResets(whole, left.paths)).toEqual({ embedders: { e: null } })
  })

  it("includes an embedder that is called like what every object has", () => {
    const held = JSON.parse(
      '{"embedders":{"__proto__":{"source":"openAi"},"constructor":{"source":"rest"}}}',
    ) as JsonObject
    expect(leftoversOf(held, { embedders: {} })).toEqual({
      paths: [
        ["embedders", "__proto__"],
        ["embedders", "constructor"],
      ],
      areInTheWay: false,
    })
  })

  it("is shown once more when it was not reset before", () => {
    expect(areKnown([["a", "b.c"]], [["a", "b.c"]])).toBe(true)
    expect(areKnown([["a", "b.c"]], [["a", "b", "c"]])).toBe(false)
  })
})

describe("the settings that a client wants", () => {
  it("keep a member by any name", () => {
    const patch = '{"embedders":{"__proto__":{"source":"rest"}},"faceting":{"sortFacetValuesBy":{"__proto__":"count"}}}'
    const desired = mergeDesiredSettings({}, JSON.parse(patch) as JsonObject)
    expect(JSON.stringify(desired)).toBe(patch)
    expect(Object.entries(mergeSettingsOf(desired).sortFacetValuesBy)).toEqual([
      ["*", "alpha"],
      ["__proto__", "count"],
    ])
    const forgotten = JSON.parse('{"embedders":{"__proto__":null}}') as JsonObject
    expect(mergeDesiredSettings(desired, forgotten)["embedders"]).toEqual({})
  })
})

describe("an embedder that gets another source", () => {
  const merged = (first: JsonObject, second: JsonObject) =>
    mergeDesiredSettings(mergeDesiredSettings({}, { embedders: { e: first } }), { embedders: { e: second } })

  it("keeps what the engine keeps, if the new source knows it", () => {
    const kept = {
      apiKey: "k",
      documentTemplate: "T",
      documentTemplateMaxBytes: 300,
      distribution: { mean: 0.5, sigma: 0.1 },
    }
    const ollama = { source: "ollama", model: "m", url: "http://127.0.0.1:9/api/embed", dimensions: 4 }
    expect(merged({ ...rest, ...kept, headers: { h: "1" } }, ollama)).toEqual({
      embedders: { e: { ...ollama, ...kept } },
    })
    const own = { source: "userProvided", dimensions: 4 }
    expect(merged({ ...rest, ...kept }, own)).toEqual({ embedders: { e: { ...own, distribution: kept.distribution } } })
  })

  it("keeps everything when nobody knows the source, whatever it is called", () => {
    for (const source of ["newest", "constructor", "__proto__"])
      expect(merged(rest, { source })).toEqual({ embedders: { e: { ...rest, source } } })
  })

  it("keeps everything when the source is only named again, each member being replaced as a whole", () => {
    const again = {
      source: "rest",
      url: "http://127.0.0.1:9/y",
      request: { b: "{{text}}" },
      response: { e: "{{embedding}}" },
    }
    expect(merged(rest, again)).toEqual({ embedders: { e: { ...rest, ...again } } })
  })
})
