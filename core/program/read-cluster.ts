import { Effect } from "effect"
import type { NodeClient } from "#core/ports/node-client.ts"
import type { ApiRequest, ApiResponse } from "#core/protocol/http-message.ts"
import { errorBody, errorResponse } from "#core/protocol/meilisearch-error.ts"
import { answersOf, initialHealth } from "#core/health/node-health.ts"
import { allMarks } from "./cluster-state.ts"
import { Cluster } from "./cluster.ts"
import { callNode, getRequest } from "./node-calls.ts"
import { jsonResponse } from "./respond.ts"

/** `GET /`. */
export const readRoot = (_request: ApiRequest) => Effect.succeed(jsonResponse({ status: "Meilisearch is running" }))

/** `GET /health`: available while some group has a readable node for every shard. */
export const readHealth = Effect.fnUntraced(function* (_request: ApiRequest) {
  const { state } = yield* Cluster
  const isCovered = state.topology.groups.some(
    ({ nodes }) =>
      nodes.filter((node) => !answersOf(state.health.get(node.id) ?? initialHealth).mayServeReads).length <
      Math.min(state.topology.replicationFactor, nodes.length),
  )
  return isCovered
    ? jsonResponse({ status: "available" })
    : errorResponse(errorBody("miroir_shard_unavailable", "Too many nodes are down: some shards cannot be read."))
})

/** `GET /version`: that of the first node that answers; a fleet runs one version. */
export const readVersion = Effect.fnUntraced(function* (
  _request: ApiRequest,
): Effect.fn.Return<ApiResponse, never, Cluster | NodeClient> {
  const cluster = yield* Cluster
  for (const nodeId of cluster.state.members.keys()) {
    if (!cluster.mustReceiveWrites(nodeId)) continue
    const result = yield* Effect.result(callNode(nodeId, getRequest("/version", cluster.options.healthTimeoutMs)))
    if (result._tag === "Success" && result.success.status === 200) return { ...result.success, headers: {} }
  }
  return errorResponse(errorBody("miroir_shard_unavailable", "No node answers."))
})

/** `GET /_miroir/shards`: nodes with their health, and every replica that is behind, since when and why. */
export const readShards = Effect.fnUntraced(function* (_request: ApiRequest) {
  const { state } = yield* Cluster
  return jsonResponse({
    epoch: state.topology.epoch,
    replicationFactor: state.topology.replicationFactor,
    nodes: state.topology.groups.flatMap((group) =>
      group.nodes.map((node) => ({
        id: node.id,
        url: node.url,
        group: group.id,
        health: state.health.get(node.id)?.tag ?? "suspect",
      })),
    ),
    indexes: [...state.indexes.values()].map((record) => ({
      uid: record.uid,
      shards: record.shardCount,
      settingsVersion: record.settingsVersion,
      placement: record.placement,
    })),
    behind: allMarks(state).map((mark) => ({
      index: state.indexes.get(mark.physicalUid)?.uid ?? mark.physicalUid,
      shard: mark.shard,
      node: mark.nodeId,
      since: mark.sinceVersion,
      reason: mark.reason,
    })),
  })
})
