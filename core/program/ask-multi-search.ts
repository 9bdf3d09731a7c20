import { Effect } from "effect"
import { type Caller, maySeeIndex } from "#core/access/caller.ts"
import { invalidApiKey } from "#core/access/invalid-api-key.ts"
import { isValidIndexUid, phantomUidOf } from "#core/catalogue/new-index.ts"
import type { NodeClient } from "#core/ports/node-client.ts"
import type { ApiResponse, NodeRequest } from "#core/protocol/http-message.ts"
import { type ErrorBody, errorBody, errorResponse } from "#core/protocol/meilisearch-error.ts"
import { isRefusal, readNodeError, toUserError } from "#core/protocol/node-error.ts"
import { renameIndexes } from "#core/routing/multi-search-request.ts"
import { mergeSettingsOf } from "#core/settings/desired-settings.ts"
import { Cluster } from "./cluster.ts"
import type { ClusterState } from "./cluster-state.ts"
import { CurrentCaller } from "./current-caller.ts"
import { callNode } from "./node-calls.ts"

/**
 * Lets a node say what is wrong with a multi-search, with the names that its indexes have on the nodes; null: the node
 * would run it. The text must be JSON.
 */
export const findMultiSearchError = Effect.fnUntraced(function* (
  text: string,
): Effect.fn.Return<ApiResponse | null, never, Cluster | NodeClient> {
  const cluster = yield* Cluster
  const caller = yield* CurrentCaller
  const names = new Map<string, string>()
  const rename = (uid: string): string => {
    if (!isValidIndexUid(uid)) return uid
    const record = maySeeIndex(caller, uid) ? cluster.state.readable.get(uid) : undefined
    const physicalUid = record?.physicalUid ?? phantomUidOf(uid)
    names.set(physicalUid, uid)
    return physicalUid
  }
  const request: NodeRequest = {
    method: "POST",
    path: "/multi-search",
    body: text.trimStart().startsWith("{") ? renameIndexes(text, rename) : text,
    contentType: "application/json",
    timeoutMs: cluster.options.searchTimeoutMs,
  }
  for (const nodeId of cluster.state.members.keys()) {
    if (!cluster.mustReceiveWrites(nodeId)) continue
    const result = yield* Effect.result(callNode(nodeId, request))
    if (result._tag === "Failure") continue
    if (result.success.status < 300) return null
    const error = readNodeError(result.success.body)
    // A missing index is 404 everywhere else.
    if (error !== null && isRefusal(result.success))
      return (
        forbiddenIn(error, caller, names) ?? {
          ...errorResponse(toUserNames(error, names, cluster.state)),
          status: result.success.status,
        }
      )
  }
  return errorResponse(errorBody("miroir_shard_unavailable", "No node answers."))
})

/** An index that the caller may not see is none for the nodes; he hears that his key is not good for that query. */
const forbiddenIn = (error: ErrorBody, caller: Caller, names: ReadonlyMap<string, string>): ApiResponse | null => {
  const [, place = "", name = ""] = /^(Inside `[^`]+`: )?Index `([^`]+)` not found\.$/.exec(error.message) ?? []
  const uid = names.get(name)
  if (error.code !== "index_not_found" || uid === undefined || maySeeIndex(caller, uid)) return null
  return errorResponse({ ...invalidApiKey, message: place + invalidApiKey.message })
}

/** Longer names first: `movies__12` contains `movies__1`. */
const toUserNames = (error: ErrorBody, names: ReadonlyMap<string, string>, { indexes }: ClusterState): ErrorBody =>
  [...names]
    .sort(([left], [right]) => right.length - left.length)
    .reduce((renamed, [physicalUid, uid]) => {
      const settings = renamed.message.includes(physicalUid) ? indexes.get(physicalUid)?.settings : undefined
      return toUserError(renamed, physicalUid, uid, mergeSettingsOf(settings ?? {}).displayedAttributes)
    }, error)
