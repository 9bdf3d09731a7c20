import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type HealthInput, answersOf, initialHealth } from "./node-health.ts"
import { stepHealth } from "./step.ts"

const input = fc.constantFrom<HealthInput>({ tag: "verified" }, { tag: "probe-failed" }, { tag: "request-failed" })
const thresholds = fc.record({
  unhealthyThreshold: fc.integer({ min: 1, max: 5 }),
  recoveryThreshold: fc.integer({ min: 1, max: 5 }),
})

describe("the health of a node", () => {
  it("allows reads only while nothing failed since the last verification", () => {
    fc.assert(
      fc.property(fc.array(input, { maxLength: 40 }), thresholds, (inputs, limits) => {
        const last = inputs.reduce((health, one) => stepHealth(health, one, limits), initialHealth)
        if (answersOf(last).mayServeReads) expect(inputs.at(-1)).toEqual({ tag: "verified" })
      }),
      { numRuns: 2_000 },
    )
  })

  it("ends in up after enough verified probes, whatever happened before", () => {
    fc.assert(
      fc.property(fc.array(input, { maxLength: 40 }), thresholds, (inputs, limits) => {
        const verified = Array.from({ length: limits.recoveryThreshold }, (): HealthInput => ({ tag: "verified" }))
        const last = [...inputs, ...verified].reduce((health, one) => stepHealth(health, one, limits), initialHealth)
        expect(last.tag).toBe("up")
      }),
    )
  })

  it("ends in down after enough failures, and then no write is sent", () => {
    fc.assert(
      fc.property(fc.array(input, { maxLength: 40 }), thresholds, (inputs, limits) => {
        const failures = Array.from({ length: limits.unhealthyThreshold }, (): HealthInput => ({ tag: "probe-failed" }))
        const last = [...inputs, ...failures].reduce((health, one) => stepHealth(health, one, limits), initialHealth)
        expect(last.tag).toBe("down")
        expect(answersOf(last).mustReceiveWrites).toBe(false)
      }),
    )
  })

  it("stops reads at the first request that fails", () => {
    const limits = { unhealthyThreshold: 3, recoveryThreshold: 2 }
    const up = stepHealth(initialHealth, { tag: "verified" }, limits)
    expect(answersOf(up).mayServeReads).toBe(true)
    expect(answersOf(stepHealth(up, { tag: "request-failed" }, limits)).mayServeReads).toBe(false)
  })
})
