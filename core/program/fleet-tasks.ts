import { Cause, Clock, Context, Effect, Exit, Layer, Queue, type Scope } from "effect"
import type { NodeClient } from "#core/ports/node-client.ts"
import { Store, type StoreChange, type StoreConflict, type StoreUnavailable } from "#core/ports/store.ts"
import type { JsonObject } from "#core/prelude/json.ts"
import { type ErrorBody, errorBody } from "#core/protocol/meilisearch-error.ts"
import { isFleetTask, newFleetTask } from "#core/tasks/fleet-task.ts"
import { type OpenTask, type TaskKind, type TaskRecord, isFinished } from "#core/tasks/task-record.ts"
import { awaitTasks, untilStored } from "./catalogue-task.ts"
import { Cluster } from "./cluster.ts"
import { recordsOf } from "./cluster-state.ts"
import { exportDocuments } from "./export-documents.ts"
import { takeSnapshots } from "./take-snapshots.ts"
import { FleetTaskFailed } from "./fleet-task-failed.ts"
import { writeDump } from "./write-dump.ts"

/*
 * Tasks of the whole fleet: dumps, snapshots, exports.
 *
 * Before: the task is enqueued in the store, with what it needs to be run (`task-input`, a record of the cluster).
 * Order: one at a time, by uid. Each waits until the writes that were accepted before it have ended, so that it contains them.
 * After: its end is stored, and its input removed.
 * It may be cut off anywhere: the next proxy that leads runs it again from its beginning. While the store is away it waits, and is not run again.
 * A cancelation may end it at any time: each step looks at the task in the store's turn, so that one end is never stored over another.
 */

/** A task waits for earlier writes no longer than this: one that hangs on a dead node must not hold up every later dump. */
const earlierWritesMaxMs = 600_000

/** Kind of the record that holds what a task needs and its details do not show. The key is the task's uid. */
export const taskInputKind = "task-input"

interface FleetTasksShape {
  /** Stores a task and runs it as soon as those before it have ended. */
  readonly enqueue: (
    kind: TaskKind,
    details: JsonObject | null,
    input: JsonObject | null,
  ) => Effect.Effect<TaskRecord, StoreUnavailable | StoreConflict>
  /** Runs a task that stands in the store already. */
  readonly resume: (uid: number) => Effect.Effect<void>
}

export class FleetTasks extends Context.Service<FleetTasks, FleetTasksShape>()("miroir/FleetTasks") {
  static readonly layer = Layer.effect(
    FleetTasks,
    Effect.suspend(() => makeFleetTasks()),
  )
  /** Of a proxy that follows: it hands such requests on. */
  static readonly idle = Layer.succeed(FleetTasks, {
    enqueue: () => Effect.die("a proxy that follows was asked to run a task of the fleet"),
    resume: () => Effect.die("a proxy that follows was asked to run a task of the fleet"),
  })
}

const makeFleetTasks: () => Effect.Effect<
  FleetTasksShape,
  StoreUnavailable,
  Cluster | NodeClient | Store | Scope.Scope
> = Effect.fnUntraced(function* () {
  const cluster = yield* Cluster
  const store = yield* Store
  const waiting = yield* Queue.unbounded<number>()
  for (const task of yield* store.unfinishedTasks) if (isFleetTask(task.kind)) yield* Queue.offer(waiting, task.uid)
  yield* Effect.forkScoped(Effect.forever(Effect.flatMap(Queue.take(waiting), (uid) => runToItsEnd(uid))))
  return {
    resume: (uid) => Effect.asVoid(Queue.offer(waiting, uid)),
    enqueue: Effect.fnUntraced(function* (kind, details, input) {
      const nowMs = yield* Clock.currentTimeMillis
      const { epoch } = cluster.state.topology
      const make = (uid: number) => newFleetTask({ kind, details, epoch, owner: cluster.options.proxyId }, uid, nowMs)
      const uid = yield* cluster.intend((version) => ({
        tasks: [make(version)],
        records: input === null ? [] : [{ kind: taskInputKind, key: `${version}`, value: input, revision: 0 }],
      }))
      yield* Queue.offer(waiting, uid)
      return make(uid)
    }),
  }
})

/** Never fails: a task that could not be ended is run again at the next start. */
const runToItsEnd = (uid: number): Effect.Effect<void, never, Cluster | NodeClient | Store> =>
  Effect.catchCause(runTask(uid), (cause) =>
    Cause.hasInterruptsOnly(cause)
      ? Effect.failCause(cause)
      : Effect.logError("a task of the cluster could not be ended", cause).pipe(Effect.annotateLogs({ task: uid })),
  )

const runTask = Effect.fnUntraced(function* (uid: number) {
  const isEarlierWrite = (other: OpenTask) => other.uid < uid && other.indexUid !== null
  yield* untilStored(awaitTasks(isEarlierWrite, earlierWritesMaxMs))
  const startedAtMs = yield* Clock.currentTimeMillis
  const task = yield* untilStored(storeNext(uid, (enqueued) => ({ ...enqueued, state: "processing", startedAtMs })))
  if (task === null) return
  const input = recordsOf((yield* Cluster).state, taskInputKind).get(`${uid}`)
  const exit = yield* Effect.exit(programOf(task, input?.value ?? {}))
  if (Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause)) return yield* Effect.interrupt
  const finishedAtMs = yield* Clock.currentTimeMillis
  const ended = Exit.isSuccess(exit)
    ? ({ state: "succeeded", details: exit.value, finishedAtMs } as const)
    : ({ state: "failed", error: errorOf(exit.cause), finishedAtMs } as const)
  yield* untilStored(storeNext(uid, (processing) => ({ ...processing, ...ended })))
})

/** Stores what follows on the task as it is now; null: it had ended before, because somebody has canceled it. With its end its input goes. */
const storeNext = Effect.fnUntraced(function* (uid: number, follow: (task: TaskRecord) => TaskRecord) {
  const cluster = yield* Cluster
  const store = yield* Store
  let next: TaskRecord | null = null
  const look = Effect.map(store.readTask(uid), (task): StoreChange => {
    next = task === null || isFinished(task.state) ? null : follow(task)
    const input = recordsOf(cluster.state, taskInputKind).get(`${uid}`)
    const isOver = next === null || isFinished(next.state)
    return {
      tasks: next === null ? [] : [next],
      removedRecords: isOver && input !== undefined ? [{ ...input, revision: input.revision + 1 }] : [],
    }
  })
  yield* cluster.commitAfter(look)
  return next as TaskRecord | null
})

/** Returns the details of the task as it ended. */
const programOf = (
  task: TaskRecord,
  input: JsonObject,
): Effect.Effect<JsonObject | null, FleetTaskFailed, Cluster | NodeClient> => {
  switch (task.kind) {
    case "dumpCreation":
      return writeDump(task)
    case "snapshotCreation":
      return takeSnapshots
    case "export":
      return exportDocuments(task, input)
    default:
      return Effect.die(`tasks of the kind ${task.kind} are not run by the proxy`)
  }
}

const errorOf = (cause: Cause.Cause<FleetTaskFailed>): ErrorBody => {
  const failure = cause.reasons.find(Cause.isFailReason)?.error
  return failure === undefined ? errorBody("internal", Cause.pretty(cause).split("\n")[0] ?? "") : failure.error
}
