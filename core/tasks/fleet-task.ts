import type { JsonObject } from "#core/prelude/json.ts"
import type { TaskKind, TaskRecord } from "./task-record.ts"

/** Tasks of the whole fleet that a proxy runs from their beginning to their end, one after the other. */
const fleetTaskKinds: ReadonlySet<TaskKind> = new Set(["dumpCreation", "snapshotCreation", "export"])

export const isFleetTask = (kind: TaskKind): boolean => fleetTaskKinds.has(kind)

export interface FleetTaskPlan {
  readonly kind: TaskKind
  readonly details: JsonObject | null
  readonly epoch: number
  readonly owner: string
}

/** No node has a part in it that could be followed. */
export const newFleetTask = (plan: FleetTaskPlan, uid: number, nowMs: number): TaskRecord => ({
  ...plan,
  uid,
  indexUid: null,
  physicalUid: null,
  state: "enqueued",
  shards: [],
  touched: { tag: "nothing" },
  verdict: null,
  nodeTasks: [],
  detailsWhenDone: null,
  change: null,
  error: null,
  canceledBy: null,
  enqueuedAtMs: nowMs,
  startedAtMs: null,
  finishedAtMs: null,
})
