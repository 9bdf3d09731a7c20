import type { StoredState } from "#core/ports/store.ts"
import { type Placement, shardsOnNode } from "#core/topology/topology.ts"
import type { History } from "../world/history.ts"

/** Of every index that ever was, which shards a node holds; by physical uid. */
export const indexRecords = (
  history: History,
  stored: StoredState,
): ReadonlyMap<string, (nodeId: string) => ReadonlyArray<number>> => {
  const placements = new Map<string, Placement>()
  for (const { change } of history.changes)
    for (const record of change.indexes ?? []) placements.set(record.physicalUid, record.placement)
  for (const record of stored.indexes) placements.set(record.physicalUid, record.placement)
  return new Map(
    [...placements].map(([physicalUid, placement]) => [
      physicalUid,
      (nodeId: string) => shardsOnNode(placement, nodeId),
    ]),
  )
}
