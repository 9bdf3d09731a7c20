import { describe, expect, it } from "vitest"
import type { Json } from "#core/prelude/json.ts"
import { exportDetails, patternFor, readExportPlan } from "./export-plan.ts"

const planOf = (body: Json) => {
  const plan = readExportPlan(body)
  if (plan === null) throw new Error("a node would have to say what is wrong")
  return plan
}

describe("an export", () => {
  it("without indexes means all of them", () => {
    expect(planOf({ url: "http://a" }).indexes).toEqual({ "*": { filter: null, overrideSettings: false } })
  })

  // Read off v1.21.0.
  it("is shown with most of the key masked and the size in words", () => {
    const body = {
      url: "http://a",
      apiKey: "abcdefghijklmnop",
      payloadSize: 1000,
      indexes: { b: {}, a: { filter: "x = 1" } },
    }
    expect(exportDetails(planOf(body))).toEqual({
      url: "http://a",
      apiKey: "abXXXX...",
      payloadSize: "1 KB",
      indexes: { a: { filter: "x = 1", overrideSettings: false }, b: { filter: null, overrideSettings: false } },
    })
  })

  it.each([
    ["20 MiB", 20 * 1024 ** 2, "20 MiB"],
    ["20MiB", 20 * 1024 ** 2, "20 MiB"],
    ["1.5 GB", 1_500_000_000, "1.5 GB"],
    ["300", 300, "300 B"],
  ])("takes the size %s", (payloadSize, bytes, printed) => {
    const plan = planOf({ payloadSize })
    expect([plan.payloadBytes, exportDetails(plan)["payloadSize"]]).toEqual([bytes, printed])
  })

  it.each<Json>([
    { url: null },
    { url: "http://a", x: 1 },
    { url: "http://a", apiKey: 1 },
    { url: "http://a", payloadSize: true },
    { url: "http://a", payloadSize: -1 },
    { url: "http://a", payloadSize: "1 XB" },
    { url: "http://a", indexes: { "a?": {} } },
    { url: "http://a", indexes: { a: { y: 1 } } },
    { url: "http://a", indexes: { a: { overrideSettings: 1 } } },
    { url: "http://a", indexes: [] },
    [],
  ])("of the form %j is left to a node", (body) => expect(readExportPlan(body)).toBeNull())

  it("knows an index by any name that the engine takes", () => {
    const plan = planOf(JSON.parse('{"indexes":{"__proto__":{"filter":"x = 1"}}}') as Json)
    expect(Object.entries(plan.indexes)).toEqual([["__proto__", { filter: "x = 1", overrideSettings: false }]])
    expect(patternFor(plan, "constructor")).toBeNull()
  })

  it("takes for each index the longest pattern that fits", () => {
    const plan = planOf({ indexes: { "*": {}, "mov*": {}, movies: {} } })
    expect(["movies", "movie", "books"].map((uid) => patternFor(plan, uid))).toEqual(["movies", "mov*", "*"])
    expect(patternFor(planOf({ indexes: { "mov*": {} } }), "books")).toBeNull()
  })
})
