import { Clock, Effect, Result } from "effect"
import type { ClusterRecord } from "#core/ports/store.ts"
import { recordsOf } from "./cluster-state.ts"
import { Cluster } from "./cluster.ts"
import { divergedKind } from "./diverged-settings.ts"
import { restoreIndex } from "./restore-index.ts"
import type { RetryPauses } from "./retry-pauses.ts"
import { takenBy } from "./taken-tasks.ts"

/** Gives a node the settings back that its indexes have everywhere else. Each index that fails is tried again with a later call. */
export const restoreDiverged = Effect.fnUntraced(function* (nodeId: string, pauses: RetryPauses) {
  const { state } = yield* Cluster
  for (const record of Array.from(recordsOf(state, divergedKind).values())) {
    const { physicalUid } = record.value
    if (typeof physicalUid !== "string" || record.value["nodeId"] !== nodeId) continue
    const pauseKey = `${divergedKind} ${physicalUid}`
    if (!pauses.isDue(pauseKey, yield* Clock.currentTimeMillis)) continue
    const outcome = yield* Effect.result(restoreRecord(record, physicalUid, nodeId))
    if (Result.isSuccess(outcome)) pauses.succeeded(pauseKey)
    else {
      pauses.failed(pauseKey, yield* Clock.currentTimeMillis)
      yield* Effect.logWarning("settings could not be restored yet").pipe(
        Effect.annotateLogs({ node: nodeId, index: physicalUid, reason: String(outcome.failure) }),
      )
    }
  }
})

const restoreRecord = Effect.fnUntraced(function* (record: ClusterRecord, physicalUid: string, nodeId: string) {
  const cluster = yield* Cluster
  const index = cluster.state.indexes.get(physicalUid)
  if (index !== undefined && index.deletedBy === null) yield* restoreIndex(index, nodeId)
  // A change that failed in the same way meanwhile has made a newer record, which stays.
  const removed = { ...record, revision: record.revision + 1 }
  const restored = { removedRecords: [removed], nodes: takenBy(cluster.state, [nodeId]) }
  yield* Effect.catchTag(cluster.commit(restored), "StoreConflict", () => Effect.void)
})
