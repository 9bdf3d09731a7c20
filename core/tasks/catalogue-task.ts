import type { JsonObject } from "#core/prelude/json.ts"
import type { CatalogueChange } from "#core/protocol/catalogue-change.ts"
import type { ErrorBody } from "#core/protocol/meilisearch-error.ts"
import type { TaskKind, TaskRecord } from "./task-record.ts"

/** What a task is that no node has a part in: it changes the catalogue, or other tasks. */
export interface CatalogueTaskPlan {
  readonly kind: TaskKind
  readonly indexUid: string | null
  readonly alsoIndexUid?: string
  readonly details: JsonObject | null
  readonly detailsWhenDone: JsonObject | null
  readonly change: CatalogueChange
  /** How it will fail; null: it will succeed. */
  readonly verdict: ErrorBody | null
}

export const newCatalogueTask = (
  plan: CatalogueTaskPlan,
  uid: number,
  epoch: number,
  owner: string,
  nowMs: number,
): TaskRecord => ({
  ...plan,
  uid,
  physicalUid: null,
  state: "enqueued",
  shards: [],
  touched: { tag: "nothing" },
  epoch,
  owner,
  nodeTasks: [],
  error: null,
  canceledBy: null,
  enqueuedAtMs: nowMs,
  startedAtMs: null,
  finishedAtMs: null,
})

/** The end of such a task. `gained`: members of the details that are known only now. */
export const finishCatalogueTask = (
  task: TaskRecord,
  startedAtMs: number,
  nowMs: number,
  gained: JsonObject | null = task.detailsWhenDone,
): TaskRecord => ({
  ...task,
  state: task.verdict === null ? "succeeded" : "failed",
  error: task.verdict,
  details: task.verdict === null && gained !== null ? { ...task.details, ...gained } : task.details,
  startedAtMs,
  finishedAtMs: Math.max(nowMs, startedAtMs),
})
