import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Json, JsonObject } from "#core/prelude/json.ts"
import { mergeDesiredSettings, mergeSettingsOf } from "./desired-settings.ts"
import { physicalSettings, toPhysicalPatch, toUserSettings } from "./physical-settings.ts"

const names = fc.uniqueArray(fc.constantFrom("title", "genre", "*", "nested.a", "price"), { maxLength: 4 })

const patch: fc.Arbitrary<JsonObject> = fc.record(
  {
    filterableAttributes: fc.option(names),
    displayedAttributes: fc.option(names),
    sortableAttributes: fc.option(names),
    faceting: fc.option(
      fc.record(
        {
          maxValuesPerFacet: fc.option(fc.integer({ min: 0, max: 500 })),
          sortFacetValuesBy: fc.option(fc.dictionary(fc.constantFrom("*", "genre"), fc.constantFrom("alpha", "count"))),
        },
        { requiredKeys: [] },
      ),
    ),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<JsonObject>

/** What a node answers of its settings after patches: defaults, overwritten. */
const nodeSettings = (physical: ReadonlyArray<JsonObject>): JsonObject => {
  const desired = physical.reduce(mergeDesiredSettings, {} as JsonObject)
  return {
    displayedAttributes: ["*"],
    filterableAttributes: [],
    sortableAttributes: [],
    ...desired,
    faceting: { maxValuesPerFacet: 100, sortFacetValuesBy: { "*": "alpha" }, ...(desired["faceting"] as JsonObject) },
  }
}

describe("the settings of a physical index", () => {
  it("keep the shards readable, whatever a client sets or resets", () => {
    fc.assert(
      fc.property(fc.array(patch, { maxLength: 6 }), (patches) => {
        let desired: JsonObject = {}
        const sent: Array<JsonObject> = [physicalSettings({})]
        for (const one of patches) {
          sent.push(toPhysicalPatch(one, desired))
          desired = mergeDesiredSettings(desired, one)
        }
        const held = nodeSettings(sent)
        expect(JSON.stringify(held["filterableAttributes"])).toContain("_miroir_shard")
        expect(held["displayedAttributes"]).toEqual(["*"])
      }),
    )
  })

  it("show a client what it has set, and nothing of ours", () => {
    fc.assert(
      fc.property(fc.array(patch, { maxLength: 6 }), (patches) => {
        let desired: JsonObject = {}
        const sent: Array<JsonObject> = [physicalSettings({})]
        for (const one of patches) {
          sent.push(toPhysicalPatch(one, desired))
          desired = mergeDesiredSettings(desired, one)
        }
        const shown = toUserSettings(nodeSettings(sent), desired)
        expect(JSON.stringify(shown)).not.toContain("_miroir")
        expect(shown["filterableAttributes"]).toEqual(desired["filterableAttributes"] ?? [])
        expect(shown["displayedAttributes"]).toEqual(desired["displayedAttributes"] ?? ["*"])
        const faceting = shown["faceting"] as JsonObject
        expect(faceting["maxValuesPerFacet"]).toBe(mergeSettingsOf(desired).maxValuesPerFacet)
      }),
    )
  })

  it("pass a value of the wrong type on, so that a node refuses it", () => {
    for (const wrong of [{ a: 1 }, 12, "title"] satisfies ReadonlyArray<Json>)
      expect(toPhysicalPatch({ filterableAttributes: wrong }, {})).toEqual({ filterableAttributes: wrong })
    expect(toPhysicalPatch({ faceting: { maxValuesPerFacet: "x" } }, {})).toEqual({
      faceting: { maxValuesPerFacet: "x" },
    })
  })

  it("let nodes count and list far beyond what the client will see", () => {
    for (const patch of [
      { faceting: { maxValuesPerFacet: 5 }, pagination: { maxTotalHits: 60 } },
      { faceting: null, pagination: null },
      { faceting: {}, pagination: {} },
    ] satisfies ReadonlyArray<JsonObject>) {
      const physical = toPhysicalPatch(patch, {})
      expect(physical["faceting"]).toMatchObject({ maxValuesPerFacet: 10_000 })
      expect(physical["pagination"]).toEqual({ maxTotalHits: 4_294_967_295 })
    }
  })
})

describe("what a client wants", () => {
  it("merges the members of nested settings and forgets what is reset", () => {
    const first = mergeDesiredSettings({}, { typoTolerance: { enabled: false, minWordSizeForTypos: { oneTypo: 4 } } })
    const second = mergeDesiredSettings(first, { typoTolerance: { minWordSizeForTypos: { twoTypos: 10 } } })
    expect(second).toEqual({ typoTolerance: { enabled: false, minWordSizeForTypos: { oneTypo: 4, twoTypos: 10 } } })
    expect(mergeDesiredSettings(second, { typoTolerance: { enabled: null } })).toEqual({
      typoTolerance: { minWordSizeForTypos: { oneTypo: 4, twoTypos: 10 } },
    })
    expect(mergeDesiredSettings(second, { typoTolerance: null })).toEqual({})
  })
})
