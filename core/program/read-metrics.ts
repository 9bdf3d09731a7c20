import { Clock, Effect } from "effect"
import type { NodeClient } from "#core/ports/node-client.ts"
import { Store, type StoreUnavailable } from "#core/ports/store.ts"
import { parseInstant } from "#core/prelude/iso-time.ts"
import { isJsonObject } from "#core/prelude/json.ts"
import type { ApiRequest, ApiResponse } from "#core/protocol/http-message.ts"
import { noTaskFilter } from "#core/tasks/task-filter.ts"
import { taskKinds, taskStatuses } from "#core/tasks/task-record.ts"
import { askNode } from "./ask-node-for-error.ts"
import { Cluster } from "./cluster.ts"
import { askedFeatures } from "./asked-features.ts"
import { readStats } from "./read-stats.ts"

/**
 * `GET /metrics`, once clients have turned the feature on: what Meilisearch says of its data and its tasks, for the whole fleet, under
 * Meilisearch's names. What concerns one process (memory, connections, requests) is not here: scrape the nodes for theirs.
 */
export const readMetrics = Effect.fnUntraced(function* (
  request: ApiRequest,
): Effect.fn.Return<ApiResponse, StoreUnavailable, Cluster | NodeClient | Store> {
  const { state } = yield* Cluster
  if (askedFeatures(state)["metrics"] !== true) return yield* askNode(request, "/metrics", "", "")
  const response = yield* readStats({ ...request, path: "/stats", query: "" })
  if (response.status !== 200) return response
  const stats: unknown = JSON.parse(response.body)
  const sizes = isJsonObject(stats) ? stats : {}
  const indexes = Object.entries(isJsonObject(sizes["indexes"]) ? sizes["indexes"] : {})
  const lastUpdate = typeof sizes["lastUpdate"] === "string" ? parseInstant(sizes["lastUpdate"]) : null
  const body = [
    gauge("db_size_bytes", "DB Size In Bytes", [["", Number(sizes["databaseSize"])]]),
    gauge("used_db_size_bytes", "Used DB Size In Bytes", [["", Number(sizes["usedDatabaseSize"])]]),
    gauge("index_count", "Index Count", [["", indexes.length]]),
    gauge(
      "index_docs_count",
      "Index Docs Count",
      indexes.map(([uid, index]) => [`{index="${uid}"}`, isJsonObject(index) ? Number(index["numberOfDocuments"]) : 0]),
    ),
    gauge("is_indexing", "Is Indexing", [
      ["", Number(indexes.some(([, index]) => isJsonObject(index) && index["isIndexing"] === true))],
    ]),
    gauge("last_update", "Last Update", [["", Math.floor((lastUpdate ?? 0) / 1000)]]),
    gauge("nb_tasks", "Number of tasks", yield* countTasks),
    gauge("task_queue_latency_seconds", "Task Queue Latency in Seconds", [["", yield* latencySeconds]]),
  ]
  return {
    status: 200,
    body: body.join(""),
    headers: { ...response.headers, "content-type": "text/plain; version=0.0.4" },
  }
})

type Sample = readonly [labels: string, value: number]

const gauge = (name: string, help: string, samples: ReadonlyArray<Sample>): string =>
  [
    `# HELP meilisearch_${name} Meilisearch ${help}`,
    `# TYPE meilisearch_${name} gauge`,
    ...samples.map(([labels, value]) => `meilisearch_${name}${labels} ${value}`),
    "",
  ].join("\n")

/** Counted by the store; the tasks themselves are not read. */
const countTasks = Effect.gen(function* () {
  const store = yield* Store
  const { state } = yield* Cluster
  const count = (filter: Partial<typeof noTaskFilter>) =>
    Effect.map(
      store.listTasks({ filter: { ...noTaskFilter, ...filter }, from: null, limit: 0, reverse: false }),
      ({ total }) => total,
    )
  const samples: Array<Sample> = []
  for (const uid of [...state.readable.keys()].sort())
    samples.push([`{kind="indexes",value="${uid}"}`, yield* count({ indexUids: [uid] })])
  for (const status of [...taskStatuses].sort())
    samples.push([`{kind="statuses",value="${status}"}`, yield* count({ statuses: [status] })])
  for (const kind of [...taskKinds].sort())
    samples.push([`{kind="types",value="${kind}"}`, yield* count({ types: [kind] })])
  return samples
})

/** Age of the oldest task that has not ended. */
const latencySeconds = Effect.gen(function* () {
  const store = yield* Store
  const nowMs = yield* Clock.currentTimeMillis
  const filter = { ...noTaskFilter, statuses: ["enqueued", "processing"] as const }
  const [oldest] = (yield* store.listTasks({ filter, from: null, limit: 1, reverse: true })).tasks
  return oldest === undefined ? 0 : Math.max(0, nowMs - oldest.enqueuedAtMs) / 1000
})
