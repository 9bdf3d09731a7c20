import { matchRoute } from "#core/program/match-route.ts"
import type { HttpMethod } from "#core/protocol/http-message.ts"
import type { TracedRequest } from "#core/tracing/trace-line.ts"

/** `POST /indexes/{uid}/search`: what a request is counted under. */
export const routeOf = ({ method, target }: TracedRequest): string => {
  const matched = matchRoute(method as HttpMethod, target.split("?", 1)[0] ?? "")
  return matched.tag === "found" ? `${method} ${matched.route.path}` : `${method} (no route)`
}
