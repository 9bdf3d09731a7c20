export interface FleetTopology {
  readonly name: string
  readonly groupCount: number
  readonly nodesPerGroup: number
  readonly replicationFactor: number
}

/** Nodes × replication factor; the last one is two groups of two nodes with one replica each. */
export const fleetTopologies: ReadonlyArray<FleetTopology> = [
  { name: "1x1", groupCount: 1, nodesPerGroup: 1, replicationFactor: 1 },
  { name: "3x1", groupCount: 1, nodesPerGroup: 3, replicationFactor: 1 },
  { name: "3x2", groupCount: 1, nodesPerGroup: 3, replicationFactor: 2 },
  { name: "2x2", groupCount: 2, nodesPerGroup: 2, replicationFactor: 1 },
]
