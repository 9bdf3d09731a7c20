import { Effect } from "effect"
import { isJsonObject } from "#core/prelude/json.ts"
import { NodeRefused, awaitNodeTask } from "./await-node-task.ts"
import { Cluster } from "./cluster.ts"
import { callNode, getRequest } from "./node-calls.ts"

/** Waits until a node has applied everything that it has taken for the index so far: it works in the order of arrival. */
export const awaitQueue = Effect.fnUntraced(function* (physicalUid: string, nodeId: string) {
  const cluster = yield* Cluster
  const path = `/tasks?limit=1&indexUids=${physicalUid}`
  const response = yield* callNode(nodeId, getRequest(path, cluster.options.healthTimeoutMs))
  if (response.status !== 200)
    return yield* new NodeRefused({ nodeId, reason: `it answered ${response.status} to a read of its tasks` })
  const body: unknown = JSON.parse(response.body)
  const results = isJsonObject(body) && Array.isArray(body["results"]) ? body["results"] : []
  const newest: unknown = isJsonObject(results[0]) ? results[0]["uid"] : null
  if (typeof newest === "number") yield* awaitNodeTask(nodeId, newest, "any")
})
