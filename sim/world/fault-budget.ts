import type { TaskRecord } from "#core/tasks/task-record.ts"
import type { StoredState } from "#core/ports/store.ts"
import type { ClusterState } from "#core/program/cluster-state.ts"
import type { FaultItem } from "../plan/plan.ts"
import { type Remaining, reachOf } from "./remaining.ts"

/*
 * Which faults may begin now, so that the run stays winnable: of each shard one replica that has every acknowledged write must survive. Only the
 * loss of a disk can destroy it. While a node lacks what it once had, nothing else may go wrong, until it was found out and repaired; and a
 * disk is lost only when everything that it held stands on a second one, which is known to be in sync. All other faults may come together as they
 * like: they destroy nothing. What never ends may concern no more than the others can do without.
 */

export interface BudgetView {
  /** Replicas of every shard, in all groups together. */
  readonly copies: number
  readonly active: ReadonlySet<FaultItem>
  readonly stored: StoredState
  readonly unfinished: ReadonlyArray<TaskRecord>
  /** What each proxy knows; null while it does not serve. */
  readonly proxies: ReadonlyArray<ClusterState | null>
  /** The node whose disk was lost last, and has not been repaired yet. */
  readonly recovering: string | null
  /** Something has gone wrong for good with the proxy that this fault concerns. */
  readonly isGone: boolean
  /** Who would be left if this fault never ended. */
  readonly remaining: Remaining
}

export const losesDisk = (fault: FaultItem["fault"]): boolean => fault === "crash-empty" || fault === "crash-older"

/** null where the fault may begin; otherwise why it may not. */
export const whyNot = (item: FaultItem, view: BudgetView): string | null => {
  if (view.recovering !== null) return `${view.recovering} is not repaired yet`
  if (view.isGone) return "that proxy is gone for good"
  if (item.lasting === true) return whyNotForGood(view)
  if (!losesDisk(item.fault) || !("node" in item)) return null
  if (view.copies < 2) return "there is no second copy of anything"
  const others = [...view.active].filter(({ fault }) => fault !== "proxy-crash")
  if (others.length > 0) return "something else goes wrong already"
  if (view.stored.behind.length > 0) return "some replica is behind"
  // What a proxy was sending when it died was promised to nobody.
  const isDown = view.proxies.includes(null)
  if (view.unfinished.some(({ state }) => !isDown || state !== "dispatching")) return "a write is under way"
  if (view.stored.nodes.some(({ incarnation }) => incarnation === null)) return "some node has no marker yet"
  for (const [nodeId, health] of view.proxies.flatMap((proxy) => [...(proxy?.health ?? [])]))
    if (health.tag !== "up") return `${nodeId} has not been verified yet`
  for (const { placement, physicalUid } of view.stored.indexes)
    for (const groups of transposed(Object.values(placement)))
      if (groups.includes(item.node) && groups.every((holder) => holder === item.node))
        return `it alone holds a shard of ${physicalUid}`
  return null
}

/** Those that are left must be able to serve everything that is there. */
const whyNotForGood = ({ remaining, stored }: BudgetView): string | null => {
  if (remaining.proxies.length === 0) return "no proxy would be left"
  const lacking = reachOf(stored, remaining.nodes).find(({ isHeld, isWritable }) => !isHeld || !isWritable)
  return lacking === undefined ? null : `too little would be left of shard ${lacking.shard} of ${lacking.physicalUid}`
}

/** Per shard, all its holders in all groups. */
const transposed = (
  groups: ReadonlyArray<ReadonlyArray<ReadonlyArray<string>>>,
): ReadonlyArray<ReadonlyArray<string>> =>
  (groups[0] ?? []).map((_, shard) => groups.flatMap((shards) => shards[shard] ?? []))
