import { Clock, Effect, Schedule } from "effect"
import { errorBody } from "#core/protocol/meilisearch-error.ts"
import { isFleetTask } from "#core/tasks/fleet-task.ts"
import type { TaskRecord } from "#core/tasks/task-record.ts"
import { Cluster } from "./cluster.ts"
import { FleetTasks } from "./fleet-tasks.ts"
import { lostChange } from "./lost-change.ts"
import { resumeCatalogueTask } from "./resume-catalogue-tasks.ts"

/*
 * Tasks that the store has taken without this proxy hearing of it: the client was told that the store does not answer. A write of that kind was
 * sent to no node, so all replicas are equal without it: it fails, and its index is what it is after a lost write. What nodes have no part in is
 * run as if its client had been answered.
 */

/** Pause before the end of such a task is stored again. */
const retryPauseMs = 100

export const recoverIntents = Effect.gen(function* () {
  const { lostIntents } = yield* Cluster
  yield* Effect.forkScoped(
    Effect.forever(Effect.flatMap(lostIntents, (tasks) => Effect.forEach(tasks, recover, { discard: true }))),
  )
})

const recover = Effect.fnUntraced(function* (task: TaskRecord) {
  yield* Effect.logWarning("an intent was stored unheard").pipe(Effect.annotateLogs({ task: task.uid }))
  if (isFleetTask(task.kind)) return yield* (yield* FleetTasks).resume(task.uid)
  if (task.physicalUid === null) return yield* resumeCatalogueTask(task)
  yield* Effect.retry(closeUnsent(task), Schedule.spaced(retryPauseMs))
})

const closeUnsent = Effect.fnUntraced(function* (task: TaskRecord) {
  const cluster = yield* Cluster
  const nowMs = yield* Clock.currentTimeMillis
  const error = errorBody("miroir_no_quorum", "The store did not confirm this write in time: it was sent to no node.")
  const failed: TaskRecord = { ...task, state: "failed", error, startedAtMs: nowMs, finishedAtMs: nowMs }
  yield* cluster.commitAfter(Effect.sync(() => lostChange(cluster.state, failed, [])))
})
