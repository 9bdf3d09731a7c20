import type { BehindMark, StoreChange } from "#core/ports/store.ts"
import { catalogueAfterLost } from "#core/tasks/finish-task.ts"
import type { TaskRecord } from "#core/tasks/task-record.ts"
import { nodesOfPlacement } from "#core/topology/topology.ts"
import { type ClusterState, earlierMarks, marksOf } from "./cluster-state.ts"
import { divergedRecords } from "./diverged-settings.ts"

/**
 * What the store is told of a write that no group took: the task has failed, and its index is what it will be. Such a write is neither done nor
 * undone: some nodes may have it. Documents are made equal by the marks of their shards. Settings have no shard to mark where a node is the
 * only one: every holder of the index gets those of the catalogue again.
 */
export const lostChange = (state: ClusterState, failed: TaskRecord, behind: ReadonlyArray<BehindMark>): StoreChange => {
  const physicalUid = failed.physicalUid ?? ""
  const record = state.indexes.get(physicalUid)
  const outcome = catalogueAfterLost(record, failed)
  const isGone = outcome.removedIndexes !== undefined
  // The replica that stays the right one may lack what one that is behind has taken: repair of that one must reach back to it, too.
  const holders = Object.values(record?.placement ?? {}).flatMap((shards) =>
    failed.shards.flatMap((shard) => (shards[shard] ?? []).map((nodeId) => ({ nodeId, shard }))),
  )
  const isOfSettings = record !== undefined && failed.change?.tag === "patch-settings"
  return {
    tasks: [failed],
    behind: isGone ? [] : [...behind, ...earlierMarks(state, physicalUid, holders, failed.uid)],
    cleared: isGone ? marksOf(state, physicalUid) : [],
    records: isOfSettings ? divergedRecords(state, physicalUid, nodesOfPlacement(record.placement)) : [],
    ...outcome,
  }
}
