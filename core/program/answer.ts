import { Effect } from "effect"
import type { NodeClient } from "#core/ports/node-client.ts"
import type { Store } from "#core/ports/store.ts"
import type { ApiRequest, ApiResponse } from "#core/protocol/http-message.ts"
import { errorBody, errorResponse } from "#core/protocol/meilisearch-error.ts"
import { engineCapabilities } from "#core/protocol/engine-capabilities.ts"
import { authorize } from "./authorize.ts"
import { Cluster } from "./cluster.ts"
import { CurrentCaller } from "./current-caller.ts"
import { matchRoute } from "./match-route.ts"
import type { Route } from "./routes.ts"
import type { ClusterServices } from "./start-cluster.ts"

/** A change of the catalogue by somebody else makes us look again; this often, then the client is told to come back. */
const conflictRetries = 3

/** Every request of a client: route, key, program. Never fails: what can go wrong has an answer. */
export const answer = Effect.fnUntraced(function* (
  request: ApiRequest,
): Effect.fn.Return<ApiResponse, never, ClusterServices | NodeClient | Store> {
  const matched = matchRoute(request.method, request.path)
  if (matched.tag === "unknown") return unknownPath
  const { state } = yield* Cluster
  const path = matched.tag === "found" ? matched.route.path : matched.path
  if (engineCapabilities(state.engineVersion).absentPaths.includes(path)) return unknownPath
  if (matched.tag === "wrong-method") return { status: 405, body: "", headers: { allow: matched.allowed.join(", ") } }
  const { route, parameters } = matched
  const authorized = yield* authorize(request, route, parameters)
  if (authorized.tag === "refused") return errorResponse(authorized.error)
  if (route.handle === null) return errorResponse(notSupported(request, route))
  return yield* route.handle(authorized.request, ...parameters).pipe(
    Effect.provideService(CurrentCaller, authorized.caller),
    Effect.retry({ times: conflictRetries, while: (error) => error._tag === "StoreConflict" }),
    Effect.catchTags({
      StoreUnavailable: ({ reason }) =>
        Effect.as(
          Effect.logError("the store is unavailable").pipe(Effect.annotateLogs({ reason })),
          errorResponse(errorBody("miroir_store_unavailable", "The store of the cluster does not answer.")),
        ),
      StoreConflict: ({ record }) =>
        Effect.succeed(
          errorResponse(errorBody("miroir_overloaded", `Too many changes at once to ${record}: try again.`)),
        ),
    }),
  )
})

/** What the framework of the engine answers. */
const unknownPath: ApiResponse = { status: 404, body: "", headers: {} }

const notSupported = (request: ApiRequest, { reason }: Route) =>
  errorBody(
    "miroir_not_supported",
    `\`${request.method} ${request.path}\` is not supported behind this proxy: ${reason}.`,
  )
