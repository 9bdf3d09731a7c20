import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type HealthInput, answersOf, initialHealth } from "./node-health.ts"
import { stepHealth } from "./step.ts"

const input = fc.constantFrom<HealthInput>(
  { tag: "verified" },
  { tag: "probe-failed" },
  { tag: "request-failed" },
  { tag: "probe-late" },
  { tag: "request-late" },
)
const thresholds = fc.record({
  unhealthyThreshold: fc.integer({ min: 1, max: 5 }),
  recoveryThreshold: fc.integer({ min: 1, max: 5 }),
})

describe("the health of a node", () => {
  it("allows reads only while nothing failed since the last verification, and all of them only while nothing was late", () => {
    fc.assert(
      fc.property(fc.array(input, { maxLength: 40 }), thresholds, (inputs, limits) => {
        const last = inputs.reduce((health, one) => stepHealth(health, one, limits), initialHealth)
        const { mayServeReads, isLastChoice } = answersOf(last)
        const since = inputs.slice(inputs.findLastIndex(({ tag }) => tag === "verified") + 1).map(({ tag }) => tag)
        if (!mayServeReads) return
        expect(inputs.some(({ tag }) => tag === "verified")).toBe(true)
        expect(since).not.toContain("request-failed")
        expect(since).not.toContain("probe-failed")
        expect(isLastChoice).toBe(since.length > 0)
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

  it("is up or slow after any number of late answers, until probes are late too often", () => {
    const limits = { unhealthyThreshold: 3, recoveryThreshold: 2 }
    const inputs: ReadonlyArray<HealthInput> = [
      { tag: "verified" },
      ...Array.from({ length: 100 }, (): HealthInput => ({ tag: "request-late" })),
      { tag: "probe-late" },
      { tag: "probe-late" },
    ]
    const slow = inputs.reduce((health, one) => stepHealth(health, one, limits), initialHealth)
    expect(answersOf(slow)).toEqual({
      mayServeReads: true,
      isLastChoice: true,
      mustReceiveWrites: true,
      isUrgent: true,
    })
    expect(stepHealth(slow, { tag: "verified" }, limits)).toEqual({ tag: "up" })
    expect(stepHealth(slow, { tag: "probe-late" }, limits).tag).toBe("down")
  })

  it("stops reads at the first request that fails", () => {
    const limits = { unhealthyThreshold: 3, recoveryThreshold: 2 }
    const up = stepHealth(initialHealth, { tag: "verified" }, limits)
    expect(answersOf(up).mayServeReads).toBe(true)
    expect(answersOf(stepHealth(up, { tag: "request-failed" }, limits)).mayServeReads).toBe(false)
  })
})
