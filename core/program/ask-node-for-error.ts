import { Effect } from "effect"
import { isValidIndexUid, phantomUidOf } from "#core/catalogue/new-index.ts"
import type { IndexRecord } from "#core/catalogue/index-record.ts"
import type { NodeClient } from "#core/ports/node-client.ts"
import { decodeUtf8 } from "#core/prelude/utf8.ts"
import type { ApiRequest, ApiResponse, NodeRequest } from "#core/protocol/http-message.ts"
import { type ErrorBody, errorBody, errorResponse } from "#core/protocol/meilisearch-error.ts"
import { isRefusal, readNodeError, toUserError } from "#core/protocol/node-error.ts"
import { mergeSettingsOf } from "#core/settings/desired-settings.ts"
import { Cluster } from "./cluster.ts"
import { callNode } from "./node-calls.ts"

/**
 * The proxy knows that a request is wrong, or that its index is missing, and lets a node say so: the message is then exactly that of
 * the engine's version, with its order of checks. `rest` is the path after `/indexes/<uid>`. Writes are asked of a physical uid
 * that never exists, so a request that a node would accept after all changes nothing.
 */
export const askNodeForError = (
  request: ApiRequest,
  uid: string,
  record: IndexRecord | null,
  rest: string,
  whenAccepted: ErrorBody = uninterpretable,
) => {
  const isRead = request.method === "GET" || /[/-](search|fetch|similar)$/.test(rest)
  // An invalid uid is passed on as it is, so that the node can say so.
  const phantomUid = isValidIndexUid(uid) ? phantomUidOf(uid) : uid
  const physicalUid = record !== null && isRead ? record.physicalUid : phantomUid
  return askNode(request, `/indexes/${encodeURIComponent(physicalUid)}${rest}`, physicalUid, uid, whenAccepted)
}

/** What a client is told when a node would take the request after all. */
const uninterpretable = errorBody("bad_request", "The request has a value that the proxy cannot interpret.")

/** The same for a path without an index. */
export const askNode = Effect.fnUntraced(function* (
  request: ApiRequest,
  path: string,
  physicalUid: string,
  uid: string,
  whenAccepted: ErrorBody = uninterpretable,
): Effect.fn.Return<ApiResponse, never, Cluster | NodeClient> {
  const cluster = yield* Cluster
  const contentType = request.headers["content-type"]
  const displayed = mergeSettingsOf(cluster.state.indexes.get(physicalUid)?.settings ?? {}).displayedAttributes
  const nodeRequest: NodeRequest = {
    method: request.method as NodeRequest["method"],
    path: `${path}${request.query === "" ? "" : `?${request.query}`}`,
    body: request.body.length === 0 ? null : decodeUtf8(request.body),
    contentType: contentType === undefined ? null : "application/json",
    timeoutMs: cluster.options.searchTimeoutMs,
  }
  for (const nodeId of cluster.state.members.keys()) {
    if (!cluster.mustReceiveWrites(nodeId)) continue
    const result = yield* Effect.result(callNode(nodeId, nodeRequest))
    if (result._tag === "Failure") continue
    const error = readNodeError(result.success.body)
    if (error !== null && isRefusal(result.success))
      return errorResponse(physicalUid === "" ? error : toUserError(error, physicalUid, uid, displayed))
    // This engine does not have the route, or not with this method.
    if (isRefusal(result.success) && result.success.body === "") return { ...result.success, headers: {} }
    if (result.success.status < 300) return errorResponse(whenAccepted)
  }
  return errorResponse(errorBody("miroir_shard_unavailable", "No node answers."))
})
