import { formatDuration, formatMoment } from "#core/prelude/iso-time.ts"
import type { Json, JsonObject } from "#core/prelude/json.ts"
import { type TaskRecord, visibleStatus } from "./task-record.ts"

/**
 * A task as `GET /tasks/{uid}` shows it, in Meilisearch's order of fields. Each task is a batch of its own, whose uid
 * is the task's, so that what a client computes from batch uids still holds.
 */
export const viewTask = (task: TaskRecord): JsonObject => ({
  uid: task.uid,
  batchUid: task.startedAtMs === null ? null : task.uid,
  indexUid: task.indexUid,
  status: visibleStatus(task.state),
  type: task.kind,
  canceledBy: task.canceledBy,
  ...(task.details === null ? {} : { details: task.details }),
  error: task.error === null ? null : ({ ...task.error } as Json),
  duration: durationOf(task),
  enqueuedAt: formatMoment(task.enqueuedAtMs),
  startedAt: task.startedAtMs === null ? null : formatMoment(task.startedAtMs),
  finishedAt: task.finishedAtMs === null ? null : formatMoment(task.finishedAtMs),
})

/** What the request that made the task is answered with. */
export const summarizeTask = (task: TaskRecord): JsonObject => ({
  taskUid: task.uid,
  indexUid: task.indexUid,
  status: visibleStatus(task.state),
  type: task.kind,
  enqueuedAt: formatMoment(task.enqueuedAtMs),
})

/** Null until the end, and where clocks of nodes disagree so far that it would be negative. */
const durationOf = ({ startedAtMs, finishedAtMs }: TaskRecord): string | null =>
  startedAtMs === null || finishedAtMs === null || finishedAtMs < startedAtMs
    ? null
    : formatDuration(finishedAtMs - startedAtMs)
