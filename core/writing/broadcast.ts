import type { IndexRecord } from "#core/catalogue/index-record.ts"
import type { NodeRequest } from "#core/protocol/http-message.ts"
import type { JsonObject } from "#core/prelude/json.ts"
import { physicalSettings } from "#core/settings/physical-settings.ts"
import { nodesOfPlacement, shardsOnNode } from "#core/topology/topology.ts"
import type { NodeSend } from "./write-draft.ts"

type SendRequest = NodeSend["request"]

export const sendJson = (method: "POST" | "PUT" | "PATCH" | "DELETE", path: string, value: unknown): SendRequest => ({
  method,
  path,
  body: JSON.stringify(value),
  contentType: "application/json",
})

export const sendBare = (method: NodeRequest["method"], path: string): SendRequest => ({
  method,
  path,
  body: null,
  contentType: null,
})

/** The same request to every node that holds a shard of the index. */
export const broadcast = (
  record: IndexRecord,
  request: SendRequest,
  role: NodeSend["role"] = "main",
): ReadonlyArray<NodeSend> =>
  nodesOfPlacement(record.placement).map((nodeId) => ({
    nodeId,
    role,
    counts: false,
    shards: shardsOnNode(record.placement, nodeId),
    request,
  }))

/**
 * Makes the index exist on every node, with its hidden attributes and limits: sent before the first documents, and again as long as nobody has
 * seen the index exist, because the first attempt may have failed. `desired` is what the client wants after all writes so far: what is ours
 * and what is the client's stand in the same lists. Sending it twice changes nothing.
 */
export const preludeFor = (record: IndexRecord, desired: JsonObject): ReadonlyArray<NodeSend> => {
  if (record.visible) return []
  const { filterableAttributes, faceting, pagination } = physicalSettings(desired)
  const patch = { filterableAttributes, faceting, pagination }
  return broadcast(record, sendJson("PATCH", `/indexes/${record.physicalUid}/settings`, patch), "prelude")
}

export const allShardsOf = (record: IndexRecord): ReadonlyArray<number> =>
  Array.from({ length: record.shardCount }, (_, shard) => shard)

/** Which node's counters are added up for each shard: its first replica that may be trusted. */
export const countingNodes = (
  record: IndexRecord,
  isTrusted: (nodeId: string, shard: number) => boolean,
): ReadonlyArray<string | null> =>
  allShardsOf(record).map((shard) => {
    const replicas = Object.values(record.placement).flatMap((shards) => shards[shard] ?? [])
    return replicas.find((nodeId) => isTrusted(nodeId, shard)) ?? replicas[0] ?? null
  })
