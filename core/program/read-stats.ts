import { Effect } from "effect"
import { maySeeIndex } from "#core/access/caller.ts"
import type { IndexRecord } from "#core/catalogue/index-record.ts"
import { averageSizeOf, rawSizeOf } from "#core/merging/document-sizes.ts"
import type { NodeClient } from "#core/ports/node-client.ts"
import { formatMoment } from "#core/prelude/iso-time.ts"
import { type JsonObject, isJsonObject } from "#core/prelude/json.ts"
import { reservedPrefix } from "#core/protocol/hidden-fields.ts"
import { engineCapabilities } from "#core/protocol/engine-capabilities.ts"
import type { ApiRequest, ApiResponse } from "#core/protocol/http-message.ts"
import { askNode, askNodeForError } from "./ask-node-for-error.ts"
import { Cluster } from "./cluster.ts"
import { gatherCount } from "./count-documents.ts"
import { coverageOf } from "./coverage.ts"
import { CurrentCaller } from "./current-caller.ts"
import { callNode, getRequest } from "./node-calls.ts"
import { type StatsParameters, formatSize, readStatsParameters } from "./stats-parameters.ts"

/*
 * Statistics of an index over its shards. The number of documents is exact, because nodes count it by shard. What nodes only know for all
 * that they hold (field distribution, sizes, embeddings) is added up over one group and divided by the replicas that it holds of
 * each document: exact while every node of the group answers and is in sync. Shards that nobody could count are named, as those that a search lacks.
 */

/** `GET /indexes/{uid}/stats`. */
export const readIndexStats = Effect.fnUntraced(function* (request: ApiRequest, uid: string) {
  const cluster = yield* Cluster
  const record = cluster.state.readable.get(uid) ?? null
  const asked = readStatsParameters(request.query, engineCapabilities(cluster.state.engineVersion))
  if (record === null || asked === null) return yield* askNodeForError(request, uid, record, "/stats")
  const counted = yield* gatherCount(record)
  const coverage = coverageOf(counted, record, request, cluster.options.unavailableShards)
  if (coverage.tag === "unavailable") return coverage.response
  const stats = yield* statsOf(record, asked, counted.total)
  return { status: 200, body: coverage.addTo(JSON.stringify(stats)), headers: coverage.headers } satisfies ApiResponse
})

/** `GET /stats`. */
export const readStats = Effect.fnUntraced(function* (
  request: ApiRequest,
): Effect.fn.Return<ApiResponse, never, Cluster | NodeClient> {
  const cluster = yield* Cluster
  const asked = readStatsParameters(request.query, engineCapabilities(cluster.state.engineVersion))
  if (asked === null) return yield* askNode(request, "/stats", "", "")
  const caller = yield* CurrentCaller
  const records = [...cluster.state.readable.values()]
    .filter(({ uid }) => maySeeIndex(caller, uid))
    .sort((a, b) => (a.uid < b.uid ? -1 : 1))
  const counts = yield* Effect.forEach(records, (record) => gatherCount(record))
  const isEmpty = counts.every(({ answers }) => answers.length === 0)
  const indexes: Array<string> = []
  const degraded: Array<string> = []
  for (const [position, record] of records.entries()) {
    const counted = counts[position]!
    const coverage = coverageOf(counted, record, request, cluster.options.unavailableShards, isEmpty)
    if (coverage.tag === "unavailable") return coverage.response
    const stats = yield* statsOf(record, asked, counted.total)
    indexes.push(`${JSON.stringify(record.uid)}:${coverage.addTo(JSON.stringify(stats))}`)
    const missing = coverage.headers["x-miroir-degraded"]
    if (missing !== undefined) degraded.push(`${record.uid} ${missing}`)
  }
  const sizes = yield* Effect.forEach([...cluster.state.members.keys()], (nodeId) => readNode(nodeId, "/stats"), {
    concurrency: "unbounded",
  })
  const lastUpdateMs = records.reduce((last, record) => Math.max(last, record.updatedAtMs), 0)
  const whole = JSON.stringify({
    databaseSize: sizeIn(asked, sumOf(sizes, "databaseSize")),
    usedDatabaseSize: sizeIn(asked, sumOf(sizes, "usedDatabaseSize")),
    lastUpdate: records.length === 0 ? null : formatMoment(lastUpdateMs),
  })
  return {
    status: 200,
    body: `${whole.slice(0, -1)},"indexes":{${indexes.join(",")}}}`,
    headers: degraded.length === 0 ? {} : { "x-miroir-degraded": degraded.join("; ") },
  }
})

