import type { IndexRecord } from "#core/catalogue/index-record.ts"
import type { JsonObject } from "#core/prelude/json.ts"
import type { CatalogueChange } from "#core/protocol/catalogue-change.ts"
import type { NodeRequest } from "#core/protocol/http-message.ts"
import type { ErrorBody } from "#core/protocol/meilisearch-error.ts"
import type { TaskKind, Touched } from "#core/tasks/task-record.ts"

/** A write that has been understood and checked, before it has a version. */
export interface WriteDraft {
  readonly kind: TaskKind
  /** The index as the client named it, where that is not the name that readers still see. */
  readonly indexUid?: string
  /** The new name that it asks for. */
  readonly alsoIndexUid?: string
  /** The index as it will stand in the catalogue once the intent is stored. */
  readonly record: IndexRecord
  /** `created` and `changed` store the record together with the intent. */
  readonly catalogue: "created" | "changed" | "untouched"
  /** Shards whose replicas must take it. */
  readonly shards: ReadonlyArray<number>
  readonly touched: Touched
  readonly details: JsonObject | null
  readonly detailsWhenDone: JsonObject | null
  readonly change: CatalogueChange | null
  readonly verdict: ErrorBody | null
}

/** One request of a write to one node; the requests to a node leave in the order of the list. */
export interface NodeSend {
  readonly nodeId: string
  readonly role: "prelude" | "main"
  /** Whether the node's counters are added up: see `NodeTask.counts`. */
  readonly counts: boolean
  readonly shards: ReadonlyArray<number>
  readonly request: Omit<NodeRequest, "timeoutMs">
}
