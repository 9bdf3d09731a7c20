import { Clock, Effect } from "effect"
import type { NodeClient } from "#core/ports/node-client.ts"
import { Store, type StoreChange, type StoreConflict, type StoreUnavailable } from "#core/ports/store.ts"
import { type CatalogueTaskPlan, newCatalogueTask } from "#core/tasks/catalogue-task.ts"
import type { OpenTask, TaskRecord } from "#core/tasks/task-record.ts"
import { Cluster } from "./cluster.ts"
import type { ClusterState } from "./cluster-state.ts"
import type { Follower } from "./follow-tasks.ts"
import type { WriteLanes } from "./write.ts"

/*
 * Tasks on the catalogue: renames, swaps, cancelations and deletions of tasks. No node has a part in them, so the follower of node tasks does not
 * know them. Order: accepted (one store transaction, with everything that later writes must see) → waiting for earlier tasks → ended (one
 * store transaction). It may be cut off anywhere: the task stands in the store until its end, and `resumeCatalogueTasks` runs it again.
 */

export type CatalogueTaskServices = Cluster | Follower | WriteLanes | NodeClient | Store

/** Stores a task that does not depend on the state. */
export const acceptCatalogueTask = (plan: CatalogueTaskPlan) => acceptDecided(() => ({ plan, also: {} }))

/** Stores a task that follows from the state; `also` is what must change together with it. */
export const acceptDecided = Effect.fnUntraced(function* (
  look: (state: ClusterState) => { readonly plan: CatalogueTaskPlan; readonly also: StoreChange },
): Effect.fn.Return<TaskRecord, StoreUnavailable | StoreConflict, Cluster> {
  const cluster = yield* Cluster
  const nowMs = yield* Clock.currentTimeMillis
  const { epoch } = cluster.state.topology
  return yield* cluster.decide((state) => {
    const { plan, also } = look(state)
    const make = (uid: number) => newCatalogueTask(plan, uid, epoch, cluster.options.proxyId, nowMs)
    return { tag: "intent", prepare: (version) => ({ ...also, tasks: [make(version)] }), follow: make }
  })
})

/** Pause after a store that did not answer, or a record that somebody else changed first. */
const retryPauseMs = 100

/** Runs the rest of a task beside the request that made it, until it has succeeded. */
export const runBeside = (work: Effect.Effect<void, StoreUnavailable | StoreConflict, CatalogueTaskServices>) => {
  const logged = Effect.catchCause(untilStored(work), (cause) =>
    Effect.logError("a task on the catalogue could not be ended: it is run again at the next start", cause),
  )
  return Effect.asVoid(Effect.forkDetach(logged))
}

/** Repeats what may be repeated until the store has answered and taken it. */
export const untilStored = <A, R>(
  work: Effect.Effect<A, StoreUnavailable | StoreConflict, R>,
): Effect.Effect<A, never, R> =>
  Effect.catch(work, () =>
    Effect.andThen(
      Effect.sleep(retryPauseMs),
      Effect.suspend(() => untilStored(work)),
    ),
  )

const waitFirstMs = 5
const waitMostMs = 250
const waitGrowth = 1.5

/** Waits until no task that is concerned is unfinished, or until the time is over; true when none is. */
export const awaitTasks = Effect.fnUntraced(function* (
  isConcerned: (task: OpenTask) => boolean,
  deadlineMs = Number.POSITIVE_INFINITY,
): Effect.fn.Return<boolean, StoreUnavailable, Store> {
  const store = yield* Store
  let pauseMs = waitFirstMs
  for (let waitedMs = 0; ; waitedMs += pauseMs, pauseMs = Math.min(waitMostMs, pauseMs * waitGrowth)) {
    if (!(yield* store.openTasks).some(isConcerned)) return true
    if (waitedMs >= deadlineMs) return false
    yield* Effect.sleep(pauseMs)
  }
})
