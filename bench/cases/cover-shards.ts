import { coverShards } from "#core/routing/covering-set.ts"
import { placeShards } from "#core/topology/place-shards.ts"
import type { BenchCase } from "../bench-case.ts"
import { groupId, makeTopology } from "../inputs.ts"

/** Every search does this once; one replica is behind, so the check of a replica is not free. */
export const coverIndex: BenchCase = {
  name: "cover-shards",
  operation: "covering set of a search: 64 shards on 5 nodes, factor 2",
  ratioMin: null,
  prepare: async () => {
    const placement = placeShards("movies__1", 64, makeTopology(5, 2))[groupId]!
    const shards = [...placement.keys()]
    const behind = new Map([["node-1", new Set([3])]])
    const mayRead = (nodeId: string, shard: number): boolean => behind.get(nodeId)?.has(shard) !== true
    let seed = 0
    return { ours: () => coverShards({ placement, mayRead, shards, seed: seed++ }), baseline: null }
  },
}
