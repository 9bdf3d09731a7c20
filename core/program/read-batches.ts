import { Effect } from "effect"
import { Store } from "#core/ports/store.ts"
import type { ApiRequest } from "#core/protocol/http-message.ts"
import { errorBody, errorResponse } from "#core/protocol/meilisearch-error.ts"
import { parseTaskPage } from "#core/tasks/parse-task-query.ts"
import { readNumber } from "#core/tasks/read-task-filter.ts"
import type { TaskFilter } from "#core/tasks/task-filter.ts"
import { viewBatch } from "#core/tasks/view-batch.ts"
import { CurrentCaller, maySeeTask, restrictTasks } from "./current-caller.ts"
import { jsonResponse } from "./respond.ts"

/** `GET /batches`, from the store. */
export const listBatches = Effect.fnUntraced(function* (request: ApiRequest) {
  const store = yield* Store
  const parsed = parseTaskPage(request.query)
  if (parsed.tag === "refused") return errorResponse(parsed.error)
  const { limit } = parsed.page
  const filter = startedOnly(restrictTasks(yield* CurrentCaller, parsed.page.filter))
  const { tasks, total, next } = yield* store.listTasks({ ...parsed.page, filter })
  return jsonResponse({ results: tasks.map(viewBatch), total, limit, from: tasks[0]?.uid ?? null, next })
})

/** `GET /batches/{uid}`. */
export const getBatch = Effect.fnUntraced(function* (_request: ApiRequest, text: string) {
  const store = yield* Store
  const uid = readNumber(text)
  if (uid === null)
    return errorResponse(
      errorBody("invalid_batch_uids", `Batch uid \`${text}\` is invalid. It should only contain numeric characters.`),
    )
  const task = yield* store.readTask(uid)
  return task === null || task.startedAtMs === null || !maySeeTask(yield* CurrentCaller, task)
    ? errorResponse(errorBody("batch_not_found", `Batch \`${uid}\` not found.`))
    : jsonResponse(viewBatch(task))
})

/** A task that has not been started has no batch; every moment is after the first one. */
const startedOnly = (filter: TaskFilter): TaskFilter => ({
  ...filter,
  afterStartedAtMs: filter.afterStartedAtMs ?? Number.MIN_SAFE_INTEGER,
})
