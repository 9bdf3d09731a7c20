import { Clock, Effect } from "effect"
import { addTenantFilter } from "#core/access/add-tenant-filter.ts"
import { authenticate } from "#core/access/authenticate.ts"
import { type Caller, unrestrictedCaller } from "#core/access/caller.ts"
import { engineCapabilities } from "#core/protocol/engine-capabilities.ts"
import type { ApiRequest } from "#core/protocol/http-message.ts"
import type { ErrorBody } from "#core/protocol/meilisearch-error.ts"
import { ApiKeys } from "./api-keys.ts"
import { Cluster } from "./cluster.ts"
import type { RouteMeaning } from "./route-meanings.ts"

export type Authorized =
  | { readonly tag: "refused"; readonly error: ErrorBody }
  /** `request`: with the filter of a tenant token already in it. */
  | { readonly tag: "allowed"; readonly request: ApiRequest; readonly caller: Caller }

/** May this request be handled, and for whom? `parameters`: those of the path; an index comes first. */
export const authorize = Effect.fnUntraced(function* (
  request: ApiRequest,
  { action, scope }: RouteMeaning,
  parameters: ReadonlyArray<string>,
): Effect.fn.Return<Authorized, never, Cluster | ApiKeys> {
  if (action === "none") return { tag: "allowed", request, caller: unrestrictedCaller }
  const { options, state } = yield* Cluster
  const keys = yield* ApiKeys
  const index = scope === "index" ? (parameters[0] ?? null) : null
  const authenticated = authenticate(
    request.headers["authorization"],
    { action, index },
    {
      masterKey: options.masterKey,
      keyByUid: keys.byUid,
      keyByText: keys.byText,
      textOf: keys.textOf,
      hmac: keys.hmac,
      nowMs: yield* Clock.currentTimeMillis,
      limitsScopedKeys: engineCapabilities(state.engineVersion).limitsScopedKeys,
    },
  )
  if (authenticated.tag === "refused") return authenticated
  const { caller } = authenticated
  return { tag: "allowed", request: addTenantFilter(request, caller, index), caller }
})
