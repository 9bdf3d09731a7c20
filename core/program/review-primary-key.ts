import { Effect, Queue, type Scope } from "effect"
import type { IndexRecord } from "#core/catalogue/index-record.ts"
import type { NodeClient } from "#core/ports/node-client.ts"
import type { StoreConflict, StoreUnavailable } from "#core/ports/store.ts"
import { isJsonObject } from "#core/prelude/json.ts"
import type { TaskRecord } from "#core/tasks/task-record.ts"
import { nodesOfPlacement } from "#core/topology/topology.ts"
import { NodeRefused, applyOnNode } from "./await-node-task.ts"
import { awaitQueue } from "./await-queue.ts"
import { Cluster } from "./cluster.ts"
import { isBehind } from "./cluster-state.ts"
import { isAwaited } from "./end-of-task.ts"
import { Follower } from "./follow-tasks.ts"
import { withIndexGate } from "./index-gates.ts"
import { callNode, getRequest, jsonRequest } from "./node-calls.ts"
import { takenBy } from "./taken-tasks.ts"

/*
 * The catalogue holds a primary key from the moment a write that sets it is accepted, because later writes count on it. If that write comes to
 * nothing, the nodes are asked what they have, and the catalogue follows. Where only some nodes have changed theirs, the change is taken back on
 * those, or, where their documents do not allow it, completed on the others.
 *
 * Before: the write has failed, or was refused, canceled or lost. While other writes of the index are open, they may set the key.
 * It may be cut off anywhere: writes with another key than that of the nodes fail until the next review.
 */

/** Times that nodes are asked which do not answer; later the key stays as it is. */
const attempts = 20
const attemptPauseMs = 1_000
/** How long the writes that are open may take to end, before others are held. */
const idleMaxMs = 10_000
/** Writes are held no longer than this. One that waits for a node which is away may stay open for as long as that. */
const holdMaxMs = 1_000
const openPollMs = 20

/** Tasks that wait for their review: a change of a key that fails is rare. */
const waitingMax = 1_000

/** Reviews what every task leaves that was to set a key and did not succeed, until the scope closes. */
export const reviewFailedKeys: Effect.Effect<void, never, Cluster | Follower | NodeClient | Scope.Scope> = Effect.gen(
  function* () {
    const cluster = yield* Cluster
    const waiting = yield* Queue.dropping<string>(waitingMax)
    cluster.onTasksFinished((tasks) => {
      for (const task of tasks)
        if (task.physicalUid !== null && task.state === "failed" && setsKey(task))
          Queue.offerUnsafe(waiting, task.physicalUid)
    })
    const next = Effect.flatMap(Queue.take(waiting), (physicalUid) => Effect.forkScoped(reviewPrimaryKey(physicalUid)))
    yield* Effect.forkScoped(Effect.forever(next))
  },
)

const setsKey = ({ kind, change, details }: TaskRecord): boolean =>
  change?.tag === "set-primary-key" ||
  (change?.tag === "rename-index" && change.primaryKey !== null) ||
  (kind === "indexCreation" && (details?.["primaryKey"] ?? null) !== null)

/** Never fails. */
export const reviewPrimaryKey = Effect.fnUntraced(function* (
  physicalUid: string,
): Effect.fn.Return<void, never, Cluster | Follower | NodeClient> {
  const { state } = yield* Cluster
  for (let attempt = 0; attempt < attempts; attempt++) {
    if ((state.indexes.get(physicalUid)?.primaryKey ?? null) === null) return
    const found = yield* look(physicalUid)
    if (found === "agreed") return
    if (found === "differs") {
      yield* Effect.timeoutOption(untilIdle(physicalUid), idleMaxMs)
      const held = Effect.andThen(untilIdle(physicalUid), review(physicalUid)).pipe(Effect.timeout(holdMaxMs))
      if (yield* Effect.orElseSucceed(withIndexGate(physicalUid, held), () => false)) return
    }
    yield* Effect.sleep(attemptPauseMs)
  }
  yield* Effect.logWarning("nobody knows which primary key nodes have").pipe(Effect.annotateLogs({ physicalUid }))
})

const untilIdle = Effect.fnUntraced(function* (physicalUid: string) {
  const { liveTasks } = yield* Follower
  while (isAwaited(physicalUid, 0, liveTasks())) yield* Effect.sleep(openPollMs)
})

