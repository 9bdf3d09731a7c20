import { Effect } from "effect"
import type { NodeClient, NodeUnreachable } from "#core/ports/node-client.ts"
import { isJsonObject } from "#core/prelude/json.ts"
import { Cluster } from "./cluster.ts"
import { callNode, getRequest } from "./node-calls.ts"

/** Index on every node that holds one document: who this node is. Clients never see it. */
export const markerIndex = "_miroir_node"
export const markerDocument = "incarnation"

export type NodeIdentity =
  /** The node that we know. */
  | { readonly tag: "same" }
  /** It lost its marker, has another one, or has handed out fewer task uids than it once acknowledged. */
  | { readonly tag: "other"; readonly reason: string }
  /** It answers, but not as a working Meilisearch should. */
  | { readonly tag: "unwell"; readonly reason: string }

/** Asks a node who it is: its marker, and its newest task uid. */
export const identifyNode = Effect.fnUntraced(function* (
  nodeId: string,
): Effect.fn.Return<NodeIdentity, NodeUnreachable, Cluster | NodeClient> {
  const cluster = yield* Cluster
  const known = cluster.state.nodes.get(nodeId)
  const timeoutMs = cluster.options.healthTimeoutMs
  const marker = yield* callNode(nodeId, getRequest(`/indexes/${markerIndex}/documents/${markerDocument}`, timeoutMs))
  if (marker.status !== 200 && marker.status !== 404)
    return { tag: "unwell", reason: `it answered ${marker.status} to a read of its marker` }
  if (known === undefined || known.incarnation === null) return { tag: "other", reason: "it is new" }
  if (marker.status === 404) return { tag: "other", reason: "it lost its marker" }
  const document: unknown = JSON.parse(marker.body)
  if (!isJsonObject(document) || document["value"] !== known.incarnation)
    return { tag: "other", reason: "it carries the marker of another node or of an older life" }
  const tasks = yield* callNode(nodeId, getRequest("/tasks?limit=1", timeoutMs))
  if (tasks.status !== 200) return { tag: "unwell", reason: `it answered ${tasks.status} to a read of its tasks` }
  const newest = newestTaskUid(JSON.parse(tasks.body))
  return newest < known.highestTaskUid
    ? { tag: "other", reason: `its newest task is ${newest}, but it once acknowledged ${known.highestTaskUid}` }
    : { tag: "same" }
})

const newestTaskUid = (body: unknown): number => {
  const results = isJsonObject(body) ? body["results"] : undefined
  const first: unknown = Array.isArray(results) ? results[0] : undefined
  return isJsonObject(first) && typeof first["uid"] === "number" ? first["uid"] : -1
}
