import fc from "fast-check"
import { describe, it } from "vitest"
import { walkMachine } from "#core/prelude/walk-machine.ts"
import { type HealthInput, type HealthThresholds, type NodeHealth, answersOf, initialHealth } from "./node-health.ts"
import { stepHealth } from "./step.ts"

/** The machine, and beside it the counters from which its state can be told without it. */
interface Walked {
  readonly health: NodeHealth
  /** Since the last verification: failures, and late answers of a node that was not read any more. */
  readonly failuresInRow: number
  /** Since the last verification: probes that were late while the node was read. */
  readonly lateProbesInRow: number
  readonly verifiedInRow: number
}

const start: Walked = { health: initialHealth, failuresInRow: 0, lateProbesInRow: 0, verifiedInRow: 0 }

const isLate = ({ tag }: HealthInput): boolean => tag === "probe-late" || tag === "request-late"

const step =
  (limits: HealthThresholds) =>
  ({ health, failuresInRow, lateProbesInRow, verifiedInRow }: Walked, input: HealthInput): Walked => {
    const isVerified = input.tag === "verified"
    const isOnlyLate = isLate(input) && answersOf(health).mayServeReads
    return {
      health: stepHealth(health, input, limits),
      failuresInRow: isVerified ? 0 : failuresInRow + Number(!isOnlyLate),
      lateProbesInRow: isVerified ? 0 : lateProbesInRow + Number(isOnlyLate && input.tag === "probe-late"),
      verifiedInRow: isVerified ? verifiedInRow + 1 : 0,
    }
  }

const check =
  ({ unhealthyThreshold, recoveryThreshold }: HealthThresholds) =>
  (after: Walked, input: HealthInput, before: Walked): string | null => {
    const isDown = after.health.tag === "down"
    const wasDown = before.health.tag === "down"
    const wasRead = answersOf(before.health).mayServeReads
    const { mayServeReads, isLastChoice, mustReceiveWrites } = answersOf(after.health)
    const isEnough = after.failuresInRow >= unhealthyThreshold || after.lateProbesInRow >= unhealthyThreshold
    if (mayServeReads && after.failuresInRow > 0) return "reads are allowed after a failure"
    if (mayServeReads && !wasRead && input.tag !== "verified") return "reads are allowed without a verification"
    if (mayServeReads && isLastChoice !== isLate(input)) return "a late node is read like others, or one in time is not"
    if (mayServeReads && !mustReceiveWrites) return "a node that is read is not written to"
    if (wasRead && input.tag === "request-late" && !mayServeReads) return "a late answer ends the reads"
    if (!isDown && isEnough) return "it is not given up after enough failures"
    if (isDown && !wasDown && !isEnough) return "it is given up too early"
    if (wasDown && !isDown && after.verifiedInRow < recoveryThreshold) return "it is trusted again too early"
    if (isDown && after.verifiedInRow >= recoveryThreshold) return "it is not trusted again after enough verifications"
    if (!wasDown && input.tag === "verified" && !mayServeReads) return "one verification does not end a suspicion"
    return null
  }

describe("the health of a node, step by step", () => {
  it("follows from how many probes in a row failed, were late or verified it", ({ task }) => {
    const input = fc.constantFrom<HealthInput>(
      { tag: "verified" },
      { tag: "probe-failed" },
      { tag: "request-failed" },
      { tag: "probe-late" },
      { tag: "request-late" },
    )
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
