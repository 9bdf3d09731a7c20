import { Clock, Effect } from "effect"
import type { NodeClient } from "#core/ports/node-client.ts"
import { Store, type StoreChange, type StoreConflict, type StoreUnavailable } from "#core/ports/store.ts"
import { type CatalogueTaskPlan, newCatalogueTask } from "#core/tasks/catalogue-task.ts"
import type { TaskRecord } from "#core/tasks/task-record.ts"
import { Cluster } from "./cluster.ts"
import type { Follower } from "./follow-tasks.ts"
import type { WriteLanes } from "./write.ts"

/*
 * Tasks on the catalogue: renames, swaps, cancelations and deletions of tasks. No node has a part in them, so the follower of node tasks does not
 * know them. Order: accepted (one store transaction, with everything that later writes must see) → waiting for earlier tasks → ended (one
 * store transaction). It may be cut off anywhere: the task stands in the store until its end, and `resumeCatalogueTasks` runs it again.
 */

export type CatalogueTaskServices = Cluster | Follower | WriteLanes | NodeClient | Store

/** Stores the task; `also` is what must change together with it. */
export const acceptCatalogueTask = Effect.fnUntraced(function* (
  plan: CatalogueTaskPlan,
  also: StoreChange = {},
): Effect.fn.Return<TaskRecord, StoreUnavailable | StoreConflict, Cluster> {
  const cluster = yield* Cluster
  const nowMs = yield* Clock.currentTimeMillis
  const { epoch } = cluster.state.topology
  const make = (uid: number) => newCatalogueTask(plan, uid, epoch, cluster.options.proxyId, nowMs)
  const uid = yield* cluster.intend((version) => ({ ...also, tasks: [make(version)] }))
  return make(uid)
})

/** Pause after a store that did not answer, or a record that somebody else changed first. */
const retryPauseMs = 100

/** Runs the rest of a task beside the request that made it, until it has succeeded. */
export const runBeside = (work: Effect.Effect<void, StoreUnavailable | StoreConflict, CatalogueTaskServices>) => {
  const untilDone: typeof work = Effect.catch(work, () =>
    Effect.andThen(
      Effect.sleep(retryPauseMs),
      Effect.suspend(() => untilDone),
    ),
  )
  const logged = Effect.catchCause(untilDone, (cause) =>
    Effect.logError("a task on the catalogue could not be ended: it is run again at the next start", cause),
  )
  return Effect.asVoid(Effect.forkDetach(logged))
}

const waitFirstMs = 5
const waitMostMs = 250
const waitGrowth = 1.5

/** Waits until no task that is concerned is unfinished, or until the time is over; true when none is. */
export const awaitTasks = Effect.fnUntraced(function* (
  isConcerned: (task: TaskRecord) => boolean,
  deadlineMs = Number.POSITIVE_INFINITY,
): Effect.fn.Return<boolean, StoreUnavailable, Store> {
  const store = yield* Store
  let pauseMs = waitFirstMs
  for (let waitedMs = 0; ; waitedMs += pauseMs, pauseMs = Math.min(waitMostMs, pauseMs * waitGrowth)) {
    if (!(yield* store.unfinishedTasks).some(isConcerned)) return true
    if (waitedMs >= deadlineMs) return false
    yield* Effect.sleep(pauseMs)
  }
})
