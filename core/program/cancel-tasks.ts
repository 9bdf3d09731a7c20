import { Clock, Effect } from "effect"
import { Store } from "#core/ports/store.ts"
import { finishCatalogueTask } from "#core/tasks/catalogue-task.ts"
import { type TaskRecord, isFinished } from "#core/tasks/task-record.ts"
import { enqueueOnNode, awaitNodeTask } from "./await-node-task.ts"
import { awaitTasks } from "./catalogue-task.ts"
import { Cluster } from "./cluster.ts"
import { type ClusterState, writtenUidOf } from "./cluster-state.ts"
import { completeCanceled } from "./complete-canceled.ts"
import { Follower } from "./follow-tasks.ts"

/*
 * Runs a `taskCancelation`.
 *
 * Before: its targets are known, the tasks that matched and had not ended.
 * Order: targets that are still being sent are waited for → every node is told to cancel its parts, by their uids → the follower sees how the parts
 * ended and ends the targets (core/tasks/fold-task.ts says how) → what a late cancelation left half done is completed → the end is stored.
 * It may be cut off anywhere: it is run again from its beginning, and canceling twice changes nothing.
 */

/** Node tasks named in one request: their uids must fit a request line. */
const uidsPerRequest = 500
/** How long the end of canceled targets is waited for; later ones end by themselves and are not counted. */
const endWaitMs = 10_000

export const cancelMatching = Effect.fnUntraced(function* (task: TaskRecord) {
  if (task.change?.tag !== "cancel-tasks") return
  const cluster = yield* Cluster
  const store = yield* Store
  const follower = yield* Follower
  const startedAtMs = yield* Clock.currentTimeMillis
  const targets = new Set(task.change.uids)
  for (const uid of targets) follower.cancelFor(uid, task.uid)

  yield* awaitTasks(({ uid, state }) => targets.has(uid) && state === "dispatching", cluster.options.writeTimeoutMs)
  const open = (yield* store.unfinishedTasks).filter(
    (target) => targets.has(target.uid) && mayBeCanceled(target, cluster.state),
  )
  yield* cancelOwn(
    open.filter((target) => target.physicalUid === null),
    task.uid,
  )
  const followed = open.filter((target) => target.physicalUid !== null)
  const parts = openParts(followed.map((target) => follower.live(target.uid) ?? target))
  yield* Effect.forEach(parts, ([nodeId, uids]) => cancelOnNode(nodeId, uids), {
    concurrency: "unbounded",
    discard: true,
  })
  const sent = new Set(followed.map((target) => target.uid))
  yield* awaitTasks(({ uid }) => sent.has(uid), endWaitMs)

  const ended = yield* Effect.forEach(targets, (uid) => store.readTask(uid))
  const known = ended.filter((target) => target !== null)
  const unfinished = new Set(known.filter((target) => !isFinished(target.state)).map((target) => target.uid))
  for (const uid of targets) if (!unfinished.has(uid)) follower.forgetCancelation(uid)
  yield* completeCanceled(known)
  const canceledTasks = known.filter((target) => target.canceledBy === task.uid).length
  const nowMs = yield* Clock.currentTimeMillis
  yield* cluster.commit({ tasks: [finishCatalogueTask(task, startedAtMs, nowMs, { canceledTasks })] })
})

/**
 * Later writes already count on the outcome of some tasks: on the names that a rename has given, and on the name that a deleted index has left to
 * another one. Those come too late to be canceled, as if they were being processed.
 */
const mayBeCanceled = (task: TaskRecord, state: ClusterState): boolean => {
  if (task.kind === "taskCancelation" || task.kind === "taskDeletion") return false
  if (task.change?.tag === "swap-names" || task.change?.tag === "rename-index") return false
  const record = state.indexes.get(task.physicalUid ?? "")
  return task.change?.tag !== "drop-index" || record === undefined || !state.writable.has(writtenUidOf(record))
}

/** Tasks that the proxy runs itself: they look at their state before they store their end, and so does this. */
const cancelOwn = Effect.fnUntraced(function* (tasks: ReadonlyArray<TaskRecord>, canceledBy: number) {
  if (tasks.length === 0) return
  const cluster = yield* Cluster
  const store = yield* Store
  const nowMs = yield* Clock.currentTimeMillis
  const tasksNow = Effect.forEach(tasks, ({ uid }) => store.readTask(uid))
  const look = Effect.map(tasksNow, (now) => ({
    tasks: now.flatMap((task): ReadonlyArray<TaskRecord> => {
      if (task === null || isFinished(task.state)) return []
      const startedAtMs = task.startedAtMs ?? nowMs
      return [{ ...task, state: "canceled", canceledBy, startedAtMs, finishedAtMs: nowMs }]
    }),
  }))
  yield* cluster.commitAfter(look)
})

/** Newest first: a node takes its oldest task next, and should find it canceled together with those behind it. */
const openParts = (tasks: ReadonlyArray<TaskRecord>): ReadonlyMap<string, ReadonlyArray<number>> => {
  const parts = new Map<string, Array<number>>()
  for (const part of tasks.flatMap((task) => task.nodeTasks)) {
    // A prelude makes the index what every write needs, also those that nobody cancels.
    if (isFinished(part.state) || part.role === "prelude") continue
    const uids = parts.get(part.nodeId)
    if (uids === undefined) parts.set(part.nodeId, [part.taskUid])
    else uids.push(part.taskUid)
  }
  for (const uids of parts.values()) uids.sort((a, b) => b - a)
  return parts
}

/** Never fails: a node that does not answer keeps its parts, and they end with it. */
const cancelOnNode = Effect.fnUntraced(function* (nodeId: string, uids: ReadonlyArray<number>) {
  const cluster = yield* Cluster
  if (!cluster.mustReceiveWrites(nodeId)) return
  const { writeTimeoutMs: timeoutMs } = cluster.options
  const cancel = Effect.gen(function* () {
    const sent: Array<number> = []
    for (let at = 0; at < uids.length; at += uidsPerRequest) {
      const path = `/tasks/cancel?uids=${uids.slice(at, at + uidsPerRequest).join(",")}`
      sent.push(yield* enqueueOnNode(nodeId, { method: "POST", path, body: null, contentType: null, timeoutMs }))
    }
    for (const taskUid of sent) yield* awaitNodeTask(nodeId, taskUid)
  })
  yield* Effect.ignore(Effect.timeout(cancel, timeoutMs))
})