const statsOf = Effect.fnUntraced(function* (record: IndexRecord, asked: StatsParameters, numberOfDocuments: number) {
  const cluster = yield* Cluster
  const groups = cluster.state.topology.groups
  const group =
    groups.find((candidate) =>
      isWhole(
        candidate.nodes.map((node) => node.id),
        record,
        cluster,
      ),
    ) ?? groups[0]
  const nodeIds = group?.nodes.map((node) => node.id) ?? []
  const path = `/indexes/${record.physicalUid}/stats${asked.withInternalSizes ? "?showInternalDatabaseSizes=true" : ""}`
  const stats = yield* Effect.forEach(nodeIds, (nodeId) => readNode(nodeId, path), {
    concurrency: "unbounded",
  })
  const held = sumOf(stats, "numberOfDocuments")
  // How many times the group holds each document: the replication factor, when all is well.
  const copies = numberOfDocuments === 0 || held === 0 ? 1 : held / numberOfDocuments
  const share = (sum: number) => Math.round(sum / copies)
  const size = rawSizeOf(
    stats.map((one) => sumOf([one], "rawDocumentDbSize")),
    copies,
  )
  return {
    numberOfDocuments,
    rawDocumentDbSize: sizeIn(asked, size),
    avgDocumentSize: sizeIn(asked, averageSizeOf(size, numberOfDocuments)),
    isIndexing: stats.some((one) => one["isIndexing"] === true),
    ...(asked.withInternalSizes ? { internalDatabaseSizes: internalSizesOf(stats, asked, share) } : {}),
    numberOfEmbeddings: share(sumOf(stats, "numberOfEmbeddings")),
    numberOfEmbeddedDocuments: share(sumOf(stats, "numberOfEmbeddedDocuments")),
    fieldDistribution: fieldsOf(stats, share),
  } satisfies JsonObject
})

const sizeIn = (asked: StatsParameters, bytes: number): number | string => (asked.isHuman ? formatSize(bytes) : bytes)

const internalSizesOf = (
  stats: ReadonlyArray<JsonObject>,
  asked: StatsParameters,
  share: (sum: number) => number,
): JsonObject => {
  const all = stats.map((one) => one["internalDatabaseSizes"]).filter((sizes) => isJsonObject(sizes))
  const names = new Set(all.flatMap((sizes) => Object.keys(sizes)))
  return Object.fromEntries(
    [...names].map((name) => [name, sizeIn(asked, share(sumOf(all as ReadonlyArray<JsonObject>, name)))]),
  )
}

const isWhole = (nodeIds: ReadonlyArray<string>, record: IndexRecord, cluster: Cluster["Service"]): boolean => {
  const mayRead = cluster.mayRead(record)
  return Object.values(record.placement).some(
    (shards) =>
      shards.every((holders) => holders.every((nodeId) => nodeIds.includes(nodeId))) &&
      shards.every((holders, shard) => holders.every((nodeId) => mayRead(nodeId, shard))),
  )
}

/** A node that does not answer adds nothing. */
const readNode = Effect.fnUntraced(function* (nodeId: string, path: string) {
  const cluster = yield* Cluster
  if (!cluster.mustReceiveWrites(nodeId)) return {}
  const result = yield* Effect.result(callNode(nodeId, getRequest(path, cluster.options.searchTimeoutMs)))
  if (result._tag === "Failure" || result.success.status !== 200) return {}
  const value: unknown = JSON.parse(result.success.body)
  return isJsonObject(value) ? (value as JsonObject) : {}
})

const sumOf = (stats: ReadonlyArray<JsonObject>, name: string): number =>
  stats.reduce((sum, one) => sum + (typeof one[name] === "number" ? one[name] : 0), 0)

const fieldsOf = (stats: ReadonlyArray<JsonObject>, share: (sum: number) => number): JsonObject => {
  const counts = new Map<string, number>()
  for (const { fieldDistribution } of stats)
    if (isJsonObject(fieldDistribution))
      for (const [field, count] of Object.entries(fieldDistribution))
        if (typeof count === "number" && !field.startsWith(reservedPrefix))
          counts.set(field, (counts.get(field) ?? 0) + count)
  const fields = [...counts].sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(fields.map(([field, count]) => [field, share(count)]))
}
