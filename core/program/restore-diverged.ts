import { Effect } from "effect"
import { recordsOf } from "./cluster-state.ts"
import { Cluster } from "./cluster.ts"
import { divergedKind } from "./diverged-settings.ts"
import { restoreIndex } from "./restore-index.ts"

/** Gives a node the settings back that its indexes have everywhere else. What fails is tried again with the next call. */
export const restoreDiverged = Effect.fnUntraced(function* (nodeId: string) {
  const cluster = yield* Cluster
  for (const record of Array.from(recordsOf(cluster.state, divergedKind).values())) {
    const { physicalUid } = record.value
    if (typeof physicalUid !== "string" || record.value["nodeId"] !== nodeId) continue
    const index = cluster.state.indexes.get(physicalUid)
    if (index !== undefined && index.deletedBy === null) yield* restoreIndex(index, nodeId)
    // A change that failed in the same way meanwhile has made a newer record, which stays.
    const removed = { ...record, revision: record.revision + 1 }
    yield* Effect.catchTag(cluster.commit({ removedRecords: [removed] }), "StoreConflict", () => Effect.void)
  }
})
