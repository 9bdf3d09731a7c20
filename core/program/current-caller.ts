import { Context } from "effect"
import { type Caller, maySeeAllIndexes, unrestrictedCaller } from "#core/access/caller.ts"
import { type TaskFilter, matchesTask, noTaskFilter } from "#core/tasks/task-filter.ts"
import type { TaskRecord } from "#core/tasks/task-record.ts"

/** Who asks, while a request is answered. Programs that serve no client see everything. */
export const CurrentCaller = Context.Reference<Caller>("miroir/CurrentCaller", {
  defaultValue: () => unrestrictedCaller,
})

/** The filter, narrowed to the tasks that the caller may see. */
export const restrictTasks = (caller: Caller, filter: TaskFilter): TaskFilter =>
  maySeeAllIndexes(caller) ? filter : { ...filter, visibleIndexes: caller.keyIndexes }

export const maySeeTask = (caller: Caller, task: TaskRecord): boolean =>
  matchesTask(restrictTasks(caller, noTaskFilter), task)
