import { invariant } from "#core/prelude/invariant.ts"
import { unreachable } from "#core/prelude/unreachable.ts"
import type { HealthInput, HealthThresholds, NodeHealth } from "./node-health.ts"

/** Next state of a node's health. Total: each input in each state has an answer. */
export const stepHealth = (health: NodeHealth, input: HealthInput, thresholds: HealthThresholds): NodeHealth => {
  const next = nextHealth(health, input, thresholds)
  invariant(
    next.tag !== "up" || input.tag === "verified" || health.tag === "up",
    "only-verification-makes-readable",
    "an empty or older node would answer searches",
  )
  return next
}

const nextHealth = (health: NodeHealth, input: HealthInput, thresholds: HealthThresholds): NodeHealth => {
  switch (health.tag) {
    case "up":
      return input.tag === "verified" ? health : failed(0, thresholds)
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

const failed = (failuresBefore: number, thresholds: HealthThresholds): NodeHealth => {
  const failures = failuresBefore + 1
  return failures >= thresholds.unhealthyThreshold ? { tag: "down", successes: 0 } : { tag: "suspect", failures }
}
