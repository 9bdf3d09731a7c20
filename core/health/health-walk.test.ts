import fc from "fast-check"
import { describe, it } from "vitest"
import { walkMachine } from "#core/prelude/walk-machine.ts"
import { type HealthInput, type HealthThresholds, type NodeHealth, answersOf, initialHealth } from "./node-health.ts"
import { stepHealth } from "./step.ts"

/** The machine, and beside it the two counters from which its state can be told without it. */
interface Walked {
  readonly health: NodeHealth
  readonly failuresInRow: number
  readonly verifiedInRow: number
}

const start: Walked = { health: initialHealth, failuresInRow: 0, verifiedInRow: 0 }

const step =
  (limits: HealthThresholds) =>
  ({ health, failuresInRow, verifiedInRow }: Walked, input: HealthInput): Walked => ({
    health: stepHealth(health, input, limits),
    failuresInRow: input.tag === "verified" ? 0 : failuresInRow + 1,
    verifiedInRow: input.tag === "verified" ? verifiedInRow + 1 : 0,
  })

const check =
  ({ unhealthyThreshold, recoveryThreshold }: HealthThresholds) =>
  (after: Walked, input: HealthInput, before: Walked): string | null => {
    const isDown = after.health.tag === "down"
    const wasDown = before.health.tag === "down"
    const { mayServeReads, mustReceiveWrites } = answersOf(after.health)
    if (mayServeReads && input.tag !== "verified") return "reads are allowed after a failure"
    if (mayServeReads && !mustReceiveWrites) return "a node that is read is not written to"
    if (!isDown && after.failuresInRow >= unhealthyThreshold) return "it is not given up after enough failures"
    if (isDown && !wasDown && after.failuresInRow < unhealthyThreshold) return "it is given up too early"
    if (wasDown && !isDown && after.verifiedInRow < recoveryThreshold) return "it is trusted again too early"
    if (isDown && after.verifiedInRow >= recoveryThreshold) return "it is not trusted again after enough verifications"
    if (!wasDown && input.tag === "verified" && !mayServeReads) return "one verification does not end a suspicion"
    return null
  }

describe("the health of a node, step by step", () => {
  it("follows from how many probes in a row failed or verified it", ({ task }) => {
    const input = fc.constantFrom<HealthInput>({ tag: "verified" }, { tag: "probe-failed" }, { tag: "request-failed" })
    const threshold = fc.integer({ min: 1, max: 5 })
    const thresholds = fc.record({ unhealthyThreshold: threshold, recoveryThreshold: threshold })
    fc.assert(
      fc.property(fc.array(input, { minLength: 50, maxLength: 200 }), thresholds, (inputs, limits) => {
        walkMachine(task.meta, { start, inputs, step: step(limits), check: check(limits) })
      }),
      { numRuns: 10_000 },
    )
  })
})
