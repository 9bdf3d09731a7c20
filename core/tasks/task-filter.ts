import { matchesAnyPattern } from "#core/access/index-pattern.ts"
import { type TaskKind, type TaskRecord, type TaskStatus, visibleStatus } from "./task-record.ts"

/** The filters of `GET /tasks`, `POST /tasks/cancel` and `DELETE /tasks`; null means "not given". */
export interface TaskFilter {
  readonly uids: ReadonlyArray<number> | null
  /** A task's batch has the task's own uid: see `view-task.ts`. */
  readonly batchUids: ReadonlyArray<number> | null
  readonly canceledBy: ReadonlyArray<number> | null
  readonly types: ReadonlyArray<TaskKind> | null
  readonly statuses: ReadonlyArray<TaskStatus> | null
  readonly indexUids: ReadonlyArray<string> | null
  /** Exclusive bounds in milliseconds since 1970. */
  readonly afterEnqueuedAtMs: number | null
  readonly beforeEnqueuedAtMs: number | null
  readonly afterStartedAtMs: number | null
  readonly beforeStartedAtMs: number | null
  readonly afterFinishedAtMs: number | null
  readonly beforeFinishedAtMs: number | null
  /** What the one who asks may see: only tasks all of whose indexes match one of these patterns. */
  readonly visibleIndexes: ReadonlyArray<string> | null
}

/** A page of tasks: newest first, or oldest first with `reverse`; `from` is inclusive. */
export interface TaskPageQuery {
  readonly filter: TaskFilter
  readonly from: number | null
  readonly limit: number
  readonly reverse: boolean
}

/** `total` counts all tasks that match the filter, whatever `from` and `limit` say. */
export interface TaskPage {
  readonly tasks: ReadonlyArray<TaskRecord>
  readonly total: number
  /** The uid to pass as `from` for the next page, or null at the end. */
  readonly next: number | null
}

export const noTaskFilter: TaskFilter = {
  uids: null,
  batchUids: null,
  canceledBy: null,
  types: null,
  statuses: null,
  indexUids: null,
  afterEnqueuedAtMs: null,
  beforeEnqueuedAtMs: null,
  afterStartedAtMs: null,
  beforeStartedAtMs: null,
  afterFinishedAtMs: null,
  beforeFinishedAtMs: null,
  visibleIndexes: null,
}

export const matchesTask = (filter: TaskFilter, task: TaskRecord): boolean =>
  isListed(filter.uids, task.uid) &&
  (filter.batchUids === null || (task.startedAtMs !== null && filter.batchUids.includes(task.uid))) &&
  isListed(filter.canceledBy, task.canceledBy) &&
  isListed(filter.types, task.kind) &&
  isListed(filter.statuses, visibleStatus(task.state)) &&
  (isListed(filter.indexUids, task.indexUid) || isListed(filter.indexUids, task.alsoIndexUid ?? null)) &&
  isBetween(filter.afterEnqueuedAtMs, filter.beforeEnqueuedAtMs, task.enqueuedAtMs) &&
  isBetween(filter.afterStartedAtMs, filter.beforeStartedAtMs, task.startedAtMs) &&
  isBetween(filter.afterFinishedAtMs, filter.beforeFinishedAtMs, task.finishedAtMs) &&
  isVisible(filter.visibleIndexes, task)

/** A task that concerns no index, or several of them, is nobody's who may not see all. */
const isVisible = (patterns: ReadonlyArray<string> | null, task: TaskRecord): boolean =>
  patterns === null ||
  (task.indexUid !== null &&
    matchesAnyPattern(patterns, task.indexUid) &&
    matchesAnyPattern(patterns, task.alsoIndexUid ?? task.indexUid))

const isListed = <A>(list: ReadonlyArray<A> | null, value: A | null): boolean =>
  list === null || (value !== null && list.includes(value))

const isBetween = (afterMs: number | null, beforeMs: number | null, valueMs: number | null): boolean =>
  (afterMs === null || (valueMs !== null && valueMs > afterMs)) &&
  (beforeMs === null || (valueMs !== null && valueMs < beforeMs))
