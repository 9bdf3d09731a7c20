import type { ApiRequest } from "#core/protocol/http-message.ts"
import { matchRoute } from "./match-route.ts"

/** Set by a proxy that hands a request on, so that it is not handed on twice. */
export const forwardedHeader = "x-miroir-forwarded"

/** Actions that change nothing, whatever the method. */
const readingActions: ReadonlySet<string> = new Set(["search", "documents.get", "fields.post"])

/** Whether only the proxy that leads may answer: everything that may change something. What is no route is answered by anybody. */
export const isForWriter = ({ method, path }: ApiRequest): boolean => {
  if (method === "GET" || method === "HEAD" || method === "OPTIONS") return false
  const matched = matchRoute(method, path)
  return matched.tag === "found" && matched.route.handle !== null && !readingActions.has(matched.route.action)
}

/** Whoever sees in a task that something is done must find it done. */
export const showsTasks = ({ path }: ApiRequest): boolean => path.startsWith("/tasks") || path.startsWith("/batches")
