import { type Caller, mayCreateIndex } from "#core/access/caller.ts"
import { newIndex } from "#core/catalogue/new-index.ts"
import { placeShards } from "#core/topology/place-shards.ts"
import { allShardsOf, broadcast, sendJson } from "#core/writing/broadcast.ts"
import type { ClusterState } from "./cluster-state.ts"
import type { Understood } from "./write.ts"

/**
 * A write that would create its index, by a caller who may not create it, is accepted and fails as a task: the index is not found. The
 * nodes say so, when they are asked to delete nothing from an index that none of them has.
 */
export const forbidCreation = (understood: Understood, caller: Caller, state: ClusterState): Understood => {
  if (understood.tag === "answer") return understood
  const asked = understood.draft(0)
  if (asked.catalogue !== "created" || mayCreateIndex(caller, asked.record.uid)) return understood
  const record = newIndex(asked.record.uid, 0, null, state.topology, placeShards)
  return {
    tag: "write",
    draft: (version) => ({
      ...understood.draft(version),
      record,
      catalogue: "untouched",
      shards: allShardsOf(record),
      touched: { tag: "nothing" },
      detailsWhenDone: null,
      change: null,
      verdict: null,
    }),
    sends: () => broadcast(record, sendJson("POST", `/indexes/${record.physicalUid}/documents/delete-batch`, [])),
  }
}
