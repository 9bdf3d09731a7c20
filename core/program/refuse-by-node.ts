import { Effect } from "effect"
import type { NodeClient } from "#core/ports/node-client.ts"
import type { StoreConflict, StoreUnavailable } from "#core/ports/store.ts"
import type { ApiRequest, ApiResponse } from "#core/protocol/http-message.ts"
import { type ErrorBody, errorBody, errorResponse } from "#core/protocol/meilisearch-error.ts"
import { readNodeError } from "#core/protocol/node-error.ts"
import { askNode } from "./ask-node-for-error.ts"
import { isOnlyOnNodes } from "./asked-features.ts"
import { Cluster } from "./cluster.ts"
import { featuresShown } from "./experimental-features.ts"
import { callNode, getRequest } from "./node-calls.ts"
import { reasonFor } from "./route-meanings.ts"

/*
 * Routes of experimental features. While the feature is off, clients hear so from a node, as they would from one node alone, with its checks of
 * the request before. A node on which somebody has turned the feature on behind the proxy's back is not asked, because it
 * might do what the request says.
 */

type Handle = (
  request: ApiRequest,
  ...parameters: ReadonlyArray<string>
) => Effect.Effect<ApiResponse, StoreUnavailable | StoreConflict, Cluster | NodeClient>

/** `feature`: the name in `/experimental-features`. An engine that does not know the feature has no such route: 404 without a body. */
export const onlyWith =
  (feature: string, whenOn: Handle): Handle =>
  (request, ...parameters) =>
    Effect.gen(function* () {
      const { state } = yield* Cluster
      const features = yield* featuresShown
      if (features === null) return errorResponse(errorBody("miroir_shard_unavailable", "No node answers."))
      if (features[feature] === undefined) return { status: 404, body: "", headers: {} }
      if (features[feature] === true) return yield* whenOn(request, ...parameters)
      if (isOnlyOnNodes(state, feature)) return errorResponse(chatsAreOff(request))
      if (yield* isOnAnywhere(feature)) return errorResponse(notBehindProxy(request))
      return yield* askNode(request, request.path, "", "", notBehindProxy(request))
    })

/** For routes that the proxy does not have: where the feature is on, they are refused with the reason. */
export const refusedWithout = (feature: string) =>
  onlyWith(feature, (request) => Effect.succeed(errorResponse(notBehindProxy(request))))

/** The engine's words. Nodes cannot be asked for them, because there chats have stayed on. */
export const chatsAreOff = ({ method, path }: ApiRequest): ErrorBody => {
  const [, , uid, rest] = path.split("/")
  const what = path.startsWith("/indexes")
    ? "setting `chat` in the index settings"
    : uid === undefined
      ? "listing the chats"
      : rest === "settings"
        ? "using the /chats/settings route"
        : rest === "chat"
          ? "using the /chats chat completions route"
          : method === "DELETE"
            ? "deleting a chat"
            : "displaying a chat"
  const hint = "See https://github.com/orgs/meilisearch/discussions/835"
  return errorBody(
    "feature_not_enabled",
    `${what} requires enabling the \`chat completions\` experimental feature. ${hint}`,
  )
}

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
  errorBody("miroir_not_supported", `\`${method} ${path}\` is not supported behind this proxy: ${reasonFor(path)}.`)
