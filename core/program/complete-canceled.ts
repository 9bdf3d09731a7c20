import { Effect, Fiber, Schedule } from "effect"
import type { IndexRecord } from "#core/catalogue/index-record.ts"
import { isOfWholeIndex } from "#core/tasks/fold-task.ts"
import type { TaskRecord } from "#core/tasks/task-record.ts"
import { nodesOfPlacement } from "#core/topology/topology.ts"
import { enqueueOnNode } from "./await-node-task.ts"
import { Cluster } from "./cluster.ts"
import { dropOnNode } from "./drop-on-node.ts"
import { laneOf } from "./lanes.ts"
import { jsonRequest } from "./node-calls.ts"
import { restoreIndex } from "./restore-index.ts"
import { primaryKeyOn, reviewPrimaryKey } from "./review-primary-key.ts"
import { takenBy } from "./taken-tasks.ts"
import { WriteLanes } from "./write.ts"

/*
 * What a cancelation that came too late on some nodes leaves behind, made whole again:
 *  · a change of an index that some nodes had applied counts as applied: the others get it from the catalogue;
 *  · settings that were canceled everywhere go from the nodes that got them by a repair, which hands on what is accepted but not applied yet;
 *  · an index that the catalogue no longer knows, or never came to know, goes from the nodes that have it;
 *  · a primary key that only canceled writes would have set is not set.
 * Documents need nothing here: replicas that differ are behind, and repair makes them equal.
 */

/** A node that is away is tried this often before we leave it: it is verified when it returns. */
const attempts = 30
const attemptPauseMs = 1_000
/** A cancelation ends without the review of a primary key that takes longer, because a node is away. */
const reviewWaitMs = 1_000

export const completeCanceled = Effect.fnUntraced(function* (ended: ReadonlyArray<TaskRecord>) {
  const cluster = yield* Cluster
  const { indexes } = cluster.state
  for (const physicalUid of new Set(ended.map((task) => task.physicalUid ?? ""))) {
    const tasks = ended.filter((task) => task.physicalUid === physicalUid && canceledOn(task).length > 0)
    const record = indexes.get(physicalUid)
    if (record === undefined) {
      yield* Effect.forEach(tasks, dropEverywhere, { discard: true })
      continue
    }
    const nodeIds = new Set(tasks.flatMap((task) => nodesToRestore(task, record)))
    yield* Effect.forEach(nodeIds, (nodeId) => restoreOnNode(record, nodeId), {
      concurrency: "unbounded",
      discard: true,
    })
    const review = yield* Effect.forkDetach(reviewPrimaryKey(physicalUid))
    yield* Effect.timeoutOption(Fiber.await(review), reviewWaitMs)
  }
  // The cancelations themselves are among them: a node that forgot one would do what was canceled.
  const nodes = takenBy(cluster.state, cluster.state.members.keys())
  if (nodes.length > 0) yield* cluster.commit({ nodes })
})

const nodesToRestore = (task: TaskRecord, record: IndexRecord): ReadonlyArray<string> => {
  if (task.state === "canceled" && task.change?.tag === "patch-settings") return nodesOfPlacement(record.placement)
  return task.state === "succeeded" && isOfWholeIndex(task) ? canceledOn(task) : []
}

const canceledOn = (task: TaskRecord): ReadonlyArray<string> => [
  ...new Set(task.nodeTasks.filter((part) => part.state === "canceled").map((part) => part.nodeId)),
]

const restoreOnNode = Effect.fnUntraced(function* (record: IndexRecord, nodeId: string) {
  const cluster = yield* Cluster
  const restore = Effect.andThen(setPrimaryKey(record, nodeId), restoreIndex(record, nodeId))
  const outcome = yield* Effect.result(
    Effect.retry(restore, { times: attempts, schedule: Schedule.spaced(attemptPauseMs) }),
  )
  if (outcome._tag === "Failure")
    yield* Effect.logError("a change that was canceled too late could not be completed").pipe(
      Effect.annotateLogs({ node: nodeId, index: record.physicalUid, reason: String(outcome.failure) }),
    )
  if (!cluster.state.indexes.has(record.physicalUid)) yield* dropOnNode(record.physicalUid, nodeId)
})

/** `restoreIndex` sets a primary key only where there is none. */
const setPrimaryKey = Effect.fnUntraced(function* (record: IndexRecord, nodeId: string) {
  const { primaryKey, physicalUid } = record
  const known = primaryKey === null ? null : yield* primaryKeyOn(physicalUid, nodeId)
  if (known === null || known === primaryKey) return
  const cluster = yield* Cluster
  const lanes = yield* WriteLanes
  const timeoutMs = cluster.options.writeTimeoutMs
  const request = jsonRequest("PATCH", `/indexes/${physicalUid}`, { primaryKey }, timeoutMs)
  yield* lanes.put(laneOf(physicalUid, nodeId), enqueueOnNode(nodeId, request))
})

const dropEverywhere = Effect.fnUntraced(function* (task: TaskRecord) {
  for (const nodeId of new Set(task.nodeTasks.map((part) => part.nodeId)))
    yield* dropOnNode(task.physicalUid ?? "", nodeId)
})
