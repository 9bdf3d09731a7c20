import { Clock, Context, Effect, Layer, Queue, type Scope, Semaphore } from "effect"
import { NodeClient } from "#core/ports/node-client.ts"
import { type BehindMark, Store, type StoreUnavailable } from "#core/ports/store.ts"
import { errorBody } from "#core/protocol/meilisearch-error.ts"
import { foldTask } from "#core/tasks/fold-task.ts"
import { type NodeTask, type TaskRecord, isFinished } from "#core/tasks/task-record.ts"
import { awaitsCatchUp } from "./catch-up.ts"
import { Cluster } from "./cluster.ts"
import { isBehind } from "./cluster-state.ts"
import { endOfTask } from "./end-of-task.ts"
import { pollNodeTasks } from "./poll-node-tasks.ts"

/*
 * Follows the tasks of this proxy to their end: one poller per node asks for the node tasks that are still open, and a task whose
 * parts have ended is folded and stored. A node that is down is not waited for: where another replica took the write, the replica on
 * the dead node is put behind first, so the task can end and no reader will see the replica that lacks it.
 */

/** Poll intervals: a fresh task is looked at often, a long one seldom. */
const pollFirstMs = 10
const pollMostMs = 250
const pollGrowth = 1.5

interface FollowerShape {
  /** A task whose parts are still being sent: its change counts for what is projected, but it cannot end yet. */
  readonly expect: (task: TaskRecord) => void
  /** The task will not be followed after all: it was refused or lost. */
  readonly drop: (uid: number) => void
  readonly follow: (task: TaskRecord) => Effect.Effect<void>
  /** The newest state of a task that is being followed. */
  readonly live: (uid: number) => TaskRecord | null
  readonly liveTasks: () => ReadonlyArray<TaskRecord>
  /** Whether every node task of that index on that node up to `version` has ended. */
  readonly hasApplied: (physicalUid: string, nodeId: string, version: number) => boolean
  /** Should the task end as canceled, it will say by whom. */
  readonly cancelFor: (uid: number, canceledBy: number) => void
  /** It will end no more: it has ended before the cancelation came. */
  readonly forgetCancelation: (uid: number) => void
  /** Stops waiting for a node that came back as another one: its task uids mean something else now. */
  readonly forgetNode: (nodeId: string) => void
}

export class Follower extends Context.Service<Follower, FollowerShape>()("miroir/Follower") {
  static readonly layer = Layer.effect(
    Follower,
    Effect.suspend(() => makeFollower()),
  )
  /** Of a proxy that does not lead: it follows nothing. */
  static readonly idle = Layer.succeed(Follower, {
    expect: () => undefined,
    drop: () => undefined,
    follow: () => Effect.void,
    live: () => null,
    liveTasks: () => [],
    hasApplied: () => false,
    cancelFor: () => undefined,
    forgetCancelation: () => undefined,
    forgetNode: () => undefined,
  })
}

