import { Clock, Effect } from "effect"
import { Store } from "#core/ports/store.ts"
import { errorBody } from "#core/protocol/meilisearch-error.ts"
import type { TaskKind, TaskRecord } from "#core/tasks/task-record.ts"
import { startWrite, stepWrite } from "#core/writing/step.ts"
import type { MissedReplica, Write, WriteReplica } from "#core/writing/write.ts"
import { Cluster } from "./cluster.ts"
import { isBehind } from "./cluster-state.ts"
import { lostChange } from "./lost-change.ts"
import { reviewPrimaryKey } from "./review-primary-key.ts"

/*
 * Closes the writes that were being sent when this proxy stopped. Nobody knows which nodes took them, so every replica counts as unknown:
 * one of each shard stays the right one, and the others are repaired until they equal it.
 *
 * Before: every node was looked at once. One that was exchanged meanwhile must not be taken for the right one: it is behind for everything by then.
 * Order: at the start those writes of which each shard has a verified replica to choose, or only one; the others as soon as that is so.
 * It may be cut off anywhere: a write that was not closed is closed by the next start.
 */

/** Pause between two looks whether a node is back that holds the right replica of a write. */
const recoverPauseMs = 250

export const recoverWrites = Effect.gen(function* () {
  const store = yield* Store
  const cutOff = (yield* store.unfinishedTasks).filter((task) => task.state === "dispatching")
  const open = yield* closeThose(cutOff)
  if (open.length > 0) yield* Effect.forkScoped(closeLater(open))
})

const closeLater = Effect.fnUntraced(function* (tasks: ReadonlyArray<TaskRecord>) {
  let open = tasks
  while (open.length > 0) {
    yield* Effect.sleep(recoverPauseMs)
    open = yield* Effect.orElseSucceed(closeThose(open), () => open)
  }
})

/** Returns those that must wait. */
const closeThose = Effect.fnUntraced(function* (tasks: ReadonlyArray<TaskRecord>) {
  const { marking } = yield* Cluster
  const open: Array<TaskRecord> = []
  for (const task of tasks) if (!(yield* marking(close(task)))) open.push(task)
  return open
})

const close = Effect.fnUntraced(function* (task: TaskRecord) {
  const cluster = yield* Cluster
  const isVerified = (nodeId: string) => cluster.state.health.get(nodeId)?.tag === "up"
  const replicas = replicasOf(task, cluster)
  if (!canChoose(replicas, isVerified)) return false
  const verifiedFirst = [...replicas].sort((a, b) => Number(isVerified(b.nodeId)) - Number(isVerified(a.nodeId)))
  const nowMs = yield* Clock.currentTimeMillis
  const error = errorBody(
    "miroir_no_quorum",
    "The proxy stopped while it was sending this write: its outcome is unknown, and all replicas are made equal.",
  )
  const failed: TaskRecord = { ...task, state: "failed", error, startedAtMs: nowMs, finishedAtMs: nowMs }
  const behind = missedBy(verifiedFirst).map((one) => ({
    ...one,
    physicalUid: task.physicalUid ?? "",
    sinceVersion: task.uid,
  }))
  yield* cluster.commitAfter(Effect.sync(() => lostChange(cluster.state, failed, behind)))
  if (mayHaveSetKey.has(task.kind)) yield* Effect.forkDetach(reviewPrimaryKey(task.physicalUid ?? ""))
  yield* Effect.logWarning("a write was cut off by a stop of the proxy").pipe(Effect.annotateLogs({ task: task.uid }))
  return true
})

/** Writes whose primary key the catalogue may hold already. */
const mayHaveSetKey: ReadonlySet<TaskKind> = new Set(["documentAdditionOrUpdate", "indexCreation", "indexUpdate"])

/** Of a shard with several replicas in sync one must be verified. */
const canChoose = (replicas: ReadonlyArray<WriteReplica>, isVerified: (nodeId: string) => boolean): boolean => {
  const inSync = Map.groupBy(
    replicas.filter((replica) => replica.wasInSync),
    (replica) => replica.shard,
  )
  return [...inSync.values()].every(
    (ofShard) => ofShard.length === 1 || ofShard.some((replica) => isVerified(replica.nodeId)),
  )
}

/** The first of each shard stays the right one. */
const missedBy = (replicas: ReadonlyArray<WriteReplica>): ReadonlyArray<MissedReplica> => {
  const nodeIds = [...new Set(replicas.map((replica) => replica.nodeId))]
  const write = nodeIds.reduce<Write>(
    (known, nodeId) =>
      stepWrite(known, { tag: "node-answered", nodeId, outcome: { tag: "unknown", reason: "the proxy stopped" } }),
    startWrite(replicas, nodeIds),
  )
  return write.tag === "lost" ? write.behind : []
}

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
