import { unwrapEditMessage } from "#core/documents/edit-function.ts"
import type { StoreChange } from "#core/ports/store.ts"
import type { ErrorBody } from "#core/protocol/meilisearch-error.ts"
import { toUserError } from "#core/protocol/node-error.ts"
import { catalogueAfter, completedDeletion } from "#core/tasks/finish-task.ts"
import type { FoldedTask } from "#core/tasks/fold-task.ts"
import type { TaskRecord } from "#core/tasks/task-record.ts"
import { type ClusterState, earlierMarks, isNameTaken, marksOf } from "./cluster-state.ts"
import { divergedNodes, divergedRecords } from "./diverged-settings.ts"

/**
 * What the store is told of a task whose parts have ended. Asked in the turn of the change: whoever has been accepted by then counts on the
 * index, and nobody is accepted in between. `live`: all tasks that have not ended.
 */
export const endOfTask = (
  state: ClusterState,
  task: TaskRecord,
  folded: Extract<FoldedTask, { readonly tag: "finished" }>,
  live: ReadonlyArray<TaskRecord>,
  canceledBy: number | null,
): StoreChange => {
  const physicalUid = task.physicalUid ?? ""
  const record = state.indexes.get(physicalUid)
  const isTaken = record !== undefined && isNameTaken(state, record)
  const ended = completedDeletion(folded.task, isTaken)
  const outcome = catalogueAfter(record, ended, {
    isAwaited: isAwaited(physicalUid, task.uid, live),
    isNameTaken: isTaken,
    isReady: folded.isReady,
  })
  // Of a task that has failed, the replica that stays the right one lacks what another may have done.
  const lacking = task.nodeTasks
    .filter((part) => part.state !== "succeeded" || ended.state !== "succeeded")
    .flatMap((part) => part.shards.map((shard) => ({ nodeId: part.nodeId, shard })))
  const behind = [
    ...folded.failed.map((replica) => ({ ...replica, physicalUid, sinceVersion: task.uid })),
    ...earlierMarks(state, physicalUid, lacking, task.uid),
  ]
  // Nodes learn the new name of an index never, and Meilisearch tells of it by then.
  const renamed = record !== undefined && task.change?.tag === "rename-index" ? task.change.uid : task.indexUid
  const shown = editError(ended)
  const error = shown === null ? null : toUserError(shown, physicalUid, renamed ?? "")
  const diverged = divergedNodes(state, ended, live)
  // What is behind of an index that is gone matters to nobody.
  const isGone = outcome.removedIndexes !== undefined
  return {
    tasks: [{ ...ended, error, canceledBy: ended.state === "canceled" ? canceledBy : null }],
    behind: isGone ? [] : behind,
    cleared: isGone ? marksOf(state, physicalUid) : [],
    records: isGone ? [] : divergedRecords(state, physicalUid, diverged),
    ...outcome,
  }
}

/** Whether other writes of the index were accepted that have not ended. */
export const isAwaited = (physicalUid: string, exceptUid: number, live: ReadonlyArray<TaskRecord>): boolean =>
  live.some((other) => other.physicalUid === physicalUid && other.uid !== exceptUid)

/** Nodes run the function of an edition inside a script of ours: a client hears of its own text only. */
const editError = ({ kind, error, details }: TaskRecord): ErrorBody | null => {
  const text = details?.["function"]
  return error === null || kind !== "documentEdition" || typeof text !== "string"
    ? error
    : { ...error, message: unwrapEditMessage(error.message, text) }
}
