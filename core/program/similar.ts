import { Effect } from "effect"
import { tenantFilterOf } from "#core/access/caller.ts"
import type { IndexRecord } from "#core/catalogue/index-record.ts"
import { andShardClause } from "#core/filter/and-shard-clause.ts"
import { mergeSimilar, type SimilarPlan } from "#core/merging/merge-similar.ts"
import { readSearchAnswer } from "#core/merging/read-search-answer.ts"
import { slowestOf } from "#core/merging/processing-time.ts"
import type { NodeClient } from "#core/ports/node-client.ts"
import { type Json, type JsonObject, isJsonObject } from "#core/prelude/json.ts"
import { decodeUtf8 } from "#core/prelude/utf8.ts"
import type { ApiRequest, ApiResponse } from "#core/protocol/http-message.ts"
import { errorBody, errorResponse } from "#core/protocol/meilisearch-error.ts"
import { parseJsonBody } from "#core/protocol/parse-json-request.ts"
import { parseQuery } from "#core/protocol/parse-query.ts"
import { shardOf } from "#core/routing/hash-document-id.ts"
import { boundLimit, nodeHitsMax } from "#core/routing/bound-limit.ts"
import { readLargeCounts } from "#core/routing/large-counts.ts"
import { planSearch } from "#core/routing/plan-search.ts"
import { withBody } from "#core/routing/search-kind.ts"
import { hasOddCount } from "#core/routing/search-request.ts"
import { type SimilarRequest, readSimilarBody, readSimilarParameters } from "#core/routing/similar-request.ts"
import { longEnough } from "#core/routing/tie-window.ts"
import { mergeSettingsOf } from "#core/settings/desired-settings.ts"
import { askNodeForError } from "./ask-node-for-error.ts"
import { Cluster } from "./cluster.ts"
import { coverageOf } from "./coverage.ts"
import { CurrentCaller } from "./current-caller.ts"
import { mergePlanOf } from "./gather-search.ts"
import { allShards, scatter } from "./scatter.ts"

/*
 * Only the replicas of one shard hold the document that others shall be similar to. Its vector is read there first; then the node
 * that covers this shard is asked for similar documents, and every other node for documents near the vector. Both
 * report the same similarity, by which the answers are merged.
 */

/** `GET` and `POST /indexes/{uid}/similar`. */
export const similar = Effect.fnUntraced(function* (
  request: ApiRequest,
  uid: string,
): Effect.fn.Return<ApiResponse, never, Cluster | NodeClient> {
  const cluster = yield* Cluster
  const record = cluster.state.readable.get(uid) ?? null
  let asked: SimilarRequest | null
  let named: unknown
  if (request.method === "GET") {
    asked = readSimilarParameters(parseQuery(request.query))
    named = parseQuery(request.query).find(([name]) => name === "id")?.[1]
  } else {
    const parsed = parseJsonBody(request.body, request.headers["content-type"])
    if (parsed.tag === "refused") return errorResponse(parsed.error)
    asked = hasOddCount(parsed.text) ? null : readSimilarBody(parsed.value, readLargeCounts(parsed.text))
    named = isJsonObject(parsed.value) ? parsed.value["id"] : undefined
  }
  if (asked === null || record === null) {
    // A node without the document would say that first.
    const isNamed = record !== null && (typeof named === "string" || typeof named === "number")
    const error = isNamed ? yield* askHome(request, record, shardOf(`${named}`, record.shardCount)) : null
    if (error !== null) return errorResponse(error)
    return yield* askNodeForError(boundLimit(request), uid, record, "/similar")
  }

  const home = shardOf(asked.id, record.shardCount)
  const tenantFilter = tenantFilterOf(yield* CurrentCaller, uid)
  if (tenantFilter !== null && (yield* isHidden(record, home, asked.id, tenantFilter)))
    return errorResponse(errorBody("not_found_similar_id", `Document \`${asked.id}\` not found.`))
  const vector = yield* readVector(record, home, asked)
  const { bodyFor, mergePlan, seed } = planSimilar(asked, record, vector)
  const gathered = yield* scatter({
    record,
    shards: allShards(record),
    seed,
    requestFor: (shards) => ({
      method: "POST",
      path: `/indexes/${record.physicalUid}/${shards.includes(home) ? "similar" : "search"}`,
      body: JSON.stringify(bodyFor(shards, shards.includes(home))),
      contentType: "application/json",
    }),
  })
  if (gathered.tag === "refused") return errorResponse((yield* askHome(request, record, home)) ?? gathered.error)
  const coverage = coverageOf(gathered, record, request, cluster.options.unavailableShards)
  if (coverage.tag === "unavailable") return coverage.response
  const nodes = gathered.answers.map((answer) => readSearchAnswer(answer.body))
  const body = mergeSimilar(nodes, mergePlan, slowestOf(nodes))
  return { status: 200, body: coverage.addTo(body), headers: coverage.headers }
})

