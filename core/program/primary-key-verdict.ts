import { Effect } from "effect"
import type { NodeClient } from "#core/ports/node-client.ts"
import type { Store, StoreUnavailable } from "#core/ports/store.ts"
import { type ErrorBody, errorBody } from "#core/protocol/meilisearch-error.ts"
import { awaitTasks } from "./catalogue-task.ts"
import { Cluster } from "./cluster.ts"
import { gatherCount } from "./count-documents.ts"

/** How long a change of the primary key waits for the writes before it, and then holds those behind it. */
const primaryKeyWaitMs = 10_000

export type PrimaryKeyVerdict =
  | { readonly tag: "allowed" }
  | { readonly tag: "refused"; readonly error: ErrorBody }
  /** Writes before it have not ended, or not all documents could be counted. */
  | { readonly tag: "unknown"; readonly error: ErrorBody }

/**
 * Whether an index may get that primary key: it may change while the index is empty. A node that holds no document of an index would allow it
 * although others hold some, so the proxy decides, after the writes before it have ended. It holds as long as no write can be accepted.
 */
export const primaryKeyVerdict = Effect.fnUntraced(function* (
  uid: string,
  shownUid: string,
  primaryKey: string | null,
): Effect.fn.Return<PrimaryKeyVerdict, StoreUnavailable, Cluster | NodeClient | Store> {
  const { state } = yield* Cluster
  const known = () => state.writable.get(uid) ?? null
  const isOther = () => primaryKey !== null && (known()?.primaryKey ?? primaryKey) !== primaryKey
  if (!isOther()) return { tag: "allowed" }
  const physicalUid = known()?.physicalUid
  if (!(yield* awaitTasks((task) => task.physicalUid === physicalUid, primaryKeyWaitMs)))
    return unknown("miroir_overloaded", "The writes before this one have not ended in time: try again.")
  const record = known()
  if (record === null || !isOther()) return { tag: "allowed" }
  const { total, uncovered } = yield* gatherCount(record)
  if (total > 0) {
    const message = `Index \`${shownUid}\`: Index already has a primary key: \`${record.primaryKey}\`.`
    return { tag: "refused", error: errorBody("index_primary_key_already_exists", message) }
  }
  if (uncovered.length === 0) return { tag: "allowed" }
  const shown = uncovered.join(", ")
  return unknown(
    "miroir_shard_unavailable",
    `No replica of shards ${shown} of index \`${uid}\` can be read: nobody knows whether it is empty.`,
  )
})

const unknown = (code: "miroir_overloaded" | "miroir_shard_unavailable", message: string): PrimaryKeyVerdict => ({
  tag: "unknown",
  error: errorBody(code, message),
})
