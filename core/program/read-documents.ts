import { Effect } from "effect"
import type { IndexRecord } from "#core/catalogue/index-record.ts"
import { andShardClause } from "#core/filter/and-shard-clause.ts"
import { mergeDocuments } from "#core/merging/merge-documents.ts"
import { stripDocument } from "#core/merging/strip-document.ts"
import type { NodeClient } from "#core/ports/node-client.ts"
import { hashText, makeHash64 } from "#core/prelude/xxhash64.ts"
import type { ApiRequest, ApiResponse } from "#core/protocol/http-message.ts"
import { errorResponse } from "#core/protocol/meilisearch-error.ts"
import { versionField } from "#core/protocol/hidden-fields.ts"
import { parseJsonBody } from "#core/protocol/parse-json-request.ts"
import { parseQuery } from "#core/protocol/parse-query.ts"
import { boundLimit, nodeHitsMax } from "#core/routing/bound-limit.ts"
import { type FetchRequest, readFetchBody, readFetchParameters } from "#core/routing/fetch-request.ts"
import { shardOf } from "#core/routing/hash-document-id.ts"
import { readLargeCounts } from "#core/routing/large-counts.ts"
import { hasOddCount } from "#core/routing/search-request.ts"
import { refusalOfAll, withoutRefusedSort } from "#core/routing/sort-nobody-knows.ts"
import { longEnough } from "#core/routing/tie-window.ts"
import { askNodeForError } from "./ask-node-for-error.ts"
import { Cluster } from "./cluster.ts"
import { coverageOf } from "./coverage.ts"
import { allShards, scatter } from "./scatter.ts"

const hash = makeHash64()

const seedOf = (text: string): number => {
  hashText(text, hash)
  return hash[0] ?? 0
}

/** `GET /indexes/{uid}/documents/{id}`: asked of one replica of the document's shard. */
export const getDocument = Effect.fnUntraced(function* (
  request: ApiRequest,
  uid: string,
  id: string,
): Effect.fn.Return<ApiResponse, never, Cluster | NodeClient> {
  const cluster = yield* Cluster
  const rest = `/documents/${encodeURIComponent(id)}`
  const record = cluster.state.readable.get(uid) ?? null
  if (record === null) return yield* askNodeForError(request, uid, null, rest)
  const shard = shardOf(id, record.shardCount)
  const gathered = yield* scatter({
    record,
    shards: [shard],
    seed: seedOf(id),
    requestFor: () => ({
      method: "GET",
      path: `/indexes/${record.physicalUid}${rest}${request.query === "" ? "" : `?${request.query}`}`,
      body: null,
      contentType: null,
    }),
  })
  if (gathered.tag === "refused") return errorResponse(gathered.error)
  const coverage = coverageOf(gathered, record, request, "error")
  if (coverage.tag === "unavailable") return coverage.response
  return { status: 200, body: stripDocument(gathered.answers[0]?.body ?? ""), headers: {} }
})

/** `GET /indexes/{uid}/documents` and `POST /indexes/{uid}/documents/fetch`. */
export const listDocuments = Effect.fnUntraced(function* (
  request: ApiRequest,
  uid: string,
): Effect.fn.Return<ApiResponse, never, Cluster | NodeClient> {
  const cluster = yield* Cluster
  const record = cluster.state.readable.get(uid) ?? null
  const rest = request.method === "GET" ? "/documents" : "/documents/fetch"
  let asked: FetchRequest | null
  if (request.method === "GET") asked = readFetchParameters(parseQuery(request.query))
  else {
    const parsed = parseJsonBody(request.body, request.headers["content-type"])
    if (parsed.tag === "refused") return errorResponse(parsed.error)
    asked = hasOddCount(parsed.text) ? null : readFetchBody(parsed.value, readLargeCounts(parsed.text))
  }
  if (asked === null || record === null) return yield* askNodeForError(boundLimit(request), uid, record, rest)
  return yield* gatherDocuments(request, uid, record, asked)
})

const gatherDocuments = Effect.fnUntraced(function* (
  request: ApiRequest,
  uid: string,
  record: IndexRecord,
  asked: FetchRequest,
) {
  const cluster = yield* Cluster
  const extra = extraFields(record, asked)
  const gathered = yield* scatter({
    record,
    shards: allShards(record),
    askOtherwise: withoutRefusedSort,
    seed: seedOf(`${record.physicalUid} ${JSON.stringify(asked.body["filter"] ?? null)}`),
    requestFor: (shards) => ({
      method: "POST",
      path: `/indexes/${record.physicalUid}/documents/fetch`,
      contentType: "application/json",
      body: JSON.stringify({
        ...asked.body,
        offset: 0,
        limit: Math.min(longEnough(asked.offset + asked.limit), nodeHitsMax),
        ...(asked.fields === null ? {} : { fields: [...asked.fields, ...extra, versionField] }),
        ...(shards.length === record.shardCount ? {} : { filter: andShardClause(asked.body["filter"], shards) }),
      }),
    }),
  })
  // The nodes were asked with a body: what is wrong with a parameter has its own words.
  if (gathered.tag === "refused")
    return request.method === "GET"
      ? yield* askNodeForError(boundLimit(request), uid, record, "/documents", gathered.error)
      : errorResponse(gathered.error)
  const coverage = coverageOf(gathered, record, request, cluster.options.unavailableShards)
  if (coverage.tag === "unavailable") return coverage.response
  const refusal = refusalOfAll(
    gathered.answers.map(({ refusals }) => refusals),
    asked.sort,
  )
  if (refusal !== null) return errorResponse(refusal)
  const body = mergeDocuments(
    gathered.answers.map((answer) => answer.body),
    {
      offset: asked.offset,
      limit: asked.limit,
      large: asked.large,
      primaryKey: record.primaryKey,
      hidePrimaryKey: record.primaryKey !== null && extra.includes(record.primaryKey),
      sort: asked.sort,
      hideFields: extra.filter((field) => field !== record.primaryKey),
    },
  )
  return { status: 200, body: coverage.addTo(body), headers: coverage.headers } satisfies ApiResponse
})

/** Fields that merging needs and the client did not ask for. */
const extraFields = (record: IndexRecord, asked: FetchRequest): ReadonlyArray<string> => {
  if (asked.fields === null) return []
  const needed = [...(record.primaryKey === null ? [] : [record.primaryKey]), ...asked.sort.map((sort) => sort.field)]
  const fields = asked.fields
  return [...new Set(needed)].filter((name) => !fields.some((field) => name === field || name.startsWith(`${field}.`)))
}
