import type { Json, JsonObject } from "#core/prelude/json.ts"
import { formatDuration, formatInstant } from "#core/prelude/iso-time.ts"
import type { ErrorBody } from "#core/protocol/meilisearch-error.ts"
import type { TaskKind, TaskStatus } from "#core/tasks/task-record.ts"
import type { RawObject } from "./raw-json.ts"

/** What a task will do when its turn comes. */
export type Work =
  | {
      readonly tag: "addDocuments"
      readonly documents: ReadonlyArray<RawObject>
      readonly primaryKey: string | null
      readonly isPartial: boolean
    }
  | { readonly tag: "deleteIds"; readonly ids: ReadonlyArray<string> }
  | { readonly tag: "deleteByFilter"; readonly filter: Json }
  | { readonly tag: "clearDocuments" }
  | { readonly tag: "changeSettings"; readonly change: JsonObject; readonly isReset: boolean }
  | { readonly tag: "createIndex"; readonly primaryKey: string | null }
  | { readonly tag: "updateIndex"; readonly primaryKey: string | null; readonly newUid: string | null }
  | { readonly tag: "deleteIndex" }
  | { readonly tag: "swapIndexes"; readonly pairs: ReadonlyArray<readonly [string, string]> }
  | { readonly tag: "cancelTasks"; readonly uids: ReadonlyArray<number> }
  | { readonly tag: "deleteTasks"; readonly uids: ReadonlyArray<number> }

export interface ModelTask {
  readonly uid: number
  readonly kind: TaskKind
  readonly indexUid: string | null
  readonly work: Work
  status: TaskStatus
  details: JsonObject | null
  error: ErrorBody | null
  canceledBy: number | null
  batchUid: number | null
  readonly enqueuedAtMs: number
  startedAtMs: number | null
  finishedAtMs: number | null
}

/** All tasks of a node, oldest first. A uid is never given twice, even when tasks were deleted. */
export interface TaskQueue {
  nextUid: number
  nextBatchUid: number
  tasks: Array<ModelTask>
}

export const createTaskQueue = (): TaskQueue => ({ nextUid: 0, nextBatchUid: 0, tasks: [] })

const kinds = {
  addDocuments: "documentAdditionOrUpdate",
  deleteIds: "documentDeletion",
  deleteByFilter: "documentDeletion",
  clearDocuments: "documentDeletion",
  changeSettings: "settingsUpdate",
  createIndex: "indexCreation",
  updateIndex: "indexUpdate",
  deleteIndex: "indexDeletion",
  swapIndexes: "indexSwap",
  cancelTasks: "taskCancelation",
  deleteTasks: "taskDeletion",
} as const satisfies Record<Work["tag"], TaskKind>

export const enqueueTask = (
  queue: TaskQueue,
  indexUid: string | null,
  work: Work,
  details: JsonObject,
  nowMs: number,
): ModelTask => {
  const task: ModelTask = {
    uid: queue.nextUid++,
    kind: kinds[work.tag],
    indexUid,
    work,
    status: "enqueued",
    details,
    error: null,
    canceledBy: null,
    batchUid: null,
    enqueuedAtMs: nowMs,
    startedAtMs: null,
    finishedAtMs: null,
  }
  queue.tasks.push(task)
  return task
}

/** Cancellations first, then deletions of tasks, then strictly in the order of their arrival. */
export const nextTask = (queue: TaskQueue): ModelTask | null => {
  const waiting = queue.tasks.filter((task) => task.status === "enqueued")
  return (
    waiting.find((task) => task.kind === "taskCancelation") ??
    waiting.find((task) => task.kind === "taskDeletion") ??
    waiting[0] ??
    null
  )
}

/** The answer to a write. */
export const summarizeModelTask = (task: ModelTask): JsonObject => ({
  taskUid: task.uid,
  indexUid: task.indexUid,
  status: task.status,
  type: task.kind,
  enqueuedAt: formatInstant(task.enqueuedAtMs),
})

export const viewModelTask = (task: ModelTask): JsonObject => ({
  uid: task.uid,
  batchUid: task.batchUid,
  indexUid: task.indexUid,
  status: task.status,
  type: task.kind,
  canceledBy: task.canceledBy,
  ...(task.details === null ? {} : { details: task.details }),
  error: task.error as unknown as Json,
  duration:
    task.startedAtMs === null || task.finishedAtMs === null
      ? null
      : formatDuration(task.finishedAtMs - task.startedAtMs),
  enqueuedAt: formatInstant(task.enqueuedAtMs),
  startedAt: task.startedAtMs === null ? null : formatInstant(task.startedAtMs),
  finishedAt: task.finishedAtMs === null ? null : formatInstant(task.finishedAtMs),
})
