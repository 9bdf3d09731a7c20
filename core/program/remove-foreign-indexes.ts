import { Effect } from "effect"
import { isPhysicalUid } from "#core/catalogue/new-index.ts"
import { isJsonObject } from "#core/prelude/json.ts"
import { applyOnNode, enqueueOnNode } from "./await-node-task.ts"
import { Cluster } from "./cluster.ts"
import { callNode, getRequest } from "./node-calls.ts"

/** Physical indexes that a node may hold; only names of our own making are ever deleted. */
const nodeIndexesMax = 10_000
/** Tasks of a node that are looked at, the newest first. */
const nodeTasksMax = 1_000

/**
 * Deletes physical indexes that the catalogue does not know: the node slept through their deletion. Those that it is still to make, because it was
 * asked to before it went away, are deleted behind that.
 */
export const removeForeignIndexes = Effect.fnUntraced(function* (nodeId: string) {
  const cluster = yield* Cluster
  const timeoutMs = cluster.options.writeTimeoutMs
  const isForeign = (uid: unknown): uid is string =>
    typeof uid === "string" && isPhysicalUid(uid) && !cluster.state.indexes.has(uid)
  const removal = (uid: string) => ({ ...getRequest(`/indexes/${uid}`, timeoutMs), method: "DELETE" as const })

  const held = yield* listed(nodeId, `/indexes?limit=${nodeIndexesMax}`, "uid")
  for (const uid of held) if (isForeign(uid)) yield* applyOnNode(nodeId, removal(uid), "index_not_found")
  const coming = yield* listed(nodeId, `/tasks?statuses=enqueued,processing&limit=${nodeTasksMax}`, "indexUid")
  for (const uid of coming) if (isForeign(uid)) yield* enqueueOnNode(nodeId, removal(uid))
})

/** The values of a member of everything that the node lists, each once. */
const listed = Effect.fnUntraced(function* (nodeId: string, path: string, member: string) {
  const { options } = yield* Cluster
  const { status, body } = yield* callNode(nodeId, getRequest(path, options.writeTimeoutMs))
  const value: unknown = status === 200 ? JSON.parse(body) : null
  const results: ReadonlyArray<unknown> = isJsonObject(value) && Array.isArray(value["results"]) ? value["results"] : []
  return new Set(results.map((entry) => (isJsonObject(entry) ? entry[member] : null)))
})
