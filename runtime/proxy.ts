import { mkdirSync } from "node:fs"
import { hostname } from "node:os"
import { dirname } from "node:path"
import { Context, Effect, Layer } from "effect"
import { folderDumpWriterLayer } from "#adapters/dumps/folder-dump-writer.ts"
import { nodeHashingLayer } from "#adapters/hashing/node-hashing.ts"
import { memoryStoreLayer } from "#adapters/memory/memory-store.ts"
import { httpOutboundLayer } from "#adapters/outbound/http-outbound.ts"
import { sqliteStoreLayer } from "#adapters/sqlite/sqlite-store.ts"
import type { Trace } from "#adapters/trace/open-trace.ts"
import type { Answer } from "#adapters/web/web-server.ts"
import { Store } from "#core/ports/store.ts"
import { answer } from "#core/program/answer.ts"
import { ApiKeys } from "#core/program/api-keys.ts"
import type { ClusterOptions } from "#core/program/cluster.ts"
import { clusterLayer } from "#core/program/start-cluster.ts"
import type { Config } from "./config/config-schema.ts"
import type { Platform } from "./platform.ts"
import { traceOf } from "./trace-of.ts"

/** How long a shutdown waits for running requests: less than the 30 s after which most supervisors kill. */
const shutdownDeadlineMs = 10_000

/** Starts a proxy: store, view of the cluster, background programs, and at last the socket. It runs until the scope closes. */
export const startProxy = Effect.fnUntraced(function* (config: Config, platform: Platform) {
  const trace = yield* traceOf(config)
  const base = Layer.mergeAll(
    nodeHashingLayer,
    watched(storeLayer(config.store.path), trace),
    folderDumpWriterLayer(config.dumps.path),
    httpOutboundLayer,
    platform.nodeClient({ nodeKey: config.node_master_key ?? null }),
  )
  const services = yield* Layer.build(Layer.provideMerge(clusterLayer(clusterOptions(config)), base))
  const program: Answer = (request) => Effect.provideContext(answer(request), services)
  const book = { ...Context.get(services, ApiKeys), masterKey: config.master_key }
  return yield* platform.serve(
    {
      host: config.server.host,
      port: config.server.port,
      payloadLimitBytes: config.server.payload_limit_bytes,
      maxRequestsInFlight: config.server.max_requests_in_flight,
      shutdownDeadlineMs,
    },
    trace === null ? program : trace.recordRequests(program, book),
  )
})

const watched = <E>(layer: Layer.Layer<Store, E>, trace: Trace | null): Layer.Layer<Store, E> =>
  trace === null
    ? layer
    : Layer.provide(Layer.effect(Store, Effect.map(Effect.service(Store), trace.watchStore)), layer)

const storeLayer = (path: string) => {
  if (path === ":memory:") return memoryStoreLayer
  mkdirSync(dirname(path), { recursive: true })
  return sqliteStoreLayer(path)
}

const clusterOptions = (config: Config): ClusterOptions => ({
  proxyId: hostname(),
  seed: {
    replicationFactor: config.fleet.replication_factor,
    defaultShardCount: config.fleet.shards,
    groups: config.fleet.groups,
  },
  masterKey: config.master_key ?? null,
  thresholds: {
    unhealthyThreshold: config.health.unhealthy_threshold,
    recoveryThreshold: config.health.recovery_threshold,
  },
  healthIntervalMs: config.health.interval_ms,
  healthTimeoutMs: config.health.timeout_ms,
  searchTimeoutMs: config.search.timeout_ms,
  writeTimeoutMs: config.write.timeout_ms,
  taskRetentionMs: config.tasks.retention_hours * 3_600_000,
  unavailableShards: config.scatter.unavailable_shard_policy,
})
