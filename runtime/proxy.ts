import { mkdirSync } from "node:fs"
import { hostname } from "node:os"
import { dirname } from "node:path"
import { Context, Effect, Layer } from "effect"
import { folderDumpWriterLayer } from "#adapters/dumps/folder-dump-writer.ts"
import { nodeHashingLayer } from "#adapters/hashing/node-hashing.ts"
import { memoryStoreLayer } from "#adapters/memory/memory-store.ts"
import { httpOutboundLayer } from "#adapters/outbound/http-outbound.ts"
import { sqliteStoreLayer } from "#adapters/sqlite/sqlite-store.ts"
import { httpPeersLayer } from "#adapters/peers/http-peers.ts"
import type { Trace } from "#adapters/trace/open-trace.ts"
import { Store } from "#core/ports/store.ts"
import { refuseUnread } from "#core/program/admit.ts"
import { ApiKeys } from "#core/program/api-keys.ts"
import { Cluster } from "#core/program/cluster.ts"
import { Proxy, type ProxyOptions } from "#core/program/proxy.ts"
import type { Config } from "./config/config-schema.ts"
import type { Platform } from "./platform.ts"
import { traceOf } from "./trace-of.ts"

/** How long a shutdown waits for running requests: less than the 30 s after which most supervisors kill. */
const shutdownDeadlineMs = 10_000
/** How long a client may send nothing in the middle of a body: longer than a lost packet is sent again, and than a phone changes its network. */
const bodyPauseMaxMs = 30_000

/** Starts a proxy: store, view of the cluster, background programs, and at last the socket. It runs until the scope closes. */
export const startProxy = Effect.fnUntraced(function* (config: Config, platform: Platform) {
  const trace = yield* traceOf(config)
  const base = Layer.mergeAll(
    nodeHashingLayer,
    watched(storeLayer(config.store.path), trace),
    folderDumpWriterLayer(config.dumps.path),
    httpOutboundLayer,
    httpPeersLayer,
    platform.nodeClient({ nodeKey: config.node_master_key ?? null }),
  )
  const proxy = Context.get(yield* Layer.build(Layer.provide(Proxy.layer(proxyOptions(config)), base)), Proxy)
  const { hmac, textOf } = proxy.keys()
  const keys = { hmac, textOf, byText: (text: string) => proxy.keys().byText(text), masterKey: config.master_key }
  return yield* platform.serve(
    {
      host: config.server.host,
      port: config.server.port,
      payloadLimitBytes: config.server.payload_limit_bytes,
      maxRequestsInFlight: config.server.max_requests_in_flight,
      bodyPauseMaxMs,
      refuseUnread: (request) =>
        refuseUnread(request).pipe(
          Effect.provideService(ApiKeys, proxy.keys()),
          Effect.provideService(Cluster, proxy.cluster()),
        ),
      shutdownDeadlineMs,
    },
    trace === null ? proxy.answer : trace.recordRequests(proxy.answer, keys),
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

const proxyOptions = (config: Config): ProxyOptions => ({
  proxyId: config.proxy.id ?? `${hostname()}:${config.server.port}`,
  address: config.proxy.address ?? (config.server.port === 0 ? null : `http://127.0.0.1:${config.server.port}`),
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
