import { Effect } from "effect"
import type { IndexRecord } from "#core/catalogue/index-record.ts"
import { Store } from "#core/ports/store.ts"
import { NodeRefused } from "./await-node-task.ts"
import { awaitQueue } from "./await-queue.ts"
import { Cluster } from "./cluster.ts"
import { Follower } from "./follow-tasks.ts"
import { laneOf } from "./lanes.ts"
import { WriteLanes } from "./write.ts"

/** What is repaired from where. */
export interface RepairPath {
  readonly sourceId: string
  readonly targetId: string
  readonly shards: ReadonlyArray<number>
}

const settlePollMs = 10

/**
 * Waits until every write of the index up to `version` is settled, and applied on both nodes. Fails when the source may not be read any more: what it
 * has taken and not applied may wait for its return, and another repair need not.
 */
export const awaitApplied = Effect.fnUntraced(function* (record: IndexRecord, path: RepairPath, version: number) {
  const { hasApplied } = yield* Follower
  const nodeIds = [path.sourceId, path.targetId]
  yield* awaitSettled(record, path, version)
  while (!nodeIds.every((nodeId) => hasApplied(record.physicalUid, nodeId, version))) {
    yield* areThere(record, path)
    yield* Effect.sleep(settlePollMs)
  }
  // A node may still work on tasks that nobody waits for any more: those of a replica that was put behind, or of a write that was lost.
  for (const nodeId of nodeIds) yield* awaitQueue(record.physicalUid, nodeId)
})

/** Waits until it is known of every write of the index up to `version` who has taken it. */
export const awaitSettled = Effect.fnUntraced(function* (record: IndexRecord, path: RepairPath, version: number) {
  const store = yield* Store
  const lanes = yield* WriteLanes
  for (const nodeId of [path.sourceId, path.targetId]) yield* lanes.drained(laneOf(record.physicalUid, nodeId))
  while (true) {
    const open = yield* store.openTasks
    const isSettled = !open.some(
      (task) => task.physicalUid === record.physicalUid && task.uid <= version && task.state === "dispatching",
    )
    if (isSettled) return
    yield* areThere(record, path)
    yield* Effect.sleep(settlePollMs)
  }
})

const areThere = Effect.fnUntraced(function* (record: IndexRecord, { sourceId, targetId, shards }: RepairPath) {
  const cluster = yield* Cluster
  const mayRead = cluster.mayRead(record)
  if (!shards.every((shard) => mayRead(sourceId, shard)))
    return yield* new NodeRefused({ nodeId: sourceId, reason: "it may not be read any more" })
  if (!cluster.mustReceiveWrites(targetId)) return yield* new NodeRefused({ nodeId: targetId, reason: "it went down" })
})
