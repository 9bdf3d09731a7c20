import { Effect } from "effect"
import type { NodeClient } from "#core/ports/node-client.ts"
import type { StoreConflict, StoreUnavailable } from "#core/ports/store.ts"
import { type JsonObject, isJsonObject } from "#core/prelude/json.ts"
import { engineCapabilities } from "#core/protocol/engine-capabilities.ts"
import type { ApiRequest, ApiResponse } from "#core/protocol/http-message.ts"
import { errorBody, errorResponse } from "#core/protocol/meilisearch-error.ts"
import { isRefusal, readNodeError } from "#core/protocol/node-error.ts"
import { parseJsonBody } from "#core/protocol/parse-json-request.ts"
import { askNode } from "./ask-node-for-error.ts"
import { askedFeatures, featuresKey, featuresKind, featuresOfNodes } from "./asked-features.ts"
import { NodeRefused } from "./await-node-task.ts"
import { applyChats } from "./chat-workspaces.ts"
import { Cluster } from "./cluster.ts"
import { type ClusterState, recordsOf } from "./cluster-state.ts"
import { withGates } from "./index-gates.ts"
import { callNode, getRequest, jsonRequest } from "./node-calls.ts"
import { jsonResponse } from "./respond.ts"
import { wantedFeatures } from "./told-nodes.ts"

/*
 * Experimental features are the cluster's: what clients have set stands in the store, every node gets it at once, and a node that was away
 * gets it before it is read again. Which features there are, and what they are when nobody has set them, a node says.
 */

/** Features whose routes or settings work on the data of one node only; turning them on is refused, and the answer says why. */
const refusedFeatures: Readonly<Record<string, string>> = {
  taskQueueCompactionRoute: "nodes have to be restarted after it, one by one",
  dynamicSearchRules: "a rule would move documents of one node only",
  foreignKeys: "an index would be joined with the documents of one node only",
  renderRoute: "a template would be rendered with the data of one node",
}

/** `GET /experimental-features`. */
export const readFeatures = Effect.fnUntraced(function* (_request: ApiRequest) {
  const shown = yield* featuresShown
  return shown === null ? noNode : jsonResponse(shown)
})

/** Every feature of the engine in its order, as clients see it; null when no node answers. */
export const featuresShown: Effect.Effect<JsonObject | null, never, Cluster | NodeClient> = Effect.gen(function* () {
  const cluster = yield* Cluster
  const asked = askedFeatures(cluster.state)
  for (const nodeId of cluster.state.members.keys()) {
    if (!cluster.mustReceiveWrites(nodeId)) continue
    const request = getRequest(featuresPath, cluster.options.searchTimeoutMs)
    const result = yield* Effect.result(callNode(nodeId, request))
    if (result._tag === "Failure" || result.success.status !== 200) continue
    const features: unknown = JSON.parse(result.success.body)
    if (!isJsonObject(features)) continue
    const shown = Object.entries(features as JsonObject).map(([name, value]) => [name, asked[name] ?? value])
    return Object.fromEntries(shown) as JsonObject
  }
  return null
})

/** No index is named so: changes of features go one after the other. */
const gate = "/experimental-features"

/** `PATCH /experimental-features`: done when every node that is there has done it, or refused where nodes take no changes. */
export const patchFeatures = (request: ApiRequest) => withGates([gate], change(request))

