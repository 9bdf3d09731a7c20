import { Effect } from "effect"
import { maySeeIndex } from "#core/access/caller.ts"
import { invalidApiKey } from "#core/access/invalid-api-key.ts"
import type { IndexRecord } from "#core/catalogue/index-record.ts"
import { printSearch } from "#core/merging/merge-search.ts"
import type { NodeClient } from "#core/ports/node-client.ts"
import { type Json, isJsonObject } from "#core/prelude/json.ts"
import { engineCapabilities } from "#core/protocol/engine-capabilities.ts"
import type { ApiRequest, ApiResponse } from "#core/protocol/http-message.ts"
import { errorBody, errorResponse } from "#core/protocol/meilisearch-error.ts"
import { parseJsonBody } from "#core/protocol/parse-json-request.ts"
import { readLargeCountsOfQueries } from "#core/routing/large-counts.ts"
import { type MultiSearchRequest, readMultiSearch } from "#core/routing/multi-search-request.ts"
import { hasOddCount } from "#core/routing/search-request.ts"
import { findMultiSearchError } from "./ask-multi-search.ts"
import { isAsked } from "./asked-features.ts"
import { Cluster } from "./cluster.ts"
import { coverageOf } from "./coverage.ts"
import { CurrentCaller } from "./current-caller.ts"
import { federatedSearch } from "./federated-search.ts"
import { insideQuery, type KnownQuery, type MultiAnswer, queriesAtOnce } from "./multi-query.ts"
import { runSearch } from "./run-search.ts"

/**
 * `POST /multi-search`. Where anything is wrong with it, a node is asked for its own error about the whole request: that
 * names the first query at fault.
 */
export const multiSearch = Effect.fnUntraced(function* (
  request: ApiRequest,
): Effect.fn.Return<ApiResponse, never, Cluster | NodeClient> {
  const { state } = yield* Cluster
  const parsed = parseJsonBody(request.body, request.headers["content-type"])
  if (parsed.tag === "refused") return errorResponse(parsed.error)
  if (isAsked(state, "network") && namesRemote(parsed.value)) return errorResponse(otherServers)
  const isOdd = hasOddCount(parsed.text)
  const engine = engineCapabilities(state.engineVersion)
  const asked = isOdd ? null : readMultiSearch(parsed.value, engine, readLargeCountsOfQueries(parsed.text))
  const caller = yield* CurrentCaller
  const forbidden = indexUidsOf(parsed.value).findIndex((uid) => uid !== null && !maySeeIndex(caller, uid))
  if (forbidden !== -1) return yield* refuseQuery(parsed.text, forbidden)
  const find = (uid: string) => (maySeeIndex(caller, uid) ? state.readable.get(uid) : undefined)
  const known = asked === null ? null : findIndexes(asked, find)
  if (asked === null || known === null)
    return (yield* findMultiSearchError(parsed.text)) ?? errorResponse(uninterpretable)
  const answered =
    asked.federation === null
      ? yield* searchEach(request, known)
      : yield* federatedSearch(request, known, asked.federation, parsed.value)
  if (answered.tag === "answered") return answered.response
  return (yield* findMultiSearchError(parsed.text)) ?? errorResponse(answered.error)
})

/** Whether a query is meant for another server of the network that clients have described. */
const namesRemote = (value: Json): boolean => {
  const queries = isJsonObject(value) ? value["queries"] : null
  if (!Array.isArray(queries)) return false
  return queries.some((query) => {
    const options = isJsonObject(query) ? query["federationOptions"] : null
    return isJsonObject(options) && (options["remote"] ?? null) !== null
  })
}

const otherServers = errorBody("miroir_not_supported", "Searching other servers is not supported behind this proxy.")

/** What each query says of its index, as far as it says so: rules of federated queries come after the key. */
const indexUidsOf = (value: Json): ReadonlyArray<string | null> => {
  const queries = isJsonObject(value) ? value["queries"] : null
  if (!Array.isArray(queries)) return []
  return queries.map((query) => {
    const uid = isJsonObject(query) ? query["indexUid"] : null
    return typeof uid === "string" ? uid : null
  })
}

/** The key is checked for all queries before the first one runs, but after the shape of the request. */
const refuseQuery = Effect.fnUntraced(function* (text: string, position: number) {
  const found = yield* findMultiSearchError(text)
  const isShape = found !== null && !/^{"message":"(Inside|Index) `/.test(found.body)
  return isShape ? found : errorResponse(insideQuery(invalidApiKey, position))
})

const uninterpretable = errorBody("bad_request", "The request has a value that the proxy cannot interpret.")

/** null where an index does not exist, or not for the one who asks. */
const findIndexes = (
  asked: MultiSearchRequest,
  find: (uid: string) => IndexRecord | undefined,
): ReadonlyArray<KnownQuery> | null => {
  const facets = [...(asked.federation?.facetsByIndex.keys() ?? [])]
  if (!facets.every((uid) => find(uid) !== undefined)) return null
  const known = asked.queries.flatMap((query) => {
    const record = find(query.indexUid)
    return record === undefined ? [] : [{ ...query, record }]
  })
  return known.length === asked.queries.length ? known : null
}

/** Every query has its own answer, in the order of the queries. */
const searchEach = Effect.fnUntraced(function* (request: ApiRequest, queries: ReadonlyArray<KnownQuery>) {
  const results = yield* Effect.forEach(queries, (query) => searchOne(request, query), { concurrency: queriesAtOnce })
  const bodies: Array<string> = []
  const degraded: Array<string> = []
  for (const [position, result] of results.entries()) {
    if (result.tag === "refused")
      return { tag: "refused", error: insideQuery(result.error, position) } satisfies MultiAnswer
    if (result.tag === "unavailable") return { tag: "answered", response: result.response } satisfies MultiAnswer
    bodies.push(result.body)
    if (result.degraded !== undefined) degraded.push(`${queries[position]!.indexUid} ${result.degraded}`)
  }
  const response: ApiResponse = {
    status: 200,
    body: `{"results":[${bodies.join(",")}]}`,
    headers: degraded.length === 0 ? {} : { "x-miroir-degraded": [...new Set(degraded)].join("; ") },
  }
  return { tag: "answered", response } satisfies MultiAnswer
})

const searchOne = Effect.fnUntraced(function* (request: ApiRequest, { indexUid, search, record }: KnownQuery) {
  const cluster = yield* Cluster
  const found = yield* runSearch(search, record)
  if (found.tag === "refused") return found
  const coverage = coverageOf(found, record, request, cluster.options.unavailableShards)
  if (coverage.tag === "unavailable") return coverage
  const body = coverage.addTo(printSearch(found.merged, found.plan, found.processingTimeMs))
  return {
    tag: "found" as const,
    body: `{"indexUid":${JSON.stringify(indexUid)},${body.slice(1)}`,
    degraded: coverage.headers["x-miroir-degraded"],
  }
})
