import type { TaskRecord } from "#core/tasks/task-record.ts"

/** What must be compared between a replica that is behind and one that is in sync. */
export type ResyncScope =
  /** Exactly these documents. */
  | { readonly tag: "ids"; readonly ids: ReadonlyArray<string> }
  /** The whole shard: a filter, a clear, or too many ids were among the missed writes. */
  | { readonly tag: "shard" }

/** More ids than this are not worth naming one by one: the shard is compared as a whole. */
const resyncIdsMax = 10_000

/**
 * From the task log to the documents of one shard that a replica may have missed. `sinceVersion` 0 stands for a replica of
 * which nothing is known: the log does not reach that far back.
 */
export const planResync = (
  shard: number,
  sinceVersion: number,
  writes: ReadonlyArray<TaskRecord>,
  shardOfId: (id: string) => number,
): ResyncScope => {
  if (sinceVersion === 0) return { tag: "shard" }
  const ids = new Set<string>()
  for (const write of writes) {
    if (write.uid < sinceVersion || write.touched.tag === "nothing") continue
    if (write.touched.tag === "bulk") {
      if (write.shards.includes(shard)) return { tag: "shard" }
      continue
    }
    for (const id of write.touched.ids) if (shardOfId(id) === shard) ids.add(id)
    if (ids.size > resyncIdsMax) return { tag: "shard" }
  }
  return { tag: "ids", ids: [...ids] }
}
