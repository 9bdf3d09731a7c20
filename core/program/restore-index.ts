import { Effect, Fiber } from "effect"
import type { IndexRecord } from "#core/catalogue/index-record.ts"
import type { Json, JsonObject } from "#core/prelude/json.ts"
import { physicalSettings } from "#core/settings/physical-settings.ts"
import { projectedSettings } from "#core/tasks/projected-settings.ts"
import { NodeRefused, applyOnNode, awaitNodeTask, enqueueOnNode } from "./await-node-task.ts"
import { Cluster } from "./cluster.ts"
import { Follower } from "./follow-tasks.ts"
import { withIndexGate } from "./index-gates.ts"
import { laneOf } from "./lanes.ts"
import { callNode, getRequest, jsonRequest } from "./node-calls.ts"
import { WriteLanes } from "./write.ts"

/** Every setting that a client can have set: those that are not desired any more are reset. Upstream's names, v1.21. */
const resettableSettings: ReadonlyArray<string> = [
  "searchableAttributes",
  "sortableAttributes",
  "rankingRules",
  "stopWords",
  "nonSeparatorTokens",
  "separatorTokens",
  "dictionary",
  "synonyms",
  "distinctAttribute",
  "proximityPrecision",
  "typoTolerance",
  "faceting",
  "pagination",
  "embedders",
  "searchCutoffMs",
  "localizedAttributes",
  "facetSearch",
  "prefixSearch",
  "chat",
]

/**
 * Makes an index exist on a node with the primary key and the settings that it has everywhere else. Settings that were accepted but not
 * applied yet are included, and the request goes through the gate and the lane of the index: it can neither undo a newer change nor
 * be undone by an older one.
 */
export const restoreIndex = Effect.fnUntraced(function* (record: IndexRecord, nodeId: string) {
  const cluster = yield* Cluster
  const lanes = yield* WriteLanes
  const timeoutMs = cluster.options.writeTimeoutMs
  const path = `/indexes/${record.physicalUid}`
  const lane = laneOf(record.physicalUid, nodeId)

  // Whatever is sent to an index that is being deleted would make it anew on this node.
  const isLeaving = () => cluster.state.indexes.get(record.physicalUid)?.deletedBy !== null
  const existing = yield* callNode(nodeId, getRequest(path, timeoutMs))
  if (isLeaving()) return
  if (existing.status === 404)
    yield* applyOnNode(
      nodeId,
      jsonRequest("POST", "/indexes", { uid: record.physicalUid, primaryKey: record.primaryKey }, timeoutMs),
      "index_already_exists",
    )
  else if (existing.status !== 200)
    return yield* new NodeRefused({ nodeId, reason: `it answered ${existing.status} to a look at the index` })
  else if (record.primaryKey !== null && (JSON.parse(existing.body) as JsonObject)["primaryKey"] === null)
    yield* applyOnNode(nodeId, jsonRequest("PATCH", path, { primaryKey: record.primaryKey }, timeoutMs))

  const sent = yield* withIndexGate(
    record.physicalUid,
    Effect.gen(function* () {
      if (isLeaving()) return null
      const patch = yield* wholeSettings(record.physicalUid)
      return yield* lanes.put(lane, enqueueOnNode(nodeId, jsonRequest("PATCH", `${path}/settings`, patch, timeoutMs)))
    }),
  )
  if (sent !== null) yield* awaitNodeTask(nodeId, yield* Fiber.join(sent))
})

const wholeSettings = Effect.fnUntraced(function* (physicalUid: string) {
  const cluster = yield* Cluster
  const follower = yield* Follower
  const desired = projectedSettings(cluster.state.indexes.get(physicalUid) ?? null, follower.liveTasks())
  const resets: Record<string, Json> = Object.fromEntries(resettableSettings.map((name) => [name, null]))
  return { ...resets, ...physicalSettings(desired) }
})