const change = Effect.fnUntraced(function* (
  request: ApiRequest,
): Effect.fn.Return<ApiResponse, StoreUnavailable | StoreConflict, Cluster | NodeClient> {
  const cluster = yield* Cluster
  const parsed = parseJsonBody(request.body, request.headers["content-type"])
  if (parsed.tag === "refused") return errorResponse(parsed.error)
  const shown = yield* featuresShown
  if (shown === null) return noNode
  const patch = readPatch(parsed.value, Object.keys(shown))
  // A member that is unknown, or of the wrong type, makes a node refuse the whole of it.
  if (patch === null) return yield* askNode(request, featuresPath, "", "")
  const refused = Object.keys(patch).find((name) => patch[name] === true && reasonAgainst(name, cluster.state) !== null)
  if (refused !== undefined) {
    const reason = reasonAgainst(refused, cluster.state)
    const message = `The experimental feature \`${refused}\` cannot be enabled behind this proxy: ${reason}.`
    return errorResponse(errorBody("miroir_not_supported", message))
  }
  if (Object.keys(patch).length > 0) {
    const refusal = yield* refusalOfChanges
    if (refusal !== null) return refusal
    const stored = recordsOf(cluster.state, featuresKind).get(featuresKey)
    const revision = stored === undefined ? 0 : stored.revision + 1
    const value = { ...stored?.value, ...patch }
    // First the store: a node that comes back from now on gets the new value, whoever brings it.
    yield* cluster.commit({ records: [{ kind: featuresKind, key: featuresKey, value, revision }] })
    yield* Effect.forEach(
      [...cluster.state.members.keys()].filter((nodeId) => cluster.mustReceiveWrites(nodeId)),
      // One that is not told now is told with its next probe.
      (nodeId) => Effect.ignore(applyFeatures(nodeId)),
      { concurrency: "unbounded", discard: true },
    )
  }
  return jsonResponse({ ...shown, ...patch })
})

/** What nodes say of a change that changes nothing. What is stored although they take no changes at all would leave the cluster without nodes. */
const refusalOfChanges = Effect.gen(function* () {
  const cluster = yield* Cluster
  const request = jsonRequest("PATCH", featuresPath, {}, cluster.options.writeTimeoutMs)
  for (const nodeId of cluster.state.members.keys()) {
    if (!cluster.mustReceiveWrites(nodeId)) continue
    const result = yield* Effect.result(callNode(nodeId, request))
    if (result._tag === "Failure") continue
    if (result.success.status === 200) return null
    const error = readNodeError(result.success.body)
    if (error !== null && isRefusal(result.success)) return errorResponse(error)
  }
  return noNode
})

const reasonAgainst = (feature: string, { engineVersion }: ClusterState): string | null =>
  feature === "network" && engineCapabilities(engineVersion).networkFields === null
    ? "the proxy does not know the networks of this engine"
    : (refusedFeatures[feature] ?? null)

const featuresPath = "/experimental-features"

/** Null where a node should say what is wrong. `null` leaves a feature as it is. */
const readPatch = (value: unknown, known: ReadonlyArray<string>): JsonObject | null => {
  if (!isJsonObject(value)) return null
  const patch: Record<string, boolean> = {}
  for (const [name, member] of Object.entries(value)) {
    if (!known.includes(name) || (member !== null && typeof member !== "boolean")) return null
    if (member !== null) patch[name] = member
  }
  return patch
}

/**
 * Tells a node what clients have set. A node that does not take it is read no more until it was verified, and told again. One after the other and
 * each with what is stored by then, so that the last thing that a node hears is the newest.
 */
export const applyFeatures = (nodeId: string) => withGates([`${gate} ${nodeId}`], bringFeatures(nodeId))

const bringFeatures = Effect.fnUntraced(function* (nodeId: string) {
  const cluster = yield* Cluster
  const { told } = cluster.state
  const wanted = wantedFeatures(cluster.state)
  const asked = featuresOfNodes(askedFeatures(cluster.state))
  told.features.delete(nodeId)
  if (Object.keys(asked).length > 0) yield* sendFeatures(nodeId, asked)
  yield* applyChats(nodeId)
  told.features.set(nodeId, wanted)
})

const sendFeatures = Effect.fnUntraced(function* (nodeId: string, asked: JsonObject) {
  const cluster = yield* Cluster
  const request = jsonRequest("PATCH", featuresPath, asked, cluster.options.writeTimeoutMs)
  const response = yield* callNode(nodeId, request)
  if (response.status === 200) return
  cluster.observe(nodeId, { tag: "request-failed" })
  return yield* new NodeRefused({ nodeId, reason: `it answered ${response.status} to experimental features` })
})

const noNode = errorResponse(errorBody("miroir_shard_unavailable", "No node answers."))
