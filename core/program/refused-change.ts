import type { IndexRecord } from "#core/catalogue/index-record.ts"
import type { BehindMark, StoreChange } from "#core/ports/store.ts"
import { isUnborn, renameAfter } from "#core/tasks/finish-task.ts"
import type { TaskRecord } from "#core/tasks/task-record.ts"
import { nodesOfPlacement } from "#core/topology/topology.ts"
import { type ClusterState, isNameTaken, marksOf, writtenUidOf } from "./cluster-state.ts"
import { divergedRecords } from "./diverged-settings.ts"
import { isAwaited } from "./end-of-task.ts"

/**
 * What the store is told of a write that the nodes refused: its task is forgotten, and its index is what it was before, as far as no later write
 * counts on what it was to become. Where a node may have taken the write all the same (`behind`), repair must know what was in it: clients forget
 * the task, the log does not. `before`: the record when the write was intended; null: there was none. `live`: all tasks that have not ended.
 */
export const refusedChange = (
  state: ClusterState,
  failed: TaskRecord,
  before: IndexRecord | null,
  behind: ReadonlyArray<BehindMark>,
  live: ReadonlyArray<TaskRecord>,
): StoreChange => {
  const { uid, physicalUid } = failed
  const forgotten = { removedTasks: [uid] }
  const current = state.indexes.get(physicalUid ?? "")
  if (current === undefined) return forgotten
  const isCounted = isAwaited(current.physicalUid, uid, live)
  const revision = current.revision + 1
  const isDropped = failed.change?.tag === "drop-index" && isNameTaken(state, current)
  if (isDropped || (isUnborn(current) && !isCounted && current.writtenUid === undefined))
    return { ...forgotten, removedIndexes: [{ ...current, revision }], cleared: marksOf(state, current.physicalUid) }
  // Each write to an index that nobody has seen yet brings the settings with it that were accepted before.
  const isSpread = failed.change?.tag === "patch-settings" && !current.visible && isCounted
  const records = isSpread ? divergedRecords(state, current.physicalUid, nodesOfPlacement(current.placement)) : []
  const log = behind.length === 0 ? forgotten : { tasks: [failed], retiredTasks: [uid], behind }
  const restored = restore(state, current, failed, before, isCounted)
  if (restored === current) return { ...log, records }
  const isRenamed = failed.change?.tag === "rename-index" && restored.writtenUid === failed.change.uid
  return { ...log, records, ...(isRenamed ? renameAfter(restored, failed) : { indexes: [{ ...restored, revision }] }) }
}

const restore = (
  state: ClusterState,
  current: IndexRecord,
  { uid, change }: TaskRecord,
  before: IndexRecord | null,
  isCounted: boolean,
): IndexRecord => {
  if (before === null) return current
  if (change?.tag === "drop-index") return current.deletedBy === uid ? { ...current, deletedBy: null } : current
  const primaryKey = isCounted ? current.primaryKey : before.primaryKey
  const keyed = primaryKey === current.primaryKey ? current : { ...current, primaryKey }
  if (change?.tag !== "rename-index" || current.writtenUid !== change.uid) return keyed
  // The old name may belong to another index by now: then the new one stands.
  const writtenUid = state.writable.has(writtenUidOf(before)) ? change.uid : writtenUidOf(before)
  return { ...keyed, writtenUid }
}
