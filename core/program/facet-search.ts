import { Effect } from "effect"
import { andShardClause } from "#core/filter/and-shard-clause.ts"
import { sortByOf } from "#core/merging/facets.ts"
import { mergeFacetHits } from "#core/merging/merge-facet-hits.ts"
import { processingTimeIn, slowestOf } from "#core/merging/processing-time.ts"
import type { NodeClient } from "#core/ports/node-client.ts"
import { hashText, makeHash64 } from "#core/prelude/xxhash64.ts"
import type { ApiRequest, ApiResponse } from "#core/protocol/http-message.ts"
import { errorResponse } from "#core/protocol/meilisearch-error.ts"
import { parseJsonBody } from "#core/protocol/parse-json-request.ts"
import { readFacetSearchBody } from "#core/routing/facet-search-request.ts"
import { mergeSettingsOf } from "#core/settings/desired-settings.ts"
import { askNodeForError } from "./ask-node-for-error.ts"
import { Cluster } from "./cluster.ts"
import { coverageOf } from "./coverage.ts"
import { allShards, scatter } from "./scatter.ts"

const hash = makeHash64()

const seedOf = (text: string): number => {
  hashText(text, hash)
  return hash[0] ?? 0
}

/** `POST /indexes/{uid}/facet-search`. */
export const facetSearch = Effect.fnUntraced(function* (
  request: ApiRequest,
  uid: string,
): Effect.fn.Return<ApiResponse, never, Cluster | NodeClient> {
  const cluster = yield* Cluster
  const record = cluster.state.readable.get(uid) ?? null
  const parsed = parseJsonBody(request.body, request.headers["content-type"])
  if (parsed.tag === "refused") return errorResponse(parsed.error)
  const asked = readFacetSearchBody(parsed.value)
  if (asked === null || record === null) return yield* askNodeForError(request, uid, record, "/facet-search")

  const gathered = yield* scatter({
    record,
    shards: allShards(record),
    seed: seedOf(`${record.physicalUid} ${asked.facetName} ${asked.facetQuery ?? ""}`),
    requestFor: (shards) => ({
      method: "POST",
      path: `/indexes/${record.physicalUid}/facet-search`,
      contentType: "application/json",
      body: JSON.stringify(
        shards.length === record.shardCount
          ? asked.body
          : { ...asked.body, filter: andShardClause(asked.filter, shards) },
      ),
    }),
    // A node that never saw a searched field denies that it can be searched.
    isLocalRefusal: (error) => error.code === "invalid_search_attributes_to_search_on",
  })
  if (gathered.tag === "refused") return yield* askNodeForError(request, uid, record, "/facet-search", gathered.error)
  const coverage = coverageOf(gathered, record, request, cluster.options.unavailableShards)
  if (coverage.tag === "unavailable") return coverage.response
  const settings = mergeSettingsOf(record.settings)
  const body = mergeFacetHits(
    gathered.answers.map((answer) => answer.body),
    {
      facetQuery: asked.facetQuery,
      valuesMax: settings.maxValuesPerFacet,
      sortBy: sortByOf(asked.facetName, settings),
    },
    slowestOf(gathered.answers.map(({ body }) => processingTimeIn(body))),
  )
  return { status: 200, body: coverage.addTo(body), headers: coverage.headers }
})
