import type { JsonObject } from "#core/prelude/json.ts"
import { type TaskRecord, visibleStatus } from "./task-record.ts"
import { viewTask } from "./view-task.ts"

/**
 * The batch of a task, as `GET /batches/{uid}` shows it (v1.21.0). Nodes batch for themselves and differently from one another, so to clients each
 * task is a batch of its own with the task's uid. How far a batch is and how long its steps took only nodes know, of their own parts.
 */
export const viewBatch = (task: TaskRecord): JsonObject => {
  const { duration = null, startedAt = null, finishedAt = null } = viewTask(task)
  return {
    uid: task.uid,
    progress: null,
    details: batchDetails(task.details ?? {}),
    stats: {
      totalNbTasks: 1,
      status: { [visibleStatus(task.state)]: 1 },
      types: { [task.kind]: 1 },
      indexUids: task.indexUid === null ? {} : { [task.indexUid]: 1 },
      progressTrace: {},
    },
    duration,
    startedAt,
    finishedAt,
    batchStrategy: strategyOf(task),
  }
}

/** A batch adds up the details of its tasks, and these leave nothing behind when nobody gave them. */
const omittedWhenNull: ReadonlyArray<string> = ["primaryKey", "originalFilter", "dumpUid", "context"]

const batchDetails = (details: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(details).filter(([name, value]) => value !== null || !omittedWhenNull.includes(name)),
  )

/** Upstream's sentences for a batch of one task. */
const strategyOf = ({ uid, kind }: TaskRecord): string => {
  switch (kind) {
    case "documentAdditionOrUpdate":
    case "documentDeletion":
    case "settingsUpdate":
      return "batched all enqueued tasks"
    case "indexDeletion":
      return `stopped after task with id ${uid} because it deletes the index`
    case "taskDeletion":
    case "snapshotCreation":
      return `stopped after the last task of type \`${kind}\` because they cannot be batched with tasks of any other type.`
    default:
      return `created batch containing only task with id ${uid} of type \`${kind}\` that cannot be batched with any other task.`
  }
}
