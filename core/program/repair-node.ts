import { Clock, Effect, Result, type Scope } from "effect"
import type { IndexRecord } from "#core/catalogue/index-record.ts"
import { answersOf, initialHealth } from "#core/health/node-health.ts"
import type { NodeClient } from "#core/ports/node-client.ts"
import { type BehindMark, Store } from "#core/ports/store.ts"
import { type ResyncScope, planResync } from "#core/repair/plan-resync.ts"
import { shardOf } from "#core/routing/hash-document-id.ts"
import type { TaskRecord } from "#core/tasks/task-record.ts"
import { isJsonObject } from "#core/prelude/json.ts"
import { NodeRefused, awaitNodeTask } from "./await-node-task.ts"
import { copyDocuments } from "./copy-documents.ts"
import { Cluster } from "./cluster.ts"
import { isBehind } from "./cluster-state.ts"
import { restoreDiverged } from "./restore-diverged.ts"
import { Follower } from "./follow-tasks.ts"
import { withIndexGate } from "./index-gates.ts"
import { laneOf } from "./lanes.ts"
import { callNode, getRequest } from "./node-calls.ts"
import { dropOnNode } from "./drop-on-node.ts"
import { restoreIndex } from "./restore-index.ts"
import { WriteLanes } from "./write.ts"

/*
 * Makes replicas that are behind equal to one that is in sync, and clears their marks.
 *
 * Before: the marks say since when. The node is up and receives all new writes.
 * Order: settings → rounds of copying (each copies what was missed or touched since the round before) → a check, with the gate of the index
 * closed, that nothing was touched since the last round began → the marks are cleared under the same gate.
 * A copy may overwrite a newer write that reached the target first: that write was intended after the round began, so the next round
 * copies its documents again. A source that missed a write meanwhile is a source no more: nothing is cleared on its word. Versions are not compared: a later partial update can hide an earlier one that was missed.
 * After: every later write finds the replica in sync and waits for it.
 * It may be cut off anywhere: the marks stay until the end, and a copy can be repeated.
 */

/** Rounds without closing the gate; the one after them holds writes of the index until it is through. */
const openRoundsMax = 4
/** Writes are held no longer than this; then they go on and the repair begins again. */
const holdMaxMs = 10_000
/** Pause between two looks at what is behind. */
const repairPauseMs = 250
const settlePollMs = 10

type Services = Cluster | Follower | NodeClient | Store | WriteLanes

export const repairNodes: Effect.Effect<void, never, Services | Scope.Scope> = Effect.gen(function* () {
  const cluster = yield* Cluster
  for (const nodeId of cluster.state.members.keys()) yield* Effect.forkScoped(repairNode(nodeId))
})

const repairNode = Effect.fnUntraced(function* (nodeId: string) {
  const cluster = yield* Cluster
  // What a proxy that led before has sent may still arrive, and must not do so after the copy.
  yield* Effect.sleep(cluster.term.graceMs)
  const repaired = new Set<string>()
  while (true) {
    yield* Effect.sleep(repairPauseMs)
    yield* dropDeleted(repaired, nodeId)
    if (!answersOf(cluster.state.health.get(nodeId) ?? initialHealth).mayServeReads) continue
    yield* Effect.ignore(restoreDiverged(nodeId))
    for (const [physicalUid, nodes] of Array.from(cluster.state.behind)) {
      const marks = [...(nodes.get(nodeId)?.values() ?? [])]
      if (marks.length === 0) continue
      repaired.add(physicalUid)
      const startedAtMs = yield* Clock.currentTimeMillis
      const outcome = yield* Effect.result(repairReplicas(physicalUid, nodeId, marks))
      const tookMs = (yield* Clock.currentTimeMillis) - startedAtMs
      const log = Result.isSuccess(outcome)
        ? Effect.logInfo("replicas repaired").pipe(Effect.annotateLogs({ repaired: outcome.success, tookMs }))
        : Effect.logWarning("replicas could not be repaired yet").pipe(
            Effect.annotateLogs({ reason: String(outcome.failure) }),
          )
      yield* log.pipe(Effect.annotateLogs({ node: nodeId, index: physicalUid, shards: marks.length }))
    }
  }
})

