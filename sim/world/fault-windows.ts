import { Effect } from "effect"
import type { Kernel } from "../kernel/kernel.ts"
import { createModelNode, type ModelNode } from "../model/model-node.ts"
import type { FaultItem, FleetPlan } from "../plan/plan.ts"
import { isFault, type Plan, proxyFaults } from "../plan/plan.ts"
import { whyNot, losesDisk } from "./fault-budget.ts"
import { type FleetNode, killNode, workOn } from "./fleet-node.ts"
import { type History, sometimes } from "./history.ts"
import type { ModelStore } from "./model-store.ts"
import { leaderOf } from "./leader.ts"
import { remainingOf } from "./remaining.ts"
import type { Proxy } from "./proxy.ts"
import type { Trace } from "./trace.ts"

/**
 * A disk that was replaced within this could be used before anybody looks at the node again, without one request having failed: the documented
 * limit of recognising a node. It stays away for longer, so that it is missed.
 */
const diskLossMs = 4_000

export interface FaultyWorld {
  readonly kernel: Kernel
  readonly fleet: FleetPlan
  readonly nodes: ReadonlyMap<string, FleetNode>
  readonly store: ModelStore
  readonly proxies: ReadonlyArray<Proxy>
  readonly lasting: Set<FaultItem>
  readonly history: History
  readonly trace: Trace
  readonly onTask: (node: FleetNode) => void
}

export interface FaultWindows {
  /** Nothing goes wrong now but what lasts, and nothing will. */
  readonly areOver: () => boolean
}

/** Lets what the plan wants go wrong, as far as the budget allows. */
export const scheduleFaults = (world: FaultyWorld, plan: Plan): FaultWindows => {
  const { kernel, nodes, store, history, trace } = world
  const active = new Set<FaultItem>()
  let open = 0
  let lost: string | null = null

  /** Until the marker of the node is known again and nothing on it is behind. */
  const recovering = (): string | null => {
    const state = leaderOf(world)?.state ?? null
    if (lost === null || state === null) return lost
    const isBehind = [...state.behind.values()].some((byNode) => (byNode.get(lost ?? "")?.size ?? 0) > 0)
    const isKnown = (state.nodes.get(lost)?.incarnation ?? null) !== null && state.health.get(lost)?.tag === "up"
    if (!isBehind && isKnown && ![...active].some((item) => losesDisk(item.fault))) lost = null
    return lost
  }

  const begin = (item: FaultItem, disk: ModelNode | null): void => {
    const reason = whyNot(item, {
      isGone: proxyFaults.some((fault) => fault === item.fault) && isGone(world, item),
      copies: world.fleet.groups * world.fleet.replicationFactor,
      active,
      stored: Effect.runSync(store.truth.loadState),
      unfinished: Effect.runSync(store.truth.unfinishedTasks),
      proxies: world.proxies.map((proxy) => proxy.cluster()?.state ?? null),
      recovering: recovering(),
      remaining: remainingOf({ ...world, lasting: new Set([...world.lasting, item]) }),
    })
    if (reason !== null) {
      open--
      trace.write("spared", `${JSON.stringify(item)} ${reason}`)
      return
    }
    trace.write("fault", JSON.stringify(item))
    sometimes(history, `${item.lasting === true ? "lasting" : "fault"} ${item.fault}`)
    active.add(item)
    if (losesDisk(item.fault) && "node" in item) lost = item.node
    applyFault(world, item, disk)
    if (item.lasting === true) {
      open--
      world.lasting.add(item)
      return
    }
    kernel.after(lengthOf(item), () => {
      active.delete(item)
      open--
      trace.write("healed", JSON.stringify(item))
      endFault(world, item, active)
    })
  }

  for (const item of plan.items.filter(isFault)) {
    open++
    let disk: ModelNode | null = null
    if (item.fault === "crash-older")
      kernel.after(
        Math.max(0, item.atMs - (item.snapshotMs ?? 0)),
        () => (disk = structuredClone(nodes.get(item.node)!.disk)),
      )
    kernel.after(item.atMs, () => begin(item, disk))
  }
  return { areOver: () => open === 0 }
}

const lengthOf = (item: FaultItem): number => Math.max(item.untilMs - item.atMs, losesDisk(item.fault) ? diskLossMs : 1)

const applyFault = (world: FaultyWorld, item: FaultItem, disk: ModelNode | null): void => {
  if (!("node" in item)) {
    if (item.fault === "proxy-crash") proxyOf(world, item).kill()
    else if (item.fault === "proxy-pause") proxyOf(world, item).pause()
    else if (item.fault === "proxy-clock") proxyOf(world, item).shiftClock(item.extraMs ?? 0)
    else world.store.faults.add(item)
    return
  }
  const node = world.nodes.get(item.node)!
  node.faults.add(item)
  if (item.fault === "pause") node.isPaused = true
  if (!isDeath(item)) return
  killNode(node)
  if (item.fault === "crash-empty") node.disk = createModelNode({ masterKey: null })
  if (item.fault === "crash-older" && disk !== null) node.disk = disk
}

const proxyOf = ({ proxies }: FaultyWorld, { proxy }: FaultItem & { readonly proxy?: string }): Proxy =>
  proxies.find(({ name }) => name === proxy) ?? proxies[0]!

/** Another window of the same kind and the same proxy is not over yet. */
const isStillOn = (world: FaultyWorld, item: FaultItem, active: ReadonlySet<FaultItem>): boolean =>
  [...active].some((other) => other.fault === item.fault && proxyOf(world, other) === proxyOf(world, item))

/** What has gone wrong with a proxy for good is not mended by its death. */
const isGone = (world: FaultyWorld, item: FaultItem): boolean =>
  !remainingOf(world).proxies.includes(proxyOf(world, item))

const isDeath = (item: FaultItem): boolean => item.fault === "crash" || losesDisk(item.fault)

const endFault = (world: FaultyWorld, item: FaultItem, active: ReadonlySet<FaultItem>): void => {
  if (!("node" in item)) {
    if (item.fault === "proxy-pause") {
      if (!isStillOn(world, item, active)) proxyOf(world, item).resume()
    } else if (item.fault === "proxy-clock") proxyOf(world, item).shiftClock(-(item.extraMs ?? 0))
    else if (item.fault !== "proxy-crash") world.store.faults.delete(item)
    else if (!isStillOn(world, item, active) && !isGone(world, item) && !proxyOf(world, item).isRunning())
      proxyOf(world, item).start()
    return
  }
  const node = world.nodes.get(item.node)!
  node.faults.delete(item)
  const faults = [...node.faults]
  node.isUp = !faults.some(isDeath)
  node.isPaused = node.isUp && faults.some(({ fault }) => fault === "pause")
  if (node.isPaused || !node.isUp) return
  for (const arrive of node.waiting.splice(0)) arrive()
  workOn(node, world.kernel, world.fleet, () => world.onTask(node))
}
