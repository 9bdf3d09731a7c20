/** One Meilisearch server of the fleet. */
export interface NodeMember {
  /** Stable name given by the operator: it decides placement, so it must not change. */
  readonly id: string
  /** `http://host:port`, without a trailing slash. */
  readonly url: string
}

/** A set of nodes that together hold every shard; a query goes to one group. */
export interface ReplicaGroup {
  readonly id: string
  readonly nodes: ReadonlyArray<NodeMember>
}

/** The desired fleet. It is data in the store; configuration only seeds it. */
export interface Topology {
  /** Grows by one with every change of membership or placement. */
  readonly epoch: number
  /** Replicas of a shard inside one group. */
  readonly replicationFactor: number
  /** Shards of an index that is created without saying how many. */
  readonly defaultShardCount: number
  readonly groups: ReadonlyArray<ReplicaGroup>
}

/**
 * Who holds what, written out per index: group id → shard number → ids of the nodes that hold a replica.
 * It is never recomputed behind a reader's back: moves edit it, and the epoch says which version a proxy has seen.
 */
export type Placement = Readonly<Record<string, ReadonlyArray<ReadonlyArray<string>>>>

export const nodesOf = (topology: Topology): ReadonlyArray<NodeMember> =>
  topology.groups.flatMap((group) => group.nodes)

/** Ids of all nodes that hold a replica of some shard. */
export const nodesOfPlacement = (placement: Placement): ReadonlyArray<string> => [
  ...new Set(Object.values(placement).flatMap((shards) => shards.flat())),
]

/** Shards of which the node holds a replica, ascending. */
export const shardsOnNode = (placement: Placement, nodeId: string): ReadonlyArray<number> =>
  [
    ...new Set(
      Object.values(placement).flatMap((shards) =>
        shards.flatMap((nodeIds, shard) => (nodeIds.includes(nodeId) ? [shard] : [])),
      ),
    ),
  ].sort((a, b) => a - b)