/** An index that was deleted while it was repaired may have been made anew by the last copy: it is deleted again, once that is certain. */
const dropDeleted = Effect.fnUntraced(function* (repaired: Set<string>, nodeId: string) {
  const { state } = yield* Cluster
  for (const physicalUid of repaired) {
    const record = state.indexes.get(physicalUid)
    if (record !== undefined && record.deletedBy !== null) continue
    if (record === undefined) yield* dropOnNode(physicalUid, nodeId)
    repaired.delete(physicalUid)
  }
})

/** Returns how many documents were copied or deleted. */
const repairReplicas = Effect.fnUntraced(function* (
  physicalUid: string,
  nodeId: string,
  marks: ReadonlyArray<BehindMark>,
) {
  const cluster = yield* Cluster
  const record = cluster.state.indexes.get(physicalUid)
  if (record === undefined || record.deletedBy !== null) {
    if (record === undefined) yield* cluster.commit({ cleared: marks })
    return 0
  }
  const restoredAt = yield* (yield* Store).currentVersion
  yield* restoreIndex(record, nodeId)
  let copied = 0
  for (const [sourceId, ofSource] of bySource(record, nodeId, marks, cluster)) {
    // Of an index that nobody has seen yet the source may have missed everything that no group took.
    if (cluster.state.indexes.get(physicalUid)?.visible === false) yield* restoreIndex(record, sourceId)
    copied += yield* repairFrom(record, sourceId, nodeId, ofSource, restoredAt)
  }
  return copied
})

/** Marks by the in-sync replica that they are repaired from; a shard without one has to wait. */
const bySource = (
  record: IndexRecord,
  nodeId: string,
  marks: ReadonlyArray<BehindMark>,
  cluster: Cluster["Service"],
): ReadonlyMap<string, ReadonlyArray<BehindMark>> => {
  const mayRead = cluster.mayRead(record)
  const sources = new Map<string, Array<BehindMark>>()
  for (const mark of marks) {
    const holders = Object.values(record.placement).flatMap((shards) => shards[mark.shard] ?? [])
    const source = holders.find((holder) => holder !== nodeId && mayRead(holder, mark.shard))
    if (source === undefined) continue
    const ofSource = sources.get(source)
    if (ofSource === undefined) sources.set(source, [mark])
    else ofSource.push(mark)
  }
  return sources
}