/** Without holding anything up: nearly always there is nothing to mend. */
const look = Effect.fnUntraced(function* (physicalUid: string) {
  const { state } = yield* Cluster
  const record = state.indexes.get(physicalUid)
  if (record === undefined || record.deletedBy !== null || record.primaryKey === null) return "agreed"
  const { keys, isWhole } = yield* keysInSync(record)
  if ([...keys].some((key) => key !== record.primaryKey)) return "differs"
  return isWhole ? "agreed" : "unknown"
})

/** What nodes that are in sync have as primary key; `isWhole`: all of them have said so. */
const keysInSync = Effect.fnUntraced(function* ({ physicalUid, placement }: IndexRecord) {
  const { state } = yield* Cluster
  const isInSync = (nodeId: string) =>
    Object.values(placement).some((shards) =>
      shards.some((nodeIds, shard) => nodeIds.includes(nodeId) && !isBehind(state, physicalUid, nodeId, shard)),
    )
  const nodeIds = nodesOfPlacement(placement).filter(isInSync)
  const keyOf = (nodeId: string) => Effect.andThen(awaitQueue(physicalUid, nodeId), primaryKeyOn(physicalUid, nodeId))
  const asked = yield* Effect.forEach(nodeIds, (nodeId) => Effect.result(keyOf(nodeId)), { concurrency: "unbounded" })
  const keys = new Set(asked.flatMap((one) => (one._tag === "Success" ? [one.success] : [])))
  return { nodeIds, keys, isWhole: nodeIds.length > 0 && asked.every((one) => one._tag === "Success") }
})

/** True when the catalogue says what all nodes in sync have. */
const review = Effect.fnUntraced(function* (
  physicalUid: string,
): Effect.fn.Return<boolean, StoreUnavailable | StoreConflict, Cluster | NodeClient> {
  const cluster = yield* Cluster
  const record = cluster.state.indexes.get(physicalUid)
  if (record === undefined || record.deletedBy !== null || record.primaryKey === null) return true
  const { nodeIds, keys, isWhole } = yield* keysInSync(record)
  if (!isWhole) return false
  const [first] = keys
  if (keys.size === 1 && first !== undefined) {
    const change = () => {
      const known = cluster.state.indexes.get(physicalUid)
      return known === undefined ? {} : { indexes: [{ ...known, primaryKey: first, revision: known.revision + 1 }] }
    }
    if (first !== record.primaryKey) yield* cluster.commitAfter(Effect.sync(change))
    return true
  }
  // A key that is set can be changed, while there are no documents, but not taken away.
  const wanted = [[...keys].find((key) => key !== null && key !== record.primaryKey), record.primaryKey]
  for (const key of wanted) if (typeof key === "string" && (yield* setEverywhere(physicalUid, nodeIds, key))) break
  yield* cluster.commit({ nodes: takenBy(cluster.state, nodeIds) })
  return false
})

const setEverywhere = (physicalUid: string, nodeIds: ReadonlyArray<string>, primaryKey: string) =>
  Effect.gen(function* () {
    const { options } = yield* Cluster
    const request = jsonRequest("PATCH", `/indexes/${physicalUid}`, { primaryKey }, options.writeTimeoutMs)
    for (const nodeId of nodeIds)
      if ((yield* primaryKeyOn(physicalUid, nodeId)) !== primaryKey) yield* applyOnNode(nodeId, request)
    return true
  }).pipe(Effect.orElseSucceed(() => false))

/** Null where the node has no such index. */
export const primaryKeyOn = Effect.fnUntraced(function* (physicalUid: string, nodeId: string) {
  const cluster = yield* Cluster
  const response = yield* callNode(nodeId, getRequest(`/indexes/${physicalUid}`, cluster.options.writeTimeoutMs))
  if (response.status === 404) return null
  if (response.status !== 200)
    return yield* new NodeRefused({ nodeId, reason: `it answered ${response.status} to a look at the index` })
  const body: unknown = JSON.parse(response.body)
  const primaryKey = isJsonObject(body) ? body["primaryKey"] : null
  return typeof primaryKey === "string" ? primaryKey : null
})
