import { invariant } from "#core/prelude/invariant.ts"
import { unreachable } from "#core/prelude/unreachable.ts"
import type { HealthInput, HealthThresholds, NodeHealth } from "./node-health.ts"

/** Next state of a node's health. Total: each input in each state has an answer. */
export const stepHealth = (health: NodeHealth, input: HealthInput, thresholds: HealthThresholds): NodeHealth => {
  const next = nextHealth(health, input, thresholds)
  invariant(
    !isReadable(next) || input.tag === "verified" || isReadable(health),
    "only-verification-makes-readable",
    "an empty or older node would answer searches",
  )
  return next
}

const nextHealth = (health: NodeHealth, input: HealthInput, thresholds: HealthThresholds): NodeHealth => {
  switch (health.tag) {
    case "up":
    case "slow":
      return nextOfReadable(health, input, thresholds)
    case "suspect":
      return input.tag === "verified" ? { tag: "up" } : failed(health.failures, thresholds)
    case "down": {
      if (input.tag !== "verified") return { tag: "down", successes: 0 }
      const successes = health.successes + 1
      return successes >= thresholds.recoveryThreshold ? { tag: "up" } : { tag: "down", successes }
    }
    default:
      return unreachable(health)
  }
}

const isReadable = ({ tag }: NodeHealth): boolean => tag === "up" || tag === "slow"

const nextOfReadable = (
  health: Extract<NodeHealth, { readonly tag: "up" | "slow" }>,
  input: HealthInput,
  thresholds: HealthThresholds,
): NodeHealth => {
  const lateBefore = health.tag === "slow" ? health.lateProbes : 0
  switch (input.tag) {
    case "verified":
      return { tag: "up" }
    case "request-late":
      return { tag: "slow", lateProbes: lateBefore }
    case "probe-late": {
      const lateProbes = lateBefore + 1
      return lateProbes >= thresholds.unhealthyThreshold ? { tag: "down", successes: 0 } : { tag: "slow", lateProbes }
    }
    case "probe-failed":
    case "request-failed":
      return failed(0, thresholds)
    default:
      return unreachable(input)
  }
}

const failed = (failuresBefore: number, thresholds: HealthThresholds): NodeHealth => {
  const failures = failuresBefore + 1
  return failures >= thresholds.unhealthyThreshold ? { tag: "down", successes: 0 } : { tag: "suspect", failures }
}
