import { type Stream, isAmong, pick, within } from "../kernel/draws.ts"
import { type FaultItem, type FleetPlan, nodeFaults, storeFaults } from "./plan.ts"

type Fault = FaultItem["fault"]

const faults: ReadonlyArray<Fault> = [...nodeFaults, ...storeFaults, "proxy-crash"]

/** Kinds of faults in one plan: few kinds reach deeper than all of them at once. */
const kindsMost = 5
const windowsMost = 14

/** Windows in which something goes wrong. Which of them may really begin is decided while the plan runs: see the fault budget. */
export const drawFaults = (next: Stream, fleet: FleetPlan, durationMs: number): ReadonlyArray<FaultItem> => {
  if (isAmong(next(), 50)) return []
  const kinds = Array.from({ length: within(next(), [1, kindsMost]) }, () => pick(next(), faults))
  return Array.from({ length: within(next(), [1, windowsMost]) }, () => {
    const atMs = within(next(), [200, durationMs])
    const untilMs = Math.min(durationMs, atMs + pick(next(), [20, 200, 1_000, 3_000, 8_000]))
    return drawFault(next, pick(next(), kinds), `n${1 + (next() % fleet.nodes)}`, atMs, untilMs)
  })
}

const drawFault = (next: Stream, fault: Fault, node: string, atMs: number, untilMs: number): FaultItem => {
  const window = { atMs, untilMs }
  switch (fault) {
    case "proxy-crash":
    case "store-down":
      return { fault, ...window }
    case "store-slow":
      return { fault, ...window, extraMs: pick(next(), [5, 50, 300]) }
    case "store-lose-answers":
      return { fault, ...window, permille: pick(next(), [50, 300]) }
    case "crash-older":
      return { fault, node, ...window, snapshotMs: pick(next(), [100, 1_000, 5_000]) }
    case "slow-network":
      return { fault, node, ...window, extraMs: pick(next(), [10, 100, 600]) }
    case "slow-queue":
      return { fault, node, ...window, extraMs: pick(next(), [50, 500]) }
    case "crash":
    case "crash-empty":
    case "pause":
    case "partition":
      return { fault, node, ...window }
    default:
      return { fault, node, ...window, permille: pick(next(), [50, 300, 1000]) }
  }
}
