import { Effect } from "effect"
import type { NodeClient } from "#core/ports/node-client.ts"
import type { ApiRequest, ApiResponse } from "#core/protocol/http-message.ts"
import { errorBody } from "#core/protocol/meilisearch-error.ts"
import { nodesOfPlacement } from "#core/topology/topology.ts"
import { askNodeForError } from "./ask-node-for-error.ts"
import { Cluster } from "./cluster.ts"
import { callNode, getRequest } from "./node-calls.ts"

const rest = "/settings/chat"

/** `GET /indexes/{uid}/settings/chat`: the engine shows it whether chats are turned on or not; here it never differs from the default. */
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

/** `PATCH /indexes/{uid}/settings/chat`: a node says that chats are off, which they always are behind a proxy. */
export const patchChatSettings = (request: ApiRequest, uid: string) =>
  askNodeForError(
    request,
    uid,
    null,
    rest,
    errorBody("miroir_not_supported", "Chats are not supported behind this proxy."),
  )
