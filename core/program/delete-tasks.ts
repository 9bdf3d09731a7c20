import { Clock, Effect } from "effect"
import { Store } from "#core/ports/store.ts"
import { finishCatalogueTask } from "#core/tasks/catalogue-task.ts"
import { type TaskFilter, noTaskFilter } from "#core/tasks/task-filter.ts"
import type { TaskRecord } from "#core/tasks/task-record.ts"
import { awaitTasks } from "./catalogue-task.ts"
import { Cluster } from "./cluster.ts"
import { type ClusterState, marksOf } from "./cluster-state.ts"

/** Tasks that one store transaction forgets. */
const deletionPage = 500

/** Forgets the tasks that a `taskDeletion` names. It may be cut off anywhere: what is left is found again by the same filter. */
export const deleteMatching = Effect.fnUntraced(function* (task: TaskRecord) {
  if (task.change?.tag !== "delete-tasks") return
  const cluster = yield* Cluster
  // A cancelation reads how its targets ended, and completes what it left half done.
  yield* awaitTasks((other) => other.kind === "taskCancelation" && other.uid < task.uid)
  const startedAtMs = yield* Clock.currentTimeMillis
  // Written by ourselves, so it is believed; what a later version has added is not asked for.
  const filter: TaskFilter = { ...noTaskFilter, ...(task.change.filter as Partial<TaskFilter>) }
  yield* forgetOldest(filter, task.uid, Number.POSITIVE_INFINITY)
  yield* cluster.commit({ tasks: [finishCatalogueTask(task, startedAtMs, yield* Clock.currentTimeMillis)] })
})

/** Forgets at most `most` tasks that match, oldest first, of those with a uid below `beforeUid`; returns how many. */
export const forgetOldest = Effect.fnUntraced(function* (filter: TaskFilter, beforeUid: number, most: number) {
  const cluster = yield* Cluster
  const store = yield* Store
  let forgotten = 0
  for (let from: number | null = null, hasMore = true; hasMore && forgotten < most;) {
    const limit = Math.min(deletionPage, most - forgotten)
    const page: Page = yield* store.listTasks({ filter, from, limit, reverse: true })
    const chosen = page.tasks.filter((task) => task.uid < beforeUid)
    if (chosen.length > 0) yield* cluster.commit(forgetting(cluster.state, chosen))
    forgotten += chosen.length
    from = page.next
    hasMore = page.next !== null && page.next < beforeUid
  }
  return forgotten
})

type Page = Effect.Success<ReturnType<Store["Service"]["listTasks"]>>

/**
 * While a replica of an index is behind, repair asks the log what the index has been told since: such tasks are only taken out of sight.
 * Without a mark nothing of the past can be asked for again: later marks begin with a later task, or with everything.
 */
const forgetting = (state: ClusterState, tasks: ReadonlyArray<TaskRecord>) => {
  const isNeeded = (task: TaskRecord) => isLogNeeded(state, task)
  return {
    retiredTasks: tasks.filter(isNeeded).map((task) => task.uid),
    removedTasks: tasks.filter((task) => !isNeeded(task)).map((task) => task.uid),
  }
}

export const isLogNeeded = (state: ClusterState, { physicalUid }: TaskRecord): boolean =>
  physicalUid !== null && marksOf(state, physicalUid).length > 0
