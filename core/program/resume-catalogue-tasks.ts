import { Effect } from "effect"
import { Store } from "#core/ports/store.ts"
import type { TaskRecord } from "#core/tasks/task-record.ts"
import { cancelMatching } from "./cancel-tasks.ts"
import { runBeside } from "./catalogue-task.ts"
import { deleteMatching } from "./delete-tasks.ts"
import { finishNameChange } from "./swap-indexes.ts"

/** Goes on with the tasks on the catalogue that a stop of the proxy has cut off. */
export const resumeCatalogueTasks = Effect.gen(function* () {
  const store = yield* Store
  for (const task of yield* store.unfinishedTasks) if (task.physicalUid === null) yield* resumeCatalogueTask(task)
})

/** Does nothing where somebody else runs the task. */
export const resumeCatalogueTask = Effect.fnUntraced(function* (task: TaskRecord) {
  const names = [task.indexUid, task.alsoIndexUid].filter((uid) => typeof uid === "string")
  if (task.change?.tag === "swap-names") yield* runBeside(finishNameChange(task, names))
  if (task.change?.tag === "cancel-tasks") yield* runBeside(cancelMatching(task))
  if (task.change?.tag === "delete-tasks") yield* runBeside(deleteMatching(task))
})
