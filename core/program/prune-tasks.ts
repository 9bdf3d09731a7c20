import { Clock, Effect, type Scope } from "effect"
import { Store } from "#core/ports/store.ts"
import { noTaskFilter } from "#core/tasks/task-filter.ts"
import { isFinished, taskStatuses } from "#core/tasks/task-record.ts"
import { Cluster } from "./cluster.ts"
import { forgetOldest, isLogNeeded } from "./delete-tasks.ts"

/** Tasks that are kept at most, as upstream: beyond it the oldest finished ones go. */
const keptTasksMax = 1_000_000
/** Tasks that one round forgets at most, so that it never holds the store for long. */
const roundTasksMax = 10_000
const roundPauseMs = 60_000
const retentionDefaultMs = 168 * 3_600_000

/** Forgets finished tasks that are older than the retention, or too many, until the scope closes. */
export const pruneTasks: Effect.Effect<void, never, Cluster | Store | Scope.Scope> = Effect.gen(function* () {
  const round = Effect.andThen(Effect.sleep(roundPauseMs), Effect.ignore(pruneRound))
  yield* Effect.forkScoped(Effect.forever(round))
})

/** One round; returns how many tasks it took out of the sight of clients. */
export const pruneRound = Effect.gen(function* () {
  const cluster = yield* Cluster
  const store = yield* Store
  const nowMs = yield* Clock.currentTimeMillis
  const finished = { ...noTaskFilter, statuses: taskStatuses.filter((status) => isFinished(status)) }
  const beforeFinishedAtMs = nowMs - (cluster.options.taskRetentionMs ?? retentionDefaultMs)
  const newest = Number.POSITIVE_INFINITY
  const old = yield* forgetOldest({ ...finished, beforeFinishedAtMs }, newest, roundTasksMax)
  const { total } = yield* store.listTasks({ filter: noTaskFilter, from: null, limit: 0, reverse: false })
  const excess = Math.min(roundTasksMax, Math.max(0, total - keptTasksMax))
  const many = yield* forgetOldest(finished, newest, excess)

  // What repair needed when a task was taken out of sight, it may need no more.
  const retired = yield* store.listRetired(roundTasksMax)
  const unneeded = retired.filter((task) => !isLogNeeded(cluster.state, task)).map((task) => task.uid)
  if (unneeded.length > 0) yield* cluster.commit({ removedTasks: unneeded })
  return old + many
})
