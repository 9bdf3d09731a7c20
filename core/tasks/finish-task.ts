import type { IndexRecord } from "#core/catalogue/index-record.ts"
import { physicalUidOf } from "#core/catalogue/new-index.ts"
import { mergeDesiredSettings } from "#core/settings/desired-settings.ts"
import type { TaskRecord } from "./task-record.ts"

/** The part of a store change that a finished task makes to the catalogue. */
export interface CatalogueOutcome {
  readonly indexes?: ReadonlyArray<IndexRecord>
  readonly removedIndexes?: ReadonlyArray<IndexRecord>
  readonly swappedNames?: ReadonlyArray<{
    readonly names: readonly [string, string]
    readonly isOneWay: boolean
    readonly beforeUid: number
  }>
}

export interface TaskSurroundings {
  /** Other writes count on the index. */
  readonly isAwaited: boolean
  /** Another index has its name by now. */
  readonly isNameTaken: boolean
  /** Every node that readers may ask can hold documents of the index. */
  readonly isReady: boolean
}

/**
 * What the end of a task does to its index in the catalogue. An index becomes visible when the first task on it has ended,
 * even one that failed: Meilisearch, too, keeps the index that a refused payload has created. A canceled task leaves no such trace, unless
 * a part of it was applied, and neither does a creation that failed. While other writes (`isAwaited`) count on the index it stays, unseen, and
 * they make it. Nobody sees an index that some node has no place for: the next write tries again to make it everywhere.
 */
export const catalogueAfter = (
  record: IndexRecord | undefined,
  task: TaskRecord,
  { isAwaited, isNameTaken, isReady }: TaskSurroundings,
): CatalogueOutcome => {
  if (record === undefined || task.finishedAtMs === null) return {}
  const isCreation = task.kind === "indexCreation" && record.physicalUid === physicalUidOf(record.uid, task.uid)
  // Where some nodes have dropped the index and others failed to, it cannot be whole again.
  const isDropped =
    task.change?.tag === "drop-index" && (task.state === "succeeded" || isNameTaken || isPartlyApplied(task))
  const isUndone = (task.state === "canceled" && !isPartlyApplied(task)) || (isCreation && task.state === "failed")
  const isNothing = isUndone && !record.visible
  const revision = record.revision + 1
  if (isDropped || (isNothing && isUnborn(record) && !isAwaited)) return { removedIndexes: [{ ...record, revision }] }
  if (isNothing && task.change?.tag !== "drop-index") return {}
  const shown: IndexRecord =
    record.visible || !isReady || !mayCreate.has(task.kind)
      ? record
      : { ...record, visible: true, createdAtMs: task.finishedAtMs, updatedAtMs: task.finishedAtMs }
  const next =
    task.state === "succeeded"
      ? applied(shown, task, task.finishedAtMs)
      : task.change?.tag === "drop-index"
        ? { ...shown, deletedBy: null }
        : shown
  if (task.change?.tag === "rename-index") return renameAfter(next, task)
  return next === record ? {} : { indexes: [{ ...next, revision }] }
}

/** Whether no task on the index has succeeded so far, and nobody has seen it. */
export const isUnborn = ({ visible, updatedAtMs }: IndexRecord): boolean => !visible && updatedAtMs === 0

/**
 * A deletion that nodes failed to carry out, of an index whose name was used again since: writes to the other index have been accepted, so it can
 * only be completed.
 */
export const completedDeletion = (task: TaskRecord, isNameTaken: boolean): TaskRecord =>
  task.change?.tag !== "drop-index" || !isNameTaken || task.state === "succeeded"
    ? task
    : { ...task, state: "succeeded", error: null, details: { ...task.details, ...task.detailsWhenDone } }

/**
 * What a write leaves of its index when no group took all of it. A deletion that some node may have carried out is completed: whoever still has the
 * index loses it when it is verified again. Everything else leaves the index as it was.
 */
export const catalogueAfterLost = (record: IndexRecord | undefined, task: TaskRecord): CatalogueOutcome => {
  if (record === undefined) return {}
  if (task.change?.tag === "drop-index") return { removedIndexes: [{ ...record, revision: record.revision + 1 }] }
  return renameAfter(record, task)
}

/** Tasks that bring the index with them to every node; a deletion of documents that finds none on some nodes does not. */
const mayCreate: ReadonlySet<TaskRecord["kind"]> = new Set([
  "documentAdditionOrUpdate",
  "indexCreation",
  "settingsUpdate",
])

/** The name changes even when the rest of the task fails (upstream, v1.21.0), and what was told of the index goes with it. */
export const renameAfter = (record: IndexRecord, task: TaskRecord): CatalogueOutcome => {
  if (task.change?.tag !== "rename-index") return {}
  const { uid } = task.change
  return {
    indexes: [{ ...record, uid, revision: record.revision + 1 }],
    ...(uid === record.uid
      ? {}
      : { swappedNames: [{ names: [record.uid, uid], isOneWay: false, beforeUid: task.uid }] }),
  }
}

const isPartlyApplied = (task: TaskRecord): boolean =>
  task.nodeTasks.some((part) => part.role === "main" && part.state === "succeeded")

const applied = (record: IndexRecord, task: TaskRecord, finishedAtMs: number): IndexRecord => {
  const updated = { ...record, updatedAtMs: finishedAtMs }
  switch (task.change?.tag) {
    case "patch-settings":
      return {
        ...updated,
        settings: mergeDesiredSettings(record.settings, task.change.patch),
        settingsVersion: record.settingsVersion + 1,
      }
    case "set-primary-key":
      return { ...updated, primaryKey: task.change.primaryKey }
    case "rename-index":
      return task.change.primaryKey === null ? updated : { ...updated, primaryKey: task.change.primaryKey }
    default:
      return updated
  }
}