const makeFollower: () => Effect.Effect<FollowerShape, StoreUnavailable, Cluster | NodeClient | Store | Scope.Scope> =
  Effect.fnUntraced(function* () {
    const cluster = yield* Cluster
    const store = yield* Store
    const live = new Map<number, TaskRecord>()
    const wakes = new Map<string, Queue.Queue<void>>()
    /** Task → the task that asked for its cancelation. */
    const cancelations = new Map<number, number>()

    const openParts = (nodeId: string): ReadonlyArray<NodeTask> =>
      [...live.values()].flatMap((task) =>
        task.nodeTasks.filter((part) => part.nodeId === nodeId && !isFinished(part.state)),
      )
    const wakeAll = Effect.suspend(() =>
      Effect.forEach(wakes.values(), (wake) => Queue.offer(wake, undefined), { discard: true }),
    )

    /** Takes over what the node says; true when a part changed its state. */
    const update = (nodeId: string, answers: ReadonlyMap<number, Partial<NodeTask>>): boolean => {
      let isChanged = false
      for (const task of live.values()) {
        const nodeTasks = task.nodeTasks.map((part) => {
          const answer = part.nodeId === nodeId ? answers.get(part.taskUid) : undefined
          if (answer === undefined || answer.state === part.state) return part
          isChanged = true
          return { ...part, ...answer }
        })
        live.set(task.uid, { ...task, nodeTasks })
      }
      return isChanged
    }

    const foldLive = Effect.fnUntraced(function* () {
      const nowMs = yield* Clock.currentTimeMillis
      for (const uid of [...live.keys()].sort((a, b) => a - b)) {
        // Looked up anew: while the end of an earlier one was stored, its parts may have changed.
        const task = live.get(uid)
        if (task === undefined || task.state === "dispatching") continue
        const physicalUid = task.physicalUid ?? ""
        const folded = foldTask(task, (nodeId, shard) => isBehind(cluster.state, physicalUid, nodeId, shard), nowMs)
        if (folded.tag === "unfinished") {
          if (folded.status === "enqueued" || task.state === "processing") continue
          const processing: TaskRecord = { ...task, state: "processing", startedAtMs: nowMs }
          live.set(task.uid, processing)
          yield* cluster.commit({ tasks: [processing] })
          continue
        }
        if (mustWait(task) || awaitsCatchUp(cluster.state, task)) continue
        const canceledBy = cancelations.get(task.uid) ?? null
        const end = () => endOfTask(cluster.state, task, folded, [...live.values()], canceledBy)
        yield* cluster.commitAfter(Effect.map(storedEnd(task), (stored) => stored ?? end()))
      }
    })
    /** An attempt before this one may have been stored unheard: what it made of a deletion follows from a catalogue that is no more. */
    const storedEnd = ({ uid, change }: TaskRecord) =>
      change?.tag !== "drop-index"
        ? Effect.succeed(null)
        : Effect.map(store.readTask(uid), (stored) =>
            stored !== null && isFinished(stored.state) ? { tasks: [stored] } : null,
          )
    /** Changes of one index end in the order of their numbers: the catalogue takes the later one for the one that counts. */
    const mustWait = ({ uid, physicalUid, change }: TaskRecord): boolean =>
      change !== null &&
      [...live.values()].some((other) => other.physicalUid === physicalUid && other.change !== null && other.uid < uid)
    // At the moment when the catalogue has its outcome: what is projected must not see a change twice, or not at all.
    cluster.onTasksFinished((tasks) => {
      for (const { uid } of tasks) {
        live.delete(uid)
        cancelations.delete(uid)
      }
    })
    // Pollers of several nodes must not fold the same task twice.
    const foldGate = Semaphore.makeUnsafe(1)
    const foldAll = () => foldGate.withPermit(cluster.marking(foldLive()))

    /** Puts replicas behind that a dead node has not been seen to apply, unless they are the last ones in sync. */
    const giveUpOn = Effect.fnUntraced(function* (nodeId: string) {
      const marks: Array<BehindMark> = []
      for (const task of live.values()) {
        const record = cluster.state.indexes.get(task.physicalUid ?? "")
        const isOpen = (part: NodeTask) => part.nodeId === nodeId && !isFinished(part.state)
        if (record === undefined) {
          // It is about an index that does not exist: no data depend on it, and another node says what this one would have said.
          const others = task.nodeTasks.filter((part) => !isOpen(part))
          const refused = () => task.nodeTasks.map((part) => (isOpen(part) ? withoutIndex(part, task) : part))
          live.set(task.uid, { ...task, nodeTasks: others.length > 0 ? others : refused() })
          continue
        }
        for (const shard of new Set(task.nodeTasks.filter(isOpen).flatMap((part) => part.shards))) {
          const others = Object.values(record.placement).flatMap((shards) => shards[shard] ?? [])
          const isSafe = others.some(
            (other) =>
              other !== nodeId &&
              cluster.mustReceiveWrites(other) &&
              !isBehind(cluster.state, record.physicalUid, other, shard),
          )
          if (isSafe && !isBehind(cluster.state, record.physicalUid, nodeId, shard))
            marks.push({
              physicalUid: record.physicalUid,
              shard,
              nodeId,
              sinceVersion: task.uid,
              reason: "the node died before it applied the write",
            })
        }
      }
      if (marks.length > 0) yield* cluster.commit({ behind: marks })
    })

    const pollOnce = Effect.fnUntraced(function* (nodeId: string) {
      if (!cluster.mustReceiveWrites(nodeId)) {
        yield* cluster.marking(giveUpOn(nodeId))
        yield* foldAll()
        return false
      }
      const answers = yield* pollNodeTasks(
        nodeId,
        openParts(nodeId).map((part) => part.taskUid),
      )
      const isChanged = update(nodeId, answers)
      yield* foldAll()
      return isChanged
    })

    const poller = Effect.fnUntraced(function* (nodeId: string, wake: Queue.Queue<void>) {
      const again = Queue.offer(wake, undefined)
      let pauseMs = pollFirstMs
      while (true) {
        if (openParts(nodeId).length === 0) {
          yield* Queue.take(wake)
          pauseMs = pollFirstMs
          if (openParts(nodeId).length === 0) yield* Effect.catch(foldAll(), () => again)
        }
        yield* Effect.sleep(pauseMs)
        // What fails here is tried again, also when no part is open any more: the task stays in `live` until its end is stored.
        const isChanged = yield* Effect.catch(pollOnce(nodeId), () => Effect.as(again, false))
        pauseMs = isChanged ? pollFirstMs : Math.min(pollMostMs, pauseMs * pollGrowth)
      }
    })

    // A task without an index has no parts on nodes: another program brings it to its end.
    for (const task of yield* store.unfinishedTasks)
      if (task.state !== "dispatching" && task.physicalUid !== null) live.set(task.uid, task)
    for (const nodeId of cluster.state.members.keys()) {
      const wake = yield* Queue.sliding<void>(1)
      wakes.set(nodeId, wake)
      yield* Effect.forkScoped(poller(nodeId, wake))
    }

    return {
      expect: (task) => void live.set(task.uid, task),
      drop: (uid) => {
        live.delete(uid)
        // Others may have waited for its end.
        for (const wake of wakes.values()) Queue.offerUnsafe(wake, undefined)
      },
      follow: (task) =>
        Effect.andThen(
          Effect.sync(() => live.set(task.uid, task)),
          wakeAll,
        ),
      live: (uid) => live.get(uid) ?? null,
      liveTasks: () => [...live.values()],
      hasApplied: (physicalUid, nodeId, version) =>
        ![...live.values()].some(
          (task) =>
            task.physicalUid === physicalUid &&
            task.uid <= version &&
            // A part that failed counts once the whole is folded: only then is it known whether the node is behind.
            task.nodeTasks.some((part) => part.nodeId === nodeId && part.state !== "succeeded"),
        ),
      cancelFor: (uid, canceledBy) => void cancelations.set(uid, canceledBy),
      forgetCancelation: (uid) => void cancelations.delete(uid),
      forgetNode: (nodeId) => {
        for (const task of live.values())
          live.set(task.uid, { ...task, nodeTasks: task.nodeTasks.filter((part) => part.nodeId !== nodeId) })
      },
    }
  })

/** What every node says of a task about an index that is not there. */
const withoutIndex = (part: NodeTask, { physicalUid }: TaskRecord): NodeTask => ({
  ...part,
  state: "failed",
  error: errorBody("index_not_found", `Index \`${physicalUid}\` not found.`),
})