const repairFrom = Effect.fnUntraced(function* (
  record: IndexRecord,
  sourceId: string,
  targetId: string,
  marks: ReadonlyArray<BehindMark>,
  restoredAt: number,
) {
  const cluster = yield* Cluster
  const store = yield* Store
  const shards = marks.map((mark) => mark.shard)
  const since = Math.min(...marks.map((mark) => mark.sinceVersion))
  const scopesOf = (writes: Parameters<typeof planResync>[2], sinceOf: (mark: BehindMark) => number) =>
    new Map(
      marks.map((mark) => [
        mark.shard,
        planResync(mark.shard, sinceOf(mark), writes, (id) => shardOf(id, record.shardCount)),
      ]),
    )

  let copied = 0
  // Before the log is read: a write that comes in between belongs to the next round.
  let watermark = yield* store.currentVersion
  let copiedTo = 0
  let scopes: ReadonlyMap<number, ResyncScope> = scopesOf(
    since === 0 ? [] : yield* store.writesSince(record.physicalUid, since),
    (mark) => mark.sinceVersion,
  )
  // The source may itself miss a write while it is copied from: its own mark is set before the client of that write is answered.
  const sourceIsInSync = Effect.suspend(() =>
    shards.some((shard) => isBehind(cluster.state, record.physicalUid, sourceId, shard))
      ? new NodeRefused({ nodeId: sourceId, reason: "it fell behind while it was copied from" })
      : Effect.void,
  )
  // An earlier write may have been found missing on the target meanwhile.
  const marksReachNoFurther = Effect.suspend(() => {
    const known = cluster.state.behind.get(record.physicalUid)?.get(targetId)
    return marks.some((mark) => (known?.get(mark.shard)?.sinceVersion ?? mark.sinceVersion) < mark.sinceVersion)
      ? new NodeRefused({ nodeId: targetId, reason: "it lacks earlier writes, too" })
      : Effect.void
  })
  // A change of the index that the target may have missed since its settings were restored has no documents that could be copied.
  const indexIsUnchanged = Effect.flatMap(store.writesSince(record.physicalUid, restoredAt + 1), (writes) =>
    writes.some((task) => task.change !== null && !hasTaken(task, targetId))
      ? new NodeRefused({ nodeId: targetId, reason: "the index was changed while it was copied to" })
      : Effect.void,
  )
  const clear = cluster.marking(
    Effect.all([sourceIsInSync, marksReachNoFurther, indexIsUnchanged, cluster.commit({ cleared: marks })], {
      discard: true,
    }),
  )

  for (let round = 0; round < openRoundsMax; round++) {
    yield* awaitApplied(record, [sourceId, targetId], watermark)
    yield* sourceIsInSync
    copied += yield* copyDocuments(record, sourceId, targetId, scopes)
    copiedTo = watermark
    const isClear = yield* withIndexGate(
      record.physicalUid,
      Effect.gen(function* () {
        watermark = yield* store.currentVersion
        scopes = scopesOf(yield* store.writesSince(record.physicalUid, copiedTo + 1), () => copiedTo + 1)
        if (!isEmpty(scopes)) return false
        yield* clear
        return true
      }),
    )
    if (isClear) return copied
  }
  return yield* withIndexGate(
    record.physicalUid,
    Effect.gen(function* () {
      yield* awaitApplied(record, [sourceId, targetId], yield* store.currentVersion)
      scopes = scopesOf(yield* store.writesSince(record.physicalUid, copiedTo + 1), () => copiedTo + 1)
      copied += yield* copyDocuments(record, sourceId, targetId, scopes)
      yield* clear
      yield* Effect.logInfo("writes were held for the last round of a repair").pipe(Effect.annotateLogs({ shards }))
      return copied
    }).pipe(Effect.timeout(holdMaxMs)),
  )
})

const hasTaken = (task: TaskRecord, nodeId: string): boolean =>
  task.nodeTasks.some((part) => part.nodeId === nodeId && part.role === "main" && part.state === "succeeded")

const isEmpty = (scopes: ReadonlyMap<number, ResyncScope>): boolean =>
  [...scopes.values()].every((scope) => scope.tag === "ids" && scope.ids.length === 0)

/** Waits until every write of the index up to `version` is settled, and applied on both nodes. */
const awaitApplied = Effect.fnUntraced(function* (
  record: IndexRecord,
  nodeIds: ReadonlyArray<string>,
  version: number,
) {
  const store = yield* Store
  const follower = yield* Follower
  const lanes = yield* WriteLanes
  for (const nodeId of nodeIds) yield* lanes.drained(laneOf(record.physicalUid, nodeId))
  while (true) {
    const unfinished = yield* store.unfinishedTasks
    const isSettled = !unfinished.some(
      (task) => task.physicalUid === record.physicalUid && task.uid <= version && task.state === "dispatching",
    )
    if (isSettled && nodeIds.every((nodeId) => follower.hasApplied(record.physicalUid, nodeId, version))) break
    yield* Effect.sleep(settlePollMs)
  }
  // A node may still work on tasks that nobody waits for any more: those of a replica that was put behind, or of a write that was lost.
  for (const nodeId of nodeIds) yield* awaitQueue(record.physicalUid, nodeId)
})

/** Waits until a node has applied everything that it has taken for the index so far: it works in the order of arrival. */
const awaitQueue = Effect.fnUntraced(function* (physicalUid: string, nodeId: string) {
  const cluster = yield* Cluster
  const path = `/tasks?limit=1&indexUids=${physicalUid}`
  const response = yield* callNode(nodeId, getRequest(path, cluster.options.healthTimeoutMs))
  const body: unknown = response.status === 200 ? JSON.parse(response.body) : null
  const results = isJsonObject(body) && Array.isArray(body["results"]) ? body["results"] : []
  const newest: unknown = isJsonObject(results[0]) ? results[0]["uid"] : null
  if (typeof newest === "number") yield* awaitNodeTask(nodeId, newest, "any")
})