/** Whether a tenant may not see the document itself: then it must not lead to others, and does not exist for him. */
const isHidden = Effect.fnUntraced(function* (record: IndexRecord, home: number, id: string, filter: Json) {
  const gathered = yield* scatter({
    record,
    shards: [home],
    seed: home,
    requestFor: () => ({
      method: "POST",
      path: `/indexes/${record.physicalUid}/documents/fetch`,
      body: JSON.stringify({ ids: [id], filter, fields: [], limit: 1 }),
      contentType: "application/json",
    }),
  })
  // Whether the shard can be read at all is said by the search itself.
  if (gathered.tag === "answered" && gathered.answers.length === 0) return false
  const body: unknown = gathered.tag === "answered" ? JSON.parse(gathered.answers[0]?.body ?? "null") : null
  return !isJsonObject(body) || body["total"] !== 1
})

/** What a node that holds the document says of the request as the client sent it: others would not find the document. */
const askHome = Effect.fnUntraced(function* (sent: ApiRequest, record: IndexRecord, home: number) {
  const request = boundLimit(sent)
  const isGet = request.method === "GET"
  const gathered = yield* scatter({
    record,
    shards: [home],
    seed: home,
    requestFor: () => ({
      method: isGet ? "GET" : "POST",
      path: `/indexes/${record.physicalUid}/similar${isGet ? `?${request.query}` : ""}`,
      body: isGet ? null : decodeUtf8(request.body),
      contentType: isGet ? null : "application/json",
    }),
  })
  return gathered.tag === "refused" ? gathered.error : null
})

/** The document's vector; null where it has none, or does not exist: the node that covers its shard will say so. */
const readVector = Effect.fnUntraced(function* (record: IndexRecord, home: number, asked: SimilarRequest) {
  const gathered = yield* scatter({
    record,
    shards: [home],
    seed: home,
    requestFor: () => ({
      method: "GET",
      path: `/indexes/${record.physicalUid}/documents/${encodeURIComponent(asked.id)}?retrieveVectors=true&fields=_vectors`,
      body: null,
      contentType: null,
    }),
  })
  const text = gathered.tag === "answered" ? gathered.answers[0]?.body : undefined
  return text === undefined ? null : vectorOf(JSON.parse(text), asked.embedder)
})

/** Of several vectors the first: one search takes one vector. */
const vectorOf = (document: unknown, embedder: string): ReadonlyArray<number> | null => {
  const vectors = isJsonObject(document) ? document["_vectors"] : undefined
  const own = isJsonObject(vectors) ? vectors[embedder] : undefined
  const embeddings = isJsonObject(own) ? own["embeddings"] : undefined
  const first: unknown = Array.isArray(embeddings) ? (embeddings as ReadonlyArray<unknown>)[0] : undefined
  return Array.isArray(first) ? (first as ReadonlyArray<number>) : null
}

const planSimilar = (asked: SimilarRequest, record: IndexRecord, vector: ReadonlyArray<number> | null) => {
  const nearVector = { vector, hybrid: { embedder: asked.embedder, semanticRatio: 1 } }
  const search = vector === null ? asked.search : withBody(asked.search, nearVector)
  const settings = mergeSettingsOf(record.settings)
  const hitsMax = Math.min(longEnough(asked.offset + asked.limit), nodeHitsMax)
  const plan = planSearch(search, record, { ...settings, distinctAttribute: null }, { needsScores: true, hitsMax })
  const bodyFor = (shards: ReadonlyArray<number>, isHome: boolean): JsonObject => {
    const body = plan.bodyFor(shards)
    // Without a vector nothing is similar; but the documents are counted.
    if (!isHome) return vector === null ? { ...body, limit: 0 } : body
    return {
      ...asked.body,
      rankingScoreThreshold: undefined,
      offset: 0,
      limit: body["limit"],
      attributesToRetrieve: body["attributesToRetrieve"],
      showRankingScore: true,
      showRankingScoreDetails: true,
      ...(shards.length === record.shardCount ? {} : { filter: andShardClause(asked.filter, shards) }),
    }
  }
  const { offset, limit, large, id, threshold } = asked
  const paging = { tag: "offset", offset, limit, large } as const
  const mergePlan: SimilarPlan = { ...mergePlanOf(search, record, plan, {}), paging, id, threshold }
  return { bodyFor, mergePlan, seed: plan.seed }
}
