import { type Stream, isAmong, pick, within } from "../kernel/draws.ts"
import { type FaultItem, type FleetPlan, nodeFaults, proxyFaults, storeFaults } from "./plan.ts"

type Fault = FaultItem["fault"]

const faults: ReadonlyArray<Fault> = [...nodeFaults, ...storeFaults, ...proxyFaults]

/** Kinds of faults in one plan: few kinds reach deeper than all of them at once. */
const kindsMost = 5
const windowsMost = 14

const windowsMs = [20, 200, 1_000, 3_000, 8_000] as const
/** Some longer than a lease: the others must notice, and then it comes back. */
const proxyWindowsMs = [20, 1_000, 4_500, 6_000, 9_000] as const
const isOfProxy = (fault: Fault): boolean => proxyFaults.some((one) => one === fault)

/** Windows in which something goes wrong. Which of them may really begin is decided while the plan runs: see the fault budget. */
export const drawFaults = (next: Stream, fleet: FleetPlan, durationMs: number): ReadonlyArray<FaultItem> => {
  if (isAmong(next(), 50)) return []
  const kinds = Array.from({ length: within(next(), [1, kindsMost]) }, () => pick(next(), faults))
  return Array.from({ length: within(next(), [1, windowsMost]) }, () => {
    const atMs = within(next(), [200, durationMs])
    const fault = pick(next(), kinds)
    const lengths = isOfProxy(fault) ? proxyWindowsMs : windowsMs
    const untilMs = Math.min(durationMs, atMs + pick(next(), lengths))
    const node = `n${1 + (next() % fleet.nodes)}`
    // The first one leads more often than the others.
    const proxy = isAmong(next(), 400) ? "p1" : `p${1 + (next() % (fleet.proxies ?? 1))}`
    return drawFault(next, fault, { node, proxy }, { atMs, untilMs })
  })
}

interface Concerned {
  readonly node: string
  readonly proxy: string
}

const drawFault = (
  next: Stream,
  fault: Fault,
  { node, proxy }: Concerned,
  window: { readonly atMs: number; readonly untilMs: number },
): FaultItem => {
  switch (fault) {
    case "proxy-crash":
    case "proxy-pause":
    case "proxy-apart":
      return { fault, proxy, ...window }
    case "proxy-clock":
      return { fault, proxy, ...window, extraMs: pick(next(), [-7_200_000, -2_000, 300, 60_000]) }
    case "store-down":
      return isAmong(next(), 500) ? { fault, proxy, ...window } : { fault, ...window }
    case "store-slow":
      return { fault, ...window, extraMs: pick(next(), [5, 50, 300]) }
    case "store-lose-answers":
      return { fault, ...window, permille: pick(next(), [50, 300]) }
    case "crash-older":
      return { fault, node, ...window, snapshotMs: pick(next(), [100, 1_000, 5_000, 12_000]) }
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
