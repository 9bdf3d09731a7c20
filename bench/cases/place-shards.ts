import { placeShards } from "#core/topology/place-shards.ts"
import type { BenchCase } from "../bench-case.ts"
import { makeTopology } from "../inputs.ts"

export const placeIndex: BenchCase = {
  name: "place-shards",
  operation: "placement of an index: 64 shards on 3 nodes, factor 2",
  ratioMin: null,
  prepare: async () => {
    const topology = makeTopology(3, 2)
    return { ours: () => placeShards("movies__1", 64, topology), baseline: null }
  },
}
