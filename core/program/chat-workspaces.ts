import { Effect } from "effect"
import { answersOf, initialHealth } from "#core/health/node-health.ts"
import type { NodeClient, NodeUnreachable } from "#core/ports/node-client.ts"
import type { StoreConflict, StoreUnavailable } from "#core/ports/store.ts"
import { type JsonObject, isJsonObject } from "#core/prelude/json.ts"
import { decodeUtf8 } from "#core/prelude/utf8.ts"
import type { ApiRequest, ApiResponse, NodeRequest, NodeResponse } from "#core/protocol/http-message.ts"
import { errorBody, errorResponse } from "#core/protocol/meilisearch-error.ts"
import { isRefusal } from "#core/protocol/node-error.ts"
import { parseJsonBody } from "#core/protocol/parse-json-request.ts"
import { askedFeatures, featuresOfNodes } from "./asked-features.ts"
import { NodeRefused } from "./await-node-task.ts"
import { Cluster } from "./cluster.ts"
import { type ClusterState, recordsOf } from "./cluster-state.ts"
import { withGates } from "./index-gates.ts"
import { callNode, getRequest, jsonRequest } from "./node-calls.ts"
import { wantedWorkspaces, workspaceKind } from "./told-nodes.ts"

/*
 * Chat workspaces are the cluster's. One node is asked first: it says what is wrong with a change, and how the settings look after it, because
 * the prompts that nobody has set are the engine's own. Then the change goes to the store, then to the other nodes; one that
 * was away gets all workspaces before it is read again. Whoever asks has been told before that chats are on.
 *
 * It may be cut off anywhere: nodes that have the change before it is stored, or do not have it after, were forgotten as told (see told-nodes.ts),
 * and the next probe gives them what is stored.
 */

/** No index is named so: changes of workspaces go one after the other. */
const gate = "/chats"

/** `GET /chats`, `GET /chats/{uid}` and `GET /chats/{uid}/settings`. */
export const readChats = (request: ApiRequest) => askOne(toNode(request))

/** `PATCH /chats/{uid}/settings`. */
export const patchWorkspace = Effect.fnUntraced(function* (request: ApiRequest, uid: string) {
  const parsed = parseJsonBody(request.body, request.headers["content-type"])
  if (parsed.tag === "refused") return errorResponse(parsed.error)
  // The engine would read a list as the members in their order.
  if (Array.isArray(parsed.value)) return errorResponse(errorBody("bad_request", "Settings of a chat are an object."))
  const patch = isJsonObject(parsed.value) ? parsed.value : {}
  return yield* change(toNode(request), uid, (before) => mergeSettings(before ?? {}, patch))
})

/** `DELETE /chats/{uid}/settings`: the workspace stays, with the settings of a new one. */
export const resetWorkspace = (request: ApiRequest, uid: string) => change(toNode(request), uid, () => ({}))

/** `DELETE /chats/{uid}`. */
export const deleteWorkspace = (request: ApiRequest, uid: string) => change(toNode(request), uid, () => null)

/** Makes the workspaces of a node those of the cluster, whatever it had. */
export const applyChats = (nodeId: string) => withGates([gate], bringWorkspaces(nodeId))

const bringWorkspaces = Effect.fnUntraced(function* (nodeId: string) {
  const { state } = yield* Cluster
  const { told } = state
  const allWanted = wantedWorkspaces(state)
  if (told.workspaces.get(nodeId) === allWanted) return
  told.workspaces.delete(nodeId)
  if (featuresOfNodes(askedFeatures(state))["chatCompletions"] === true) yield* makeEqual(nodeId)
  told.workspaces.set(nodeId, allWanted)
})

const makeEqual = Effect.fnUntraced(function* (nodeId: string) {
  const { state, options } = yield* Cluster
  const timeoutMs = options.writeTimeoutMs
  const send = (request: NodeRequest) => callNode(nodeId, request)
  const listed = yield* send(getRequest(`/chats?limit=${workspacesMax}`, timeoutMs))
  if (listed.status !== 200) return yield* new NodeRefused({ nodeId, reason: `it answered ${listed.status} to /chats` })
  const found = uidsIn(JSON.parse(listed.body))
  const wanted = recordsOf(state, workspaceKind)
  for (const uid of found) if (!wanted.has(uid)) yield* send(deletionOf(pathOf(uid), timeoutMs))
  for (const { key, value } of wanted.values()) {
    const path = `${pathOf(key)}/settings`
    if (found.includes(key)) yield* send(deletionOf(path, timeoutMs))
    const { status } = yield* send(jsonRequest("PATCH", path, value, timeoutMs))
    if (status !== 200) return yield* new NodeRefused({ nodeId, reason: `it answered ${status} to a chat workspace` })
  }
})

/** More than anybody has: a page that holds all of them. */
const workspacesMax = 1_000_000

const pathOf = (uid: string): string => `/chats/${encodeURIComponent(uid)}`

const uidsIn = (page: { readonly results?: ReadonlyArray<{ readonly uid: string }> }): ReadonlyArray<string> =>
  (page.results ?? []).map(({ uid }) => uid)

