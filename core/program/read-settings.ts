import { Effect } from "effect"
import type { NodeClient } from "#core/ports/node-client.ts"
import { type Json, type JsonObject, isJsonObject } from "#core/prelude/json.ts"
import type { ApiRequest, ApiResponse } from "#core/protocol/http-message.ts"
import { errorBody, errorResponse } from "#core/protocol/meilisearch-error.ts"
import { toUserSettings } from "#core/settings/physical-settings.ts"
import { settingsRoutes } from "#core/settings/settings-routes.ts"
import { askNodeForError } from "./ask-node-for-error.ts"
import { isAsked } from "./asked-features.ts"
import { Cluster } from "./cluster.ts"
import { isBeingDeleted } from "./cluster-state.ts"
import { isDiverged } from "./diverged-settings.ts"
import { callNode, getRequest } from "./node-calls.ts"
import { nodesOfPlacement } from "#core/topology/topology.ts"

/** `GET /indexes/{uid}/settings` and its sub-routes: read from one node, shown as the client set them. */
export const readSettings = Effect.fnUntraced(function* (
  request: ApiRequest,
  uid: string,
  route: string | null,
): Effect.fn.Return<ApiResponse, never, Cluster | NodeClient> {
  const cluster = yield* Cluster
  const record = cluster.state.readable.get(uid) ?? null
  const rest = route === null ? "/settings" : `/settings/${route}`
  if (record === null) return yield* askNodeForError(request, uid, record, rest)
  const mayRead = cluster.mayRead(record)
  for (const nodeId of nodesOfPlacement(record.placement)) {
    const shard = Object.values(record.placement)[0]?.findIndex((nodeIds) => nodeIds.includes(nodeId)) ?? 0
    if (!mayRead(nodeId, Math.max(shard, 0)) || isDiverged(cluster.state, record.physicalUid, nodeId)) continue
    const path = `/indexes/${record.physicalUid}/settings`
    const result = yield* Effect.result(callNode(nodeId, getRequest(path, cluster.options.searchTimeoutMs)))
    if (result._tag === "Failure" || result.success.status !== 200) continue
    const settings: unknown = JSON.parse(result.success.body)
    if (!isJsonObject(settings)) continue
    const { chat, ...others } = toUserSettings(settings as JsonObject, record.settings)
    const hasChat = chat !== undefined && isAsked(cluster.state, "chatCompletions")
    const shown: JsonObject = hasChat ? { ...others, chat } : others
    const value: Json = route === null ? shown : (shown[settingsRoutes[route]!.setting] ?? null)
    return { status: 200, body: JSON.stringify(value), headers: {} }
  }
  if (isBeingDeleted(cluster.state, record.physicalUid))
    return errorResponse(errorBody("index_not_found", `Index \`${uid}\` not found.`))
  return errorResponse(errorBody("miroir_shard_unavailable", `No node that holds index \`${uid}\` answers.`))
})
