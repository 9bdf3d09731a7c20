import { Effect, Fiber } from "effect"
import type { IndexRecord } from "#core/catalogue/index-record.ts"
import type { Json, JsonObject } from "#core/prelude/json.ts"
import { type Leftovers, areKnown, leftoversOf, withResets } from "#core/settings/leftovers.ts"
import { physicalSettings } from "#core/settings/physical-settings.ts"
import { projectedSettings } from "#core/tasks/projected-settings.ts"
import { NodeRefused, applyOnNode, awaitNodeTask, enqueueOnNode } from "./await-node-task.ts"
import { Cluster } from "./cluster.ts"
import type { ClusterState } from "./cluster-state.ts"
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
  const timeoutMs = cluster.options.writeTimeoutMs
  const path = `/indexes/${record.physicalUid}`

  const existing = yield* callNode(nodeId, getRequest(path, timeoutMs))
  if (isLeaving(cluster.state, record.physicalUid)) return
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

  yield* restoreSettings(record, nodeId)
})

/** Whatever is sent to an index that is being deleted would make it anew on this node. */
const isLeaving = (state: ClusterState, physicalUid: string): boolean =>
  state.indexes.get(physicalUid)?.deletedBy !== null

/** How often the settings of a node are corrected before we leave it for now. */
const correctionsMax = 4

/**
 * What a node shows may be older than what it has already taken, but it works in the order of arrival: what it shows after one of our patches was
 * applied, and what that patch has not reset, came from before it. The node is done when there is nothing of the kind.
 */
const restoreSettings = Effect.fnUntraced(function* (record: IndexRecord, nodeId: string) {
  const cluster = yield* Cluster
  const lanes = yield* WriteLanes
  const { physicalUid } = record
  const timeoutMs = cluster.options.writeTimeoutMs
  const path = `/indexes/${physicalUid}/settings`
  let before = null as Leftovers | null
  for (let correction = 0; correction < correctionsMax; correction++) {
    const held = yield* callNode(nodeId, getRequest(path, timeoutMs))
    if (isLeaving(cluster.state, physicalUid)) return
    if (held.status !== 200)
      return yield* new NodeRefused({ nodeId, reason: `it answered ${held.status} to a read of settings` })
    const shown = JSON.parse(held.body) as JsonObject
    const left = leftoversOf(shown, yield* wholeSettings(physicalUid))
    if (before !== null && !before.areInTheWay && areKnown(left.paths, before.paths)) return
    const sent = yield* withIndexGate(
      physicalUid,
      Effect.gen(function* () {
        if (isLeaving(cluster.state, physicalUid)) return null
        // Since the look another change may have been accepted.
        const whole = yield* wholeSettings(physicalUid)
        before = leftoversOf(shown, whole)
        const patch = withResets(whole, before.paths)
        return yield* lanes.put(
          laneOf(physicalUid, nodeId),
          enqueueOnNode(nodeId, jsonRequest("PATCH", path, patch, timeoutMs)),
        )
      }),
    )
    if (sent === null) return
    yield* awaitNodeTask(nodeId, yield* Fiber.join(sent))
  }
  return yield* new NodeRefused({ nodeId, reason: "it still holds settings that the index does not have" })
})

const wholeSettings = Effect.fnUntraced(function* (physicalUid: string) {
  const cluster = yield* Cluster
  const follower = yield* Follower
  const desired = projectedSettings(cluster.state.indexes.get(physicalUid) ?? null, follower.liveTasks())
  const resets: Record<string, Json> = Object.fromEntries(resettableSettings.map((name) => [name, null]))
  return { ...resets, ...physicalSettings(desired) }
})
