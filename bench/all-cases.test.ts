import { describe, expect, test } from "vitest"
import { allCases } from "./all-cases.ts"
import { makeIds, makePayload } from "./inputs.ts"
import { printResults } from "./print-results.ts"
import { makeAnswers } from "./search-answers.ts"

/** A hundredth of the size that is measured. */
const share = 0.01

describe("the benchmark", () => {
  test.each(allCases)("$name compares two ways that give the same answer", async (benchCase) => {
    // Preparing compares the answers of both ways wherever they are comparable.
    const prepared = await benchCase.prepare(share)
    expect(prepared.ours()).toBeDefined()
    expect(prepared.baseline === null || prepared.baseline.run() !== undefined).toBe(true)
  })

  test("no two cases have one name", () => {
    expect(new Set(allCases.map((benchCase) => benchCase.name)).size).toBe(allCases.length)
  })

  test("one seed always gives the same inputs, another seed gives others", () => {
    expect(makeIds(50, 7)).toEqual(makeIds(50, 7))
    expect(makeIds(50, 8)).not.toEqual(makeIds(50, 7))
    expect(makePayload(5000, 7)).toEqual(makePayload(5000, 7))
    expect(makeAnswers(2, 20, 7)).toEqual(makeAnswers(2, 20, 7))
  })

  test("the table says when a promise is broken", () => {
    const timing = { msPerOperation: 2, operationsPerSecond: 500 }
    const result = { name: "x", operation: "y", ours: timing, baseline: { name: "z", ...timing }, ratio: 1 }
    expect(printResults([{ ...result, ratioMin: 1 }])).toContain("kept")
    expect(printResults([{ ...result, ratioMin: 2 }])).toContain("BROKEN")
  })
})
