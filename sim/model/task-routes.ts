import { errorBody } from "#core/protocol/meilisearch-error.ts"
import { parseTaskFilter, parseTaskPage } from "#core/tasks/parse-task-query.ts"
import type { TaskFilter } from "#core/tasks/task-filter.ts"
import type { NodeResponse } from "#core/protocol/http-message.ts"
import { type ModelTask, viewModelTask } from "./model-tasks.ts"
import { Refusal, refuse } from "./refusal.ts"
import { accept, json, type Route, type RoutedRequest } from "./route.ts"

export const taskRoutes: ReadonlyArray<Route> = [
  {
    path: "/tasks",
    answer: {
      GET: (request) => listTasks(request),
      DELETE: (request) => {
        const uids = meantTasks(request, "delete")
        const details = { matchedTasks: uids.length, deletedTasks: null, originalFilter: `?${request.query}` }
        return accept(request, null, { tag: "deleteTasks", uids }, details, 200)
      },
    },
  },
  {
    path: "/tasks/cancel",
    answer: {
      POST: (request) => {
        const uids = meantTasks(request, "cancel")
        const details = { matchedTasks: uids.length, canceledTasks: null, originalFilter: `?${request.query}` }
        return accept(request, null, { tag: "cancelTasks", uids }, details, 200)
      },
    },
  },
  { path: "/tasks/*", answer: { GET: (request) => viewTask(request) } },
]

const listTasks = (request: RoutedRequest): NodeResponse => {
  const parsed = parseTaskPage(request.query)
  if (parsed.tag === "refused") throw new Refusal(parsed.error)
  const { filter, from, limit, reverse } = parsed.page
  const matching = request.node.queue.tasks.filter((task) => matches(filter, task))
  const ordered = reverse ? matching : matching.toReversed()
  const rest = from === null ? ordered : ordered.filter(({ uid }) => (reverse ? uid >= from : uid <= from))
  const shown = rest.slice(0, limit)
  return json({
    results: shown.map(viewModelTask),
    total: matching.length,
    limit,
    from: shown[0]?.uid ?? null,
    next: rest[limit]?.uid ?? null,
  })
}

/** Which tasks are meant is decided when the request arrives, not when its task runs. */
const meantTasks = (request: RoutedRequest, action: "cancel" | "delete"): ReadonlyArray<number> => {
  const parsed = parseTaskFilter(request.query, action)
  if (parsed.tag === "refused") throw new Refusal(parsed.error)
  return request.node.queue.tasks.filter((task) => matches(parsed.filter, task)).map(({ uid }) => uid)
}

/** A swap is found by both of its indexes; a task without an index by none. */
const matches = (filter: TaskFilter, task: ModelTask): boolean => {
  const touched = task.work.tag === "swapIndexes" ? task.work.pairs.flat() : [task.indexUid]
  return (
    isListed(filter.uids, task.uid) &&
    isListed(filter.batchUids, task.batchUid) &&
    isListed(filter.canceledBy, task.canceledBy) &&
    isListed(filter.types, task.kind) &&
    isListed(filter.statuses, task.status) &&
    (filter.indexUids === null || touched.some((uid) => isListed(filter.indexUids, uid))) &&
    isBetween(filter.afterEnqueuedAtMs, filter.beforeEnqueuedAtMs, task.enqueuedAtMs) &&
    isBetween(filter.afterStartedAtMs, filter.beforeStartedAtMs, task.startedAtMs) &&
    isBetween(filter.afterFinishedAtMs, filter.beforeFinishedAtMs, task.finishedAtMs)
  )
}

const isListed = <A>(list: ReadonlyArray<A> | null, value: A | null): boolean =>
  list === null || (value !== null && list.includes(value))

const isBetween = (afterMs: number | null, beforeMs: number | null, ms: number | null): boolean =>
  (afterMs === null || (ms !== null && ms > afterMs)) && (beforeMs === null || (ms !== null && ms < beforeMs))

const viewTask = (request: RoutedRequest): NodeResponse => {
  const name = request.segments[0] ?? ""
  if (!/^\d+$/.test(name)) {
    return refuse("invalid_task_uids", `Task uid \`${name}\` is invalid. It should only contain numeric characters.`)
  }
  const task = request.node.queue.tasks.find(({ uid }) => uid === Number(name))
  if (task === undefined) throw new Refusal(errorBody("task_not_found", `Task \`${name}\` not found.`))
  return json(viewModelTask(task))
}
