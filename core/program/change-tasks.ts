import { Effect } from "effect"
import { Store } from "#core/ports/store.ts"
import type { JsonObject } from "#core/prelude/json.ts"
import type { ApiRequest, ApiResponse } from "#core/protocol/http-message.ts"
import { errorResponse } from "#core/protocol/meilisearch-error.ts"
import { parseTaskFilter } from "#core/tasks/parse-task-query.ts"
import { type TaskFilter, matchesTask } from "#core/tasks/task-filter.ts"
import { isFinished, taskStatuses } from "#core/tasks/task-record.ts"
import { summarizeTask } from "#core/tasks/view-task.ts"
import { cancelMatching } from "./cancel-tasks.ts"
import { acceptCatalogueTask, runBeside } from "./catalogue-task.ts"
import { CurrentCaller, restrictTasks } from "./current-caller.ts"
import { deleteMatching } from "./delete-tasks.ts"
import { jsonResponse } from "./respond.ts"

/*
 * `POST /tasks/cancel` and `DELETE /tasks`. What matches is decided when the request comes, on the proxy's own tasks: uids and times of node
 * tasks mean nothing to clients. Both are tasks themselves, and answered with 200 where other tasks have 202.
 */

/** `POST /tasks/cancel`. */
export const cancelTasks = Effect.fnUntraced(function* (request: ApiRequest) {
  const store = yield* Store
  const parsed = parseTaskFilter(request.query, "cancel")
  if (parsed.tag === "refused") return errorResponse(parsed.error)
  const filter = restrictTasks(yield* CurrentCaller, parsed.filter)
  const uids = (yield* store.unfinishedTasks).filter((task) => matchesTask(filter, task)).map((task) => task.uid)
  const task = yield* acceptCatalogueTask({
    kind: "taskCancelation",
    indexUid: null,
    details: { matchedTasks: yield* countMatching(filter), canceledTasks: null, originalFilter: `?${request.query}` },
    detailsWhenDone: null,
    change: { tag: "cancel-tasks", uids },
    verdict: null,
  })
  yield* runBeside(cancelMatching(task))
  return jsonResponse(summarizeTask(task)) satisfies ApiResponse
})

/** `DELETE /tasks`: only finished tasks go. */
export const deleteTasks = Effect.fnUntraced(function* (request: ApiRequest) {
  const parsed = parseTaskFilter(request.query, "delete")
  if (parsed.tag === "refused") return errorResponse(parsed.error)
  const matched = restrictTasks(yield* CurrentCaller, parsed.filter)
  const filter: TaskFilter = {
    ...matched,
    statuses: (matched.statuses ?? taskStatuses).filter((status) => isFinished(status)),
  }
  const task = yield* acceptCatalogueTask({
    kind: "taskDeletion",
    indexUid: null,
    details: { matchedTasks: yield* countMatching(matched), deletedTasks: null, originalFilter: `?${request.query}` },
    detailsWhenDone: { deletedTasks: yield* countMatching(filter) },
    change: { tag: "delete-tasks", filter: { ...filter } satisfies JsonObject },
    verdict: null,
  })
  yield* runBeside(deleteMatching(task))
  return jsonResponse(summarizeTask(task)) satisfies ApiResponse
})

const countMatching = Effect.fnUntraced(function* (filter: TaskFilter) {
  const store = yield* Store
  return (yield* store.listTasks({ filter, from: null, limit: 0, reverse: false })).total
})
