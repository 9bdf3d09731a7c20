import { Clock, Effect } from "effect"
import { Store } from "#core/ports/store.ts"
import { errorBody } from "#core/protocol/meilisearch-error.ts"
import type { TaskRecord } from "#core/tasks/task-record.ts"
import { startWrite, stepWrite } from "#core/writing/step.ts"
import type { Write, WriteReplica } from "#core/writing/write.ts"
import { Cluster } from "./cluster.ts"
import { isBehind } from "./cluster-state.ts"
import { lostChange, undoLost } from "./undo-lost.ts"

/**
 * Closes the writes that were being sent when this proxy stopped. Nobody knows which nodes took them, so every replica counts as unknown:
 * one of each shard stays the right one, and the others are repaired until they equal it.
 */
export const recoverWrites = Effect.gen(function* () {
  const cluster = yield* Cluster
  const store = yield* Store
  const nowMs = yield* Clock.currentTimeMillis
  for (const task of yield* store.unfinishedTasks) {
    if (task.state !== "dispatching") continue
    const replicas = replicasOf(task, cluster)
    const nodeIds = [...new Set(replicas.map((replica) => replica.nodeId))]
    let write: Write = startWrite(replicas, nodeIds)
    for (const nodeId of nodeIds)
      write = stepWrite(write, {
        tag: "node-answered",
        nodeId,
        outcome: { tag: "unknown", reason: "the proxy stopped" },
      })
    const missed = write.tag === "lost" ? write.behind : []
    const error = errorBody(
      "miroir_no_quorum",
      "The proxy stopped while it was sending this write: its outcome is unknown, and all replicas are made equal.",
    )
    const failed: TaskRecord = { ...task, state: "failed", error, startedAtMs: nowMs, finishedAtMs: nowMs }
    const behind = missed.map((one) => ({ ...one, physicalUid: task.physicalUid ?? "", sinceVersion: task.uid }))
    yield* cluster.commit(lostChange(cluster.state, failed, behind))
    yield* undoLost(failed, cluster.term.graceMs)
    yield* Effect.logWarning("a write was cut off by a stop of the proxy").pipe(Effect.annotateLogs({ task: task.uid }))
  }
})

const replicasOf = (task: TaskRecord, cluster: Cluster["Service"]): ReadonlyArray<WriteReplica> => {
  const record = cluster.state.indexes.get(task.physicalUid ?? "")
  if (record === undefined) return []
  return Object.entries(record.placement).flatMap(([groupId, shards]) =>
    task.shards.flatMap((shard) =>
      (shards[shard] ?? []).map((nodeId) => ({
        groupId,
        shard,
        nodeId,
        wasInSync: !isBehind(cluster.state, record.physicalUid, nodeId, shard),
      })),
    ),
  )
}
