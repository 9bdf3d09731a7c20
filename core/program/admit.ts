import { Effect } from "effect"
import { engineCapabilities } from "#core/protocol/engine-capabilities.ts"
import type { ApiRequest, ApiResponse } from "#core/protocol/http-message.ts"
import { errorBody, errorResponse } from "#core/protocol/meilisearch-error.ts"
import type { ApiKeys } from "./api-keys.ts"
import { type Authorized, authorize } from "./authorize.ts"
import { Cluster } from "./cluster.ts"
import { matchRoute } from "./match-route.ts"
import type { Route } from "./routes.ts"

export type Admitted =
  | { readonly tag: "answered"; readonly response: ApiResponse }
  | {
      readonly tag: "admitted"
      readonly handle: NonNullable<Route["handle"]>
      readonly authorized: Extract<Authorized, { readonly tag: "allowed" }>
      readonly parameters: ReadonlyArray<string>
    }

/** What happens to a request before anything is done for it: does its route exist, and may this client take it? */
export const admit = Effect.fnUntraced(function* (
  request: ApiRequest,
): Effect.fn.Return<Admitted, never, Cluster | ApiKeys> {
  const matched = matchRoute(request.method, request.path)
  if (matched.tag === "unknown") return answered(unknownPath)
  const { state } = yield* Cluster
  const path = matched.tag === "found" ? matched.route.path : matched.path
  if (engineCapabilities(state.engineVersion).absentPaths.includes(path)) return answered(unknownPath)
  if (matched.tag === "wrong-method")
    return answered({ status: 405, body: "", headers: { allow: matched.allowed.join(", ") } })
  const { route, parameters } = matched
  const authorized = yield* authorize(request, route, parameters)
  if (authorized.tag === "refused") return answered(errorResponse(authorized.error))
  if (route.handle === null) return answered(errorResponse(notSupported(request, route)))
  return { tag: "admitted", handle: route.handle, authorized, parameters }
})

/** The answer of a request that goes no further, whatever its body is: null where the body is wanted. */
export const refuseUnread = Effect.fnUntraced(function* (
  request: ApiRequest,
): Effect.fn.Return<ApiResponse | null, never, Cluster | ApiKeys> {
  if ((yield* admit(request)).tag === "admitted") return null
  // The proxy that leads may know a newer key than one that follows, and it would have been asked.
  yield* Effect.ignore((yield* Cluster).refresh)
  const admitted = yield* admit(request)
  return admitted.tag === "answered" ? admitted.response : null
})

const answered = (response: ApiResponse): Admitted => ({ tag: "answered", response })

/** What the framework of the engine answers. */
const unknownPath: ApiResponse = { status: 404, body: "", headers: {} }

const notSupported = (request: ApiRequest, { reason }: Route) =>
  errorBody(
    "miroir_not_supported",
    `\`${request.method} ${request.path}\` is not supported behind this proxy: ${reason}.`,
  )
