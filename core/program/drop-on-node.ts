import { Effect } from "effect"
import type { NodeClient } from "#core/ports/node-client.ts"
import { enqueueOnNode } from "./await-node-task.ts"
import { Cluster } from "./cluster.ts"
import { laneOf } from "./lanes.ts"
import { getRequest } from "./node-calls.ts"
import { WriteLanes } from "./write.ts"

/**
 * Deletes an index from a node that the catalogue no longer knows, behind everything that was sent to it. Never fails: a node that does
 * not answer now is looked through when it returns.
 */
export const dropOnNode = Effect.fnUntraced(function* (
  physicalUid: string,
  nodeId: string,
): Effect.fn.Return<void, never, Cluster | NodeClient | WriteLanes> {
  const cluster = yield* Cluster
  const lanes = yield* WriteLanes
  if (!cluster.mustReceiveWrites(nodeId)) return
  const request = getRequest(`/indexes/${physicalUid}`, cluster.options.writeTimeoutMs)
  const drop = enqueueOnNode(nodeId, { ...request, method: "DELETE" })
  yield* lanes.put(laneOf(physicalUid, nodeId), Effect.ignore(drop))
})
