import type { JsonObject } from "#core/prelude/json.ts"
import type { CatalogueChange } from "#core/protocol/catalogue-change.ts"
import type { ErrorBody } from "#core/protocol/meilisearch-error.ts"

/** Meilisearch's names of task kinds (v1.50); `taskCancelation` is upstream's spelling. */
export const taskKinds = [
  "documentAdditionOrUpdate",
  "documentEdition",
  "documentDeletion",
  "settingsUpdate",
  "indexCreation",
  "indexDeletion",
  "indexUpdate",
  "indexSwap",
  "taskCancelation",
  "taskDeletion",
  "dumpCreation",
  "snapshotCreation",
  "export",
  "upgradeDatabase",
  "indexCompaction",
] as const

export type TaskKind = (typeof taskKinds)[number]

/** What a client sees of the state of a task. */
export const taskStatuses = ["enqueued", "processing", "succeeded", "failed", "canceled"] as const

export type TaskStatus = (typeof taskStatuses)[number]

/** `dispatching`: the intent is durable, but we do not know yet which nodes took it. Clients see `enqueued`. */
export type TaskState = "dispatching" | TaskStatus

/** What one node was asked to do for a task. */
export interface NodeTask {
  readonly nodeId: string
  /** The node's own task uid. */
  readonly taskUid: number
  /** `prelude`: makes the index exist on the node; its failure with `index_already_exists` is no failure. */
  readonly role: "prelude" | "main"
  /** Whether the counters of this node task are added up: exactly one replica of each shard counts. */
  readonly counts: boolean
  /** Shards that this node task touches on this node; a failure puts exactly these behind. */
  readonly shards: ReadonlyArray<number>
  readonly state: TaskStatus
  readonly details: JsonObject | null
  readonly error: ErrorBody | null
  readonly startedAtMs: number | null
  readonly finishedAtMs: number | null
}

/** Which documents a write may have touched: what repair must look at. */
export type Touched =
  /** At most `touchedIdsMax` ids, as strings. */
  | { readonly tag: "ids"; readonly ids: ReadonlyArray<string> }
  /** Too many ids, a filter, or everything: the whole of `shards`. */
  | { readonly tag: "bulk" }
  /** No documents: settings, an index. */
  | { readonly tag: "nothing" }

/** A task and, in the same row, the intent of the write: its uid is the version of everything it wrote. */
export interface TaskRecord {
  readonly uid: number
  readonly kind: TaskKind
  readonly indexUid: string | null
  /** The new name that a task asks for: a filter on names finds the task by it, too. */
  readonly alsoIndexUid?: string
  readonly physicalUid: string | null
  readonly state: TaskState
  readonly shards: ReadonlyArray<number>
  readonly touched: Touched
  /** Topology epoch under which it was dispatched. */
  readonly epoch: number
  /** Proxy that dispatches it and follows it to its end. */
  readonly owner: string
  /** An outcome that the proxy knew before dispatch (an invalid document id fails the whole payload). */
  readonly verdict: ErrorBody | null
  readonly nodeTasks: ReadonlyArray<NodeTask>
  /** Details in Meilisearch's shape, as far as they are known; null where Meilisearch omits the object. */
  readonly details: JsonObject | null
  /** Members that `details` gains when the task succeeds; what only nodes can count is added from their answers. */
  readonly detailsWhenDone: JsonObject | null
  /** What the catalogue gains when the task succeeds. */
  readonly change: CatalogueChange | null
  readonly error: ErrorBody | null
  readonly canceledBy: number | null
  readonly enqueuedAtMs: number
  readonly startedAtMs: number | null
  readonly finishedAtMs: number | null
}

/** What of an unfinished task never grows with what it writes: enough for whoever waits for its end. */
export type OpenTask = Pick<TaskRecord, "uid" | "kind" | "indexUid" | "physicalUid" | "state"> & {
  readonly alsoIndexUid: string | null
}

export const openTaskOf = ({ uid, kind, indexUid, alsoIndexUid, physicalUid, state }: TaskRecord): OpenTask => ({
  uid,
  kind,
  indexUid,
  alsoIndexUid: alsoIndexUid ?? null,
  physicalUid,
  state,
})

export const isFinished = (state: TaskState): boolean =>
  state === "succeeded" || state === "failed" || state === "canceled"

/** What a client may see: `dispatching` is our own business. */
export const visibleStatus = (state: TaskState): TaskStatus => (state === "dispatching" ? "enqueued" : state)
