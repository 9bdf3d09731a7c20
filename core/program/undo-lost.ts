import { Effect, Schedule } from "effect"
import type { BehindMark, StoreChange } from "#core/ports/store.ts"
import { catalogueAfterLost } from "#core/tasks/finish-task.ts"
import type { TaskRecord } from "#core/tasks/task-record.ts"
import { nodesOfPlacement } from "#core/topology/topology.ts"
import { type ClusterState, marksOf } from "./cluster-state.ts"
import { Cluster } from "./cluster.ts"
import { restoreIndex } from "./restore-index.ts"

/*
 * A write that no group took is neither done nor undone: some nodes may have it. Documents are made equal by the marks of their shards. What
 * concerns the index itself has no shard to mark where a node is the only one, and is brought to one outcome here.
 */

/** The store's side of it: the task has failed, and its index is what it will be. */
export const lostChange = (state: ClusterState, failed: TaskRecord, behind: ReadonlyArray<BehindMark>): StoreChange => {
  const physicalUid = failed.physicalUid ?? ""
  const outcome = catalogueAfterLost(state.indexes.get(physicalUid), failed)
  const isGone = outcome.removedIndexes !== undefined
  return {
    tasks: [failed],
    behind: isGone ? [] : behind,
    cleared: isGone ? marksOf(state, physicalUid) : [],
    ...outcome,
  }
}

/** A node that is away is tried this often before we leave it. */
const attempts = 60
const attemptPauseMs = 1_000

/**
 * Settings that some nodes may have taken go from them again: every holder gets those of the catalogue. Runs beside whoever asks for it, after
 * `delayMs`: the time in which a node may still get what is undone.
 */
export const undoLost = Effect.fnUntraced(function* (failed: TaskRecord, delayMs = 0) {
  const { state } = yield* Cluster
  const record = state.indexes.get(failed.physicalUid ?? "")
  if (record === undefined || failed.change?.tag !== "patch-settings") return
  for (const nodeId of nodesOfPlacement(record.placement)) {
    const restore = Effect.suspend(() =>
      state.indexes.has(record.physicalUid) ? restoreIndex(record, nodeId) : Effect.void,
    )
    yield* Effect.forkDetach(
      Effect.andThen(
        Effect.sleep(delayMs),
        Effect.ignore(Effect.retry(restore, { times: attempts, schedule: Schedule.spaced(attemptPauseMs) })),
      ),
    )
  }
})
