import { Effect } from "effect"
import type { NodeClient } from "#core/ports/node-client.ts"
import type { ApiRequest, ApiResponse } from "#core/protocol/http-message.ts"
import { errorBody, errorResponse } from "#core/protocol/meilisearch-error.ts"
import { readNodeError } from "#core/protocol/node-error.ts"
import { askNode } from "./ask-node-for-error.ts"
import { Cluster } from "./cluster.ts"
import { featuresShown } from "./experimental-features.ts"
import { callNode, getRequest } from "./node-calls.ts"

/*
 * Routes of experimental features that the proxy does not let be turned on: clients hear from a node that the feature is off, as they would from
 * one node alone, with its checks of the request before. A node on which somebody has turned the feature on behind the proxy's back is
 * not asked, because it might do what the request says.
 */

/** `feature`: the name in `/experimental-features`. An engine that does not know the feature has no such route: 404 without a body. */
export const refusedWithout =
  (feature: string) =>
  (
    request: ApiRequest,
    ..._parameters: ReadonlyArray<string>
  ): Effect.Effect<ApiResponse, never, Cluster | NodeClient> =>
    Effect.gen(function* () {
      const features = yield* featuresShown
      if (features === null) return errorResponse(errorBody("miroir_shard_unavailable", "No node answers."))
      if (features[feature] === undefined) return { status: 404, body: "", headers: {} }
      if (yield* isOnAnywhere(feature)) return errorResponse(notBehindProxy(request))
      return yield* askNode(request, request.path, "", "", notBehindProxy(request))
    })

const isOnAnywhere = Effect.fnUntraced(function* (feature: string) {
  const cluster = yield* Cluster
  for (const nodeId of cluster.state.members.keys()) {
    if (!cluster.mustReceiveWrites(nodeId)) continue
    const request = getRequest("/experimental-features", cluster.options.searchTimeoutMs)
    const result = yield* Effect.result(callNode(nodeId, request))
    if (result._tag === "Failure") continue
    const { status, body } = result.success
    if (status !== 200 || readNodeError(body) !== null) continue
    if ((JSON.parse(body) as Record<string, unknown>)[feature] === true) return true
  }
  return false
})

const notBehindProxy = ({ method, path }: ApiRequest) =>
  errorBody("miroir_not_supported", `\`${method} ${path}\` is not supported behind this proxy.`)
