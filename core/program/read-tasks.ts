import { Effect } from "effect"
import { Store } from "#core/ports/store.ts"
import type { ApiRequest } from "#core/protocol/http-message.ts"
import { errorBody, errorResponse } from "#core/protocol/meilisearch-error.ts"
import { parseTaskPage } from "#core/tasks/parse-task-query.ts"
import { readNumber } from "#core/tasks/read-task-filter.ts"
import { viewTask } from "#core/tasks/view-task.ts"
import { CurrentCaller, maySeeTask, restrictTasks } from "./current-caller.ts"
import { jsonResponse } from "./respond.ts"

/** `GET /tasks`, from the store. */
export const listTasks = Effect.fnUntraced(function* (request: ApiRequest) {
  const store = yield* Store
  const parsed = parseTaskPage(request.query)
  if (parsed.tag === "refused") return errorResponse(parsed.error)
  const filter = restrictTasks(yield* CurrentCaller, parsed.page.filter)
  const { tasks, total, next } = yield* store.listTasks({ ...parsed.page, filter })
  return jsonResponse({
    results: tasks.map(viewTask),
    total,
    limit: parsed.page.limit,
    from: tasks[0]?.uid ?? null,
    next,
  })
})

/** `GET /tasks/{uid}`. */
export const getTask = Effect.fnUntraced(function* (_request: ApiRequest, text: string) {
  const store = yield* Store
  const uid = readNumber(text)
  if (uid === null)
    return errorResponse(
      errorBody("invalid_task_uids", `Task uid \`${text}\` is invalid. It should only contain numeric characters.`),
    )
  const task = yield* store.readTask(uid)
  return task === null || !maySeeTask(yield* CurrentCaller, task)
    ? errorResponse(errorBody("task_not_found", `Task \`${uid}\` not found.`))
    : jsonResponse(viewTask(task))
})
