import { Effect } from "effect"
import type { JsonObject } from "#core/prelude/json.ts"
import { engineCapabilities } from "#core/protocol/engine-capabilities.ts"
import type { ApiRequest } from "#core/protocol/http-message.ts"
import { errorResponse } from "#core/protocol/meilisearch-error.ts"
import { type Network, patchedNetwork } from "#core/protocol/network.ts"
import { parseJsonBody } from "#core/protocol/parse-json-request.ts"
import { Cluster } from "./cluster.ts"
import { type ClusterState, recordsOf } from "./cluster-state.ts"
import { jsonResponse } from "./respond.ts"

/*
 * What clients say of other Meilisearch servers. The proxy keeps it and shows it; nodes never hear of it, because one that searched
 * others would answer for them beside the fleet. A search that names a remote is refused.
 */

/** Kind and key of the one record. */
const networkKind = "network"
const networkKey = "network"

/** `GET /network`. */
export const readNetwork = Effect.fnUntraced(function* (_request: ApiRequest) {
  const { state } = yield* Cluster
  return jsonResponse(viewOf(networkIn(state)))
})

/** `PATCH /network`. */
export const patchNetwork = Effect.fnUntraced(function* (request: ApiRequest) {
  const cluster = yield* Cluster
  const { state } = cluster
  const parsed = parseJsonBody(request.body, request.headers["content-type"])
  if (parsed.tag === "refused") return errorResponse(parsed.error)
  const { networkFields } = engineCapabilities(state.engineVersion)
  const patched = patchedNetwork(networkIn(state), parsed.value, networkFields ?? [])
  if (patched.tag === "refused") return errorResponse(patched.error)
  const revision = (recordsOf(state, networkKind).get(networkKey)?.revision ?? -1) + 1
  const value = { ...patched.network } as unknown as JsonObject
  yield* cluster.commit({ records: [{ kind: networkKind, key: networkKey, value, revision }] })
  return jsonResponse(viewOf(patched.network))
})

/** What stands in the store was written by us, so it is believed. */
const networkIn = (state: ClusterState): Network =>
  (recordsOf(state, networkKind).get(networkKey)?.value ?? { self: null, remotes: {} }) as unknown as Network

const viewOf = ({ self, remotes }: Network): JsonObject => ({ self, remotes, sharding: false }) as unknown as JsonObject