const change = (
  request: (timeoutMs: number) => NodeRequest,
  uid: string,
  next: (before: JsonObject | null) => JsonObject | null,
): Effect.Effect<ApiResponse, StoreUnavailable | StoreConflict, Cluster | NodeClient> =>
  withGates(
    [gate],
    Effect.gen(function* () {
      const cluster = yield* Cluster
      const { state } = cluster
      const sent = request(cluster.options.writeTimeoutMs)
      // What is told to nodes must be what stands in the store, and this change, and nothing else.
      yield* cluster.certain
      const before = wantedWorkspaces(state)
      const asked = yield* askFirst((nodeId) => sendChange(nodeId, sent, before))
      if (asked === null) return noNode
      if (asked.response.status >= 300) return asked.response
      yield* store(uid, next)
      const after = wantedWorkspaces(state)
      if (asked.wasTold) state.told.workspaces.set(asked.nodeId, after)
      const others = [...state.members.keys()].filter((nodeId) => nodeId !== asked.nodeId)
      yield* Effect.forEach(
        others.filter((nodeId) => cluster.mustReceiveWrites(nodeId)),
        (nodeId) => Effect.ignore(applyOn(nodeId, sent, before, after)),
        { concurrency: "unbounded", discard: true },
      )
      return asked.response
    }),
  )

const store = Effect.fnUntraced(function* (uid: string, next: (before: JsonObject | null) => JsonObject | null) {
  const cluster = yield* Cluster
  const stored = recordsOf(cluster.state, workspaceKind).get(uid)
  const value = next(stored?.value ?? null)
  const revision = stored === undefined ? 0 : stored.revision + 1
  if (value !== null) return yield* cluster.commit({ records: [{ kind: workspaceKind, key: uid, value, revision }] })
  if (stored !== undefined) yield* cluster.commit({ removedRecords: [{ ...stored, revision }] })
})

/** A node that does not take what another one has taken is read no more until it was verified, and told everything again. */
const applyOn = Effect.fnUntraced(function* (nodeId: string, request: NodeRequest, before: string, after: string) {
  const cluster = yield* Cluster
  const { response, wasTold } = yield* sendChange(nodeId, request, before)
  if (response.status >= 300) cluster.observe(nodeId, { tag: "request-failed" })
  else if (wasTold) cluster.state.told.workspaces.set(nodeId, after)
})

/** Only a refusal leaves a node as it was; without an answer nobody knows what it has. */
const sendChange = Effect.fnUntraced(function* (nodeId: string, request: NodeRequest, before: string) {
  const { workspaces } = (yield* Cluster).state.told
  const wasTold = workspaces.get(nodeId) === before
  workspaces.delete(nodeId)
  const response = yield* callNode(nodeId, request)
  if (wasTold && isRefusal(response)) workspaces.set(nodeId, before)
  return { response, wasTold }
})

const mergeSettings = (before: JsonObject, patch: JsonObject): JsonObject => {
  const [had, given] = [before["prompts"], patch["prompts"]]
  const prompts = isJsonObject(had) && isJsonObject(given) ? { ...had, ...given } : given
  return { ...before, ...patch, ...(prompts === undefined ? {} : { prompts }) }
}

const askOne = Effect.fnUntraced(function* (request: (timeoutMs: number) => NodeRequest) {
  const { options } = yield* Cluster
  const sent = request(options.searchTimeoutMs)
  const asked = yield* askFirst((nodeId) => Effect.map(callNode(nodeId, sent), (response) => ({ response })))
  return asked?.response ?? noNode
})

/** The first node that answers. */
const askFirst = Effect.fnUntraced(function* <A extends { readonly response: NodeResponse }>(
  ask: (nodeId: string) => Effect.Effect<A, NodeUnreachable, Cluster | NodeClient>,
) {
  const cluster = yield* Cluster
  for (const nodeId of nodesUpIn(cluster.state)) {
    const result = yield* Effect.result(ask(nodeId))
    if (result._tag === "Failure" || result.success.response.status >= 500) continue
    const response: ApiResponse = { ...result.success.response, headers: {} }
    return { ...result.success, nodeId, response }
  }
  return null
})

const nodesUpIn = (state: ClusterState): ReadonlyArray<string> =>
  [...state.members.keys()].filter((nodeId) => answersOf(state.health.get(nodeId) ?? initialHealth).mayServeReads)

const toNode =
  ({ method, path, query, body }: ApiRequest) =>
  (timeoutMs: number): NodeRequest => ({
    method: method as NodeRequest["method"],
    path: query === "" ? path : `${path}?${query}`,
    body: body.length === 0 ? null : decodeUtf8(body),
    contentType: body.length === 0 ? null : "application/json",
    timeoutMs,
  })

const deletionOf = (path: string, timeoutMs: number): NodeRequest => ({
  ...getRequest(path, timeoutMs),
  method: "DELETE",
})

const noNode = errorResponse(errorBody("miroir_shard_unavailable", "No node answers."))
