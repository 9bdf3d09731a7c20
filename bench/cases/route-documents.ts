import xxhash from "xxhash-wasm"
import { shardOf } from "#core/routing/hash-document-id.ts"
import { placeShards } from "#core/topology/place-shards.ts"
import type { BenchCase } from "../bench-case.ts"
import { groupId, makeIds, makeTopology } from "../inputs.ts"

const shardCount = 64

/**
 * The baseline decides for every document anew, as a router without an explicit placement must: it hashes the id, then
 * each node's name with the shard, and takes the two best.
 */
export const routeDocuments: BenchCase = {
  name: "route-documents",
  operation: "shard and nodes of 10,000 documents: 64 shards on 3 nodes, factor 2",
  ratioMin: 2,
  prepare: async (share) => {
    const ids = makeIds(10_000 * share, 2)
    const topology = makeTopology(3, 2)
    const placement = placeShards("movies__1", shardCount, topology)[groupId]!
    const nodeIds = topology.groups[0]!.nodes.map((node) => node.id)
    const wasm = await xxhash()
    return {
      ours: () => ids.map((id) => placement[shardOf(id, shardCount)]!),
      baseline: {
        name: "xxhash-wasm and rendezvous per document",
        run: () =>
          ids.map((id) => {
            const shard = wasm.h64(id) % BigInt(shardCount)
            return nodeIds
              .map((nodeId) => ({ nodeId, score: wasm.h64(`${shard}:${nodeId}`) }))
              .sort((left, right) => (left.score < right.score ? 1 : -1))
              .slice(0, topology.replicationFactor)
              .map(({ nodeId }) => nodeId)
          }),
      },
    }
  },
}
