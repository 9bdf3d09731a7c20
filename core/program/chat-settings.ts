import { Effect } from "effect"
import type { NodeClient } from "#core/ports/node-client.ts"
import type { ApiRequest, ApiResponse } from "#core/protocol/http-message.ts"
import { errorResponse } from "#core/protocol/meilisearch-error.ts"
import { parseJsonBody } from "#core/protocol/parse-json-request.ts"
import { chatRoute } from "#core/settings/settings-routes.ts"
import { nodesOfPlacement } from "#core/topology/topology.ts"
import { askNodeForError } from "./ask-node-for-error.ts"
import { changeSetting } from "./change-settings.ts"
import { isOnlyOnNodes } from "./asked-features.ts"
import { Cluster } from "./cluster.ts"
import { callNode, getRequest } from "./node-calls.ts"
import { chatsAreOff } from "./refuse-by-node.ts"

const rest = "/settings/chat"

/** `GET /indexes/{uid}/settings/chat`: the engine shows it whether chats are turned on or not. */
export const readChatSettings = Effect.fnUntraced(function* (
  request: ApiRequest,
  uid: string,
): Effect.fn.Return<ApiResponse, never, Cluster | NodeClient> {
  const cluster = yield* Cluster
  const record = cluster.state.readable.get(uid) ?? null
  if (record === null) return yield* askNodeForError(request, uid, null, rest)
  for (const nodeId of nodesOfPlacement(record.placement)) {
    if (!cluster.mustReceiveWrites(nodeId)) continue
    const asked = getRequest(`/indexes/${record.physicalUid}${rest}`, cluster.options.searchTimeoutMs)
    const result = yield* Effect.result(callNode(nodeId, asked))
    if (result._tag === "Success" && result.success.status === 200) return { ...result.success, headers: {} }
  }
  return yield* askNodeForError(request, uid, null, rest)
})

/** `PATCH /indexes/{uid}/settings/chat`: where chats are off a node says so, unless they were on before and stayed on at the nodes. */
export const patchChatSettings = Effect.fnUntraced(function* (request: ApiRequest, uid: string) {
  const { state } = yield* Cluster
  const isOff = isOnlyOnNodes(state, "chatCompletions") && !isNull(request)
  return isOff ? errorResponse(chatsAreOff(request)) : yield* changeSetting(request, uid, "chat", chatRoute)
})

/** `null` resets, which is always allowed. */
const isNull = ({ body, headers }: ApiRequest): boolean => {
  const parsed = parseJsonBody(body, headers["content-type"])
  return parsed.tag !== "refused" && parsed.value === null
}

/** `DELETE /indexes/{uid}/settings/chat`: a task, whether chats are turned on or not. */
export const resetChatSettings = (request: ApiRequest, uid: string) => changeSetting(request, uid, "chat", chatRoute)
