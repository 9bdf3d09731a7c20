import { checkAuthorization } from "#core/access/check-authorization.ts"
import type { NodeResponse } from "#core/protocol/http-message.ts"
import { lastValues, parseQuery } from "#core/protocol/parse-query.ts"
import { applyTask } from "./apply-task.ts"
import { documentRoutes } from "./document-routes.ts"
import { indexRoutes } from "./index-routes.ts"
import type { ModelIndex } from "./model-index.ts"
import { createTaskQueue, nextTask, type TaskQueue } from "./model-tasks.ts"
import { Refusal } from "./refusal.ts"
import { json, type Route, type RoutedRequest } from "./route.ts"
import { searchRoutes } from "./search-routes.ts"
import { settingsRoutes } from "./settings-routes.ts"
import { taskRoutes } from "./task-routes.ts"
import { unsupportedRoutes } from "./unsupported-routes.ts"

/**
 * A small, strict Meilisearch v1.21 without clock, disk or threads: the embedded engine and the node of simulations.
 * What it cannot do it refuses (`feature_not_enabled`); it never answers something else instead. Known differences:
 * no geography, vectors, CSV, keys, dumps; each task is its own batch; words of scripts without spaces are not split.
 */
export interface ModelNode {
  readonly masterKey: string | null
  readonly indexes: Map<string, ModelIndex>
  readonly queue: TaskQueue
}

/** As `NodeRequest`, with what an HTTP server would know besides. */
export interface ModelRequest {
  readonly method: string
  /** With the query string. */
  readonly path: string
  readonly authorization: string | null
  readonly contentType: string | null
  readonly body: string | Uint8Array | null
}

export const createModelNode = (options: { readonly masterKey: string | null }): ModelNode => ({
  masterKey: options.masterKey,
  indexes: new Map(),
  queue: createTaskQueue(),
})

/** Answers at once; writes are enqueued (202) and applied later by `applyNextTask`. */
export const answerModelNode = (node: ModelNode, request: ModelRequest, nowMs: number): NodeResponse => {
  const [pathText = "", query = ""] = splitOnce(request.path, "?")
  const path = pathText.length > 1 ? pathText.replace(/\/+$/, "") : pathText
  const found = findRoute(path)
  if (found === null) return { status: 404, body: "" }
  const answer = found.route.answer[request.method]
  if (answer === undefined) return { status: 405, body: "" }
  try {
    const mistake = path === "/health" ? null : checkAuthorization(request.authorization ?? undefined, node.masterKey)
    if (mistake !== null) throw new Refusal(mistake)
    const { method, contentType, body } = request
    const routed: RoutedRequest = {
      node,
      method,
      segments: found.segments,
      parameters: Object.fromEntries(lastValues(parseQuery(query))),
      query,
      contentType,
      body,
      nowMs,
    }
    return answer(routed)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { status: error.status, body: JSON.stringify(error.body) }
  }
}

/** Applies the oldest enqueued task; false when there was none. */
export const applyNextTask = (node: ModelNode, nowMs: number): boolean => {
  const task = nextTask(node.queue)
  if (task === null) return false
  applyTask(node, task, nowMs)
  return true
}

const serverRoutes: ReadonlyArray<Route> = [
  { path: "/health", answer: { GET: () => json({ status: "available" }) } },
  {
    path: "/version",
    answer: { GET: () => json({ commitSha: "unknown", commitDate: "unknown", pkgVersion: "1.21.0" }) },
  },
]

/** Earlier routes win: `/documents/fetch` is not the document `fetch`. */
const routes: ReadonlyArray<Route> = [
  ...serverRoutes,
  ...indexRoutes,
  ...documentRoutes,
  ...settingsRoutes,
  ...searchRoutes,
  ...taskRoutes,
  ...unsupportedRoutes,
]

const findRoute = (path: string): { readonly route: Route; readonly segments: ReadonlyArray<string> } | null => {
  const parts = path.split("/")
  for (const route of routes) {
    const wanted = route.path.split("/")
    if (wanted.length !== parts.length) continue
    if (!wanted.every((part, at) => part === "*" || part === parts[at])) continue
    return { route, segments: parts.filter((_, at) => wanted[at] === "*").map(decodePercent) }
  }
  return null
}

const splitOnce = (text: string, separator: string): ReadonlyArray<string> => {
  const at = text.indexOf(separator)
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}

/** Wrong sequences stay as they are. */
const decodePercent = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
