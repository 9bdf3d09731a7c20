import { Effect } from "effect"
import { mergeFields } from "#core/merging/merge-fields.ts"
import type { NodeClient } from "#core/ports/node-client.ts"
import { type Json, isJsonObject } from "#core/prelude/json.ts"
import { engineCapabilities } from "#core/protocol/engine-capabilities.ts"
import type { ApiRequest, ApiResponse } from "#core/protocol/http-message.ts"
import { errorBody, errorResponse } from "#core/protocol/meilisearch-error.ts"
import { isRefusal, readNodeError, toUserError } from "#core/protocol/node-error.ts"
import { parseJsonBody } from "#core/protocol/parse-json-request.ts"
import { nodesOfPlacement } from "#core/topology/topology.ts"
import { askNodeForError } from "./ask-node-for-error.ts"
import { Cluster } from "./cluster.ts"
import { callNode, jsonRequest } from "./node-calls.ts"
import { jsonResponse } from "./respond.ts"

const limitDefault = 20
/** More than the 65,535 fields that an index may have. */
const everyField = 100_000

/** `POST /indexes/{uid}/fields`: the fields that any node of the index knows. */
export const listFields = Effect.fnUntraced(function* (
  request: ApiRequest,
  uid: string,
): Effect.fn.Return<ApiResponse, never, Cluster | NodeClient> {
  const cluster = yield* Cluster
  if (!engineCapabilities(cluster.state.engineVersion).hasMaintenanceRoutes)
    return { status: 404, body: "", headers: {} }
  const record = cluster.state.readable.get(uid) ?? null
  const parsed = parseJsonBody(request.body, request.headers["content-type"])
  if (record === null || parsed.tag === "refused" || !isJsonObject(parsed.value))
    return yield* askNodeForError(request, uid, null, "/fields")
  const { offset = 0, limit = limitDefault } = parsed.value
  const isPage = typeof offset === "number" && typeof limit === "number"
  const asked = isPage ? { ...parsed.value, offset: 0, limit: everyField } : parsed.value
  const path = `/indexes/${record.physicalUid}/fields`
  const lists: Array<ReadonlyArray<Json>> = []
  for (const nodeId of nodesOfPlacement(record.placement)) {
    if (!cluster.mustReceiveWrites(nodeId)) continue
    const result = yield* Effect.result(
      callNode(nodeId, jsonRequest("POST", path, asked, cluster.options.searchTimeoutMs)),
    )
    if (result._tag === "Failure") continue
    const error = readNodeError(result.success.body)
    if (error !== null && isRefusal(result.success))
      return errorResponse(toUserError(error, record.physicalUid, record.uid))
    const body: unknown = result.success.status === 200 ? JSON.parse(result.success.body) : null
    if (isJsonObject(body) && Array.isArray(body["results"])) lists.push(body["results"] as ReadonlyArray<Json>)
  }
  return lists.length === 0 || !isPage
    ? errorResponse(errorBody("miroir_shard_unavailable", `No node that holds index \`${uid}\` answers.`))
    : jsonResponse(mergeFields(lists, offset, limit))
})
