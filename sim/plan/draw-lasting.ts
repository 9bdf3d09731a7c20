import { type Stream, isAmong, pick, within } from "../kernel/draws.ts"
import type { FaultItem, FleetPlan, NodeFault, ProxyFault } from "./plan.ts"

/** Gone altogether: what is most frequent in life, and hardest on whoever waits. */
const absences: ReadonlyArray<NodeFault> = ["crash", "pause", "partition"]
/** Everything that a node can do to others for ever; the loss of a disk is over when it has happened. */
const lastingNodeFaults: ReadonlyArray<NodeFault> = [
  "crash",
  "pause",
  "slow-network",
  "slow-queue",
  "lose-requests",
  "lose-answers",
  "stick",
  "partition",
  "answer-429",
  "answer-503",
  "answer-other",
  "truncate",
  "fail-tasks",
]
const lastingProxyFaults: ReadonlyArray<ProxyFault> = ["proxy-crash", "proxy-pause"]

/** Clients still work then, and other faults come and go. */
const beforeTheEndMs = 9_000

/**
 * Safety, then liveness: in some plans one or two nodes, a whole group or some of the proxies stay as they are at the end, for good. Whether those
 * that are left can suffice is decided when it happens: see the fault budget.
 */
export const drawLasting = (next: Stream, fleet: FleetPlan, durationMs: number): ReadonlyArray<FaultItem> => {
  if (!isAmong(next(), 400)) return []
  const ids = Array.from({ length: fleet.nodes }, (_, at) => `n${at + 1}`)
  const group = next() % fleet.groups
  const isWholeGroup = fleet.groups > 1 && isAmong(next(), 300)
  const nodes = isWholeGroup
    ? ids.filter((_id, at) => at % fleet.groups === group)
    : shuffled(next, ids).slice(0, within(next(), [1, 2]))
  const proxies = shuffled(next, ["p1", "p2", "p3"].slice(0, fleet.proxies ?? 1))
  return [
    ...nodes.map((node): FaultItem => ({
      fault: pick(next(), isAmong(next(), 500) ? absences : lastingNodeFaults),
      node,
      ...drawBegin(next, durationMs),
    })),
    ...proxies
      .slice(0, within(next(), [0, proxies.length - 1]))
      .map((proxy): FaultItem => ({ fault: pick(next(), lastingProxyFaults), proxy, ...drawBegin(next, durationMs) })),
  ]
}

const drawBegin = (next: Stream, durationMs: number) => {
  const atMs = within(next(), [durationMs - beforeTheEndMs, durationMs])
  return { atMs, untilMs: atMs, lasting: true, permille: pick(next(), [300, 1000]), extraMs: 600 } as const
}

const shuffled = (next: Stream, names: ReadonlyArray<string>): ReadonlyArray<string> =>
  names
    .map((name) => ({ name, at: next() }))
    .sort((one, other) => one.at - other.at)
    .map(({ name }) => name)
