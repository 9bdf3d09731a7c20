import type { JsonObject } from "#core/prelude/json.ts"

/*
 * Everything that will happen in a simulation and is not the program's own doing: a fleet, what clients ask, and what goes wrong. A plan is
 * data, one line of JSON per item, so that a person can read, write and shorten it. Times are milliseconds since the start.
 */

export interface Plan {
  readonly fleet: FleetPlan
  readonly items: ReadonlyArray<PlanItem>
}

export interface FleetPlan {
  /** Everything that the plan does not say is drawn from this. */
  readonly seed: number
  /** Proxies on one store; one when it is missing. */
  readonly proxies?: number
  /** Per proxy: what its wall clock is ahead (ms), and what its clock counts too many (ms in a second). Right when it is missing. */
  readonly clocks?: ReadonlyArray<readonly [offsetMs: number, driftPermille: number]>
  readonly nodes: number
  readonly groups: number
  readonly replicationFactor: number
  readonly shards: number
  readonly yieldPermille: number
  /** Of one direction between the proxy and a node. */
  readonly latencyMs: readonly [number, number]
  /** That a node takes to apply one task. */
  readonly taskMs: readonly [number, number]
  readonly storeMs: readonly [number, number]
  /** How long a probe of a node may take; half a second when it is missing. */
  readonly healthTimeoutMs?: number
  readonly unavailableShards: "partial" | "error"
}

export type PlanItem = ClientItem | FaultItem

/** A document: `id` is its primary key. */
export interface PlanDocument extends JsonObject {
  readonly id: string
}

export const clientActions = [
  "add",
  "update",
  "delete-one",
  "delete-batch",
  "delete-group",
  "clear",
  "create-index",
  "delete-index",
  "settings",
  "get",
  "list",
  "search",
  "tasks",
] as const satisfies ReadonlyArray<ClientAction["do"]>

export type ClientAction =
  /** Replaces whole documents. */
  | { readonly do: "add"; readonly index: string; readonly documents: ReadonlyArray<PlanDocument> }
  /** Replaces the members that are given. */
  | { readonly do: "update"; readonly index: string; readonly documents: ReadonlyArray<PlanDocument> }
  | { readonly do: "delete-one"; readonly index: string; readonly id: string }
  | { readonly do: "delete-batch"; readonly index: string; readonly ids: ReadonlyArray<string> }
  /** Of `group = …`. */
  | { readonly do: "delete-group"; readonly index: string; readonly group: string }
  | { readonly do: "clear"; readonly index: string }
  | { readonly do: "settings"; readonly index: string; readonly patch: JsonObject }
  | { readonly do: "create-index"; readonly index: string }
  | { readonly do: "delete-index"; readonly index: string }
  | { readonly do: "get"; readonly index: string; readonly id: string }
  | { readonly do: "list"; readonly index: string }
  | { readonly do: "search"; readonly index: string; readonly body: JsonObject }
  /** The tasks, newest first. */
  | { readonly do: "tasks" }

export type ClientItem = { readonly atMs: number; readonly client: string } & ClientAction

export const nodeFaults = [
  /** Killed; its queue and its data are on its disk. */
  "crash",
  /** Killed, and started again on an empty disk. */
  "crash-empty",
  /** Killed, and started again from a copy of its disk that was made `snapshotMs` before. */
  "crash-older",
  /** Stopped and continued: what reaches it meanwhile waits. */
  "pause",
  /** Every direction takes `extraMs` longer. */
  "slow-network",
  /** Tasks take `extraMs` longer. */
  "slow-queue",
  /** Requests are lost before the node sees them: at once and certainly, or silently. */
  "lose-requests",
  /** The node does what it is asked, and its answer is lost. */
  "lose-answers",
  /** As `lose-answers`, but the connection stays open until the proxy gives up. */
  "stick",
  /** Nothing passes. */
  "partition",
  /** Answers 429. */
  "answer-429",
  /** Answers 503. */
  "answer-503",
  /** Something in between answers 200 with a page, a word, or half of an object of its own. */
  "answer-other",
  /** Answers are cut off. */
  "truncate",
  /** Tasks fail for reasons of the node's own. */
  "fail-tasks",
] as const
export type NodeFault = (typeof nodeFaults)[number]

export const storeFaults = [
  /** Nothing reaches it. */
  "store-down",
  /** Everything takes `extraMs` longer. */
  "store-slow",
  /** What was asked is done, and the answer is lost. */
  "store-lose-answers",
] as const
export type StoreFault = (typeof storeFaults)[number]

export const proxyFaults = [
  /** Killed, and started again on the same store. */
  "proxy-crash",
  /** Stopped and continued: it finds out later how much time has gone. */
  "proxy-pause",
  /** Its wall clock is `extraMs` ahead of what it was, or behind. */
  "proxy-clock",
  /** It and the other proxies do not reach each other. */
  "proxy-apart",
] as const
export type ProxyFault = (typeof proxyFaults)[number]

interface FaultWindow {
  readonly atMs: number
  readonly untilMs: number
  /** Of a thousand requests, so many are concerned; everything when it is missing. */
  readonly permille?: number
  readonly extraMs?: number
  readonly snapshotMs?: number
  /** It never ends, and the others must do without what it concerns. */
  readonly lasting?: true
}

export type FaultItem =
  | ({ readonly fault: NodeFault; readonly node: string } & FaultWindow)
  /** `proxy`: of that proxy alone; of all when it is missing. */
  | ({ readonly fault: StoreFault; readonly proxy?: string } & FaultWindow)
  /** `proxy`: the first one when it is missing. */
  | ({ readonly fault: ProxyFault; readonly proxy?: string } & FaultWindow)

export const isFault = (item: PlanItem): item is FaultItem => "fault" in item
export const isClient = (item: PlanItem): item is ClientItem => "do" in item

/** The end of the last thing that the plan wants. */
export const endOf = (plan: Plan): number =>
  plan.items.reduce((end, item) => Math.max(end, isFault(item) ? item.untilMs : item.atMs), 0)
