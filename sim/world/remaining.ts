import type { StoredState } from "#core/ports/store.ts"
import { quorumOf } from "#core/writing/write.ts"
import type { FaultItem } from "../plan/plan.ts"
import type { Proxy } from "./proxy.ts"

/*
 * Who is left when something goes wrong for good. The rest of the cluster must do without the others, as far as it can: a shard is out of its reach
 * when none of the nodes that are left is known to have all of it, and can take no writes when too few of its replicas are left.
 */

export interface Remaining {
  readonly nodes: ReadonlySet<string>
  readonly proxies: ReadonlyArray<Proxy>
}

export interface LastingWorld {
  readonly nodes: ReadonlyMap<string, unknown>
  readonly proxies: ReadonlyArray<Proxy>
  /** Faults that have begun and will not end. */
  readonly lasting: ReadonlySet<FaultItem>
}

export const remainingOf = ({ nodes, proxies, lasting }: LastingWorld): Remaining => {
  const gone = new Set([...lasting].flatMap((item) => ("node" in item ? [item.node] : [item.proxy ?? "p1"])))
  return {
    nodes: new Set([...nodes.keys()].filter((id) => !gone.has(id))),
    proxies: proxies.filter(({ name }) => !gone.has(name)),
  }
}

/** What the nodes that are left can do with one shard. */
export interface Reach {
  readonly physicalUid: string
  readonly shard: number
  /** Some of them is in sync: all others of them can be repaired from it. */
  readonly isHeld: boolean
  /** They are enough to accept a write, once they are in sync. */
  readonly isWritable: boolean
}

export const reachOf = (stored: StoredState, nodes: ReadonlySet<string>): ReadonlyArray<Reach> => {
  const marks = new Set(stored.behind.map(({ physicalUid, shard, nodeId }) => `${physicalUid} ${shard} ${nodeId}`))
  return stored.indexes.flatMap(({ physicalUid, placement, shardCount }) =>
    Array.from({ length: shardCount }, (_, shard): Reach => {
      const groups = Object.values(placement).map((shards) => shards[shard] ?? [])
      const left = groups.map((holders) => holders.filter((id) => nodes.has(id)))
      return {
        physicalUid,
        shard,
        isHeld: left.flat().some((id) => !marks.has(`${physicalUid} ${shard} ${id}`)),
        isWritable: groups.some((holders, at) => (left[at]?.length ?? 0) >= quorumOf(holders.length)),
      }
    }),
  )
}
