import { Effect } from "effect"
import type { NodeClient } from "#core/ports/node-client.ts"
import type { Store } from "#core/ports/store.ts"
import type { ApiRequest, ApiResponse } from "#core/protocol/http-message.ts"
import { errorBody, errorResponse } from "#core/protocol/meilisearch-error.ts"
import { admit } from "./admit.ts"
import { CurrentCaller } from "./current-caller.ts"
import type { ClusterServices } from "./start-cluster.ts"

/** A change of the catalogue by somebody else makes us look again; this often, then the client is told to come back. */
const conflictRetries = 3

/** Every request of a client: route, key, program. Never fails: what can go wrong has an answer. */
export const answer = Effect.fnUntraced(function* (
  request: ApiRequest,
): Effect.fn.Return<ApiResponse, never, ClusterServices | NodeClient | Store> {
  const admitted = yield* admit(request)
  if (admitted.tag === "answered") return admitted.response
  const { handle, authorized, parameters } = admitted
  return yield* handle(authorized.request, ...parameters).pipe(
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
