import { Effect } from "effect"
import { printSearch } from "#core/merging/merge-search.ts"
import type { NodeClient } from "#core/ports/node-client.ts"
import type { ApiRequest, ApiResponse } from "#core/protocol/http-message.ts"
import { errorResponse } from "#core/protocol/meilisearch-error.ts"
import { parseJsonBody } from "#core/protocol/parse-json-request.ts"
import { parseQuery } from "#core/protocol/parse-query.ts"
import { readLargeCounts } from "#core/routing/large-counts.ts"
import { type SearchRequest, hasOddCount, readSearchBody, readSearchParameters } from "#core/routing/search-request.ts"
import { askNodeForError } from "./ask-node-for-error.ts"
import { Cluster } from "./cluster.ts"
import { coverageOf } from "./coverage.ts"
import { runSearch } from "./run-search.ts"

/** `GET` and `POST /indexes/{uid}/search`. */
export const search = Effect.fnUntraced(function* (
  request: ApiRequest,
  uid: string,
): Effect.fn.Return<ApiResponse, never, Cluster | NodeClient> {
  const cluster = yield* Cluster
  const record = cluster.state.readable.get(uid) ?? null
  const understood = readSearch(request)
  if (understood.tag === "refused") return understood.response
  const asked = understood.search
  if (asked === null || record === null) return yield* askNodeForError(request, uid, record, "/search")

  const found = yield* runSearch(asked, record)
  // The nodes were asked with a body: what is wrong with a parameter has its own words.
  if (found.tag === "refused")
    return request.method === "GET"
      ? yield* askNodeForError(request, uid, record, "/search", found.error)
      : errorResponse(found.error)
  const coverage = coverageOf(found, record, request, cluster.options.unavailableShards)
  if (coverage.tag === "unavailable") return coverage.response
  const body = printSearch(found.merged, found.plan, found.processingTimeMs)
  return { status: 200, body: coverage.addTo(body), headers: coverage.headers }
})

type Understood =
  | { readonly tag: "understood"; readonly search: SearchRequest | null }
  | { readonly tag: "refused"; readonly response: ApiResponse }

const readSearch = (request: ApiRequest): Understood => {
  if (request.method === "GET") return { tag: "understood", search: readSearchParameters(parseQuery(request.query)) }
  const parsed = parseJsonBody(request.body, request.headers["content-type"])
  if (parsed.tag === "refused") return { tag: "refused", response: errorResponse(parsed.error) }
  const { value, text } = parsed
  return { tag: "understood", search: hasOddCount(text) ? null : readSearchBody(value, readLargeCounts(text)) }
}
