import { Effect, Layer } from "effect"
import { expect, it } from "vitest"
import { nodeHashingLayer } from "#adapters/hashing/node-hashing.ts"
import { makeMemoryStore } from "#adapters/memory/memory-store.ts"
import { Store, StoreUnavailable } from "#core/ports/store.ts"
import { ApiKeys, createDefaultKeys } from "#core/program/api-keys.ts"
import { Cluster, type ClusterOptions } from "#core/program/cluster.ts"

const options: ClusterOptions = {
  proxyId: "p",
  seed: { replicationFactor: 1, defaultShardCount: 1, groups: [] },
  masterKey: "a-master-key-of-16",
  thresholds: { unhealthyThreshold: 1, recoveryThreshold: 1 },
  healthIntervalMs: 1,
  healthTimeoutMs: 1,
  searchTimeoutMs: 1,
  writeTimeoutMs: 1,
  unavailableShards: "partial",
}

/** What a start of a proxy makes of the keys. */
const startOn = (store: Store["Service"]) => {
  const world = Layer.merge(Layer.succeed(Store, store), nodeHashingLayer)
  const services = Layer.provideMerge(Layer.provideMerge(ApiKeys.layer, Cluster.layer(options)), world)
  const names = Effect.map(ApiKeys, (keys) => keys.all().map(({ name }) => name))
  return Effect.result(Effect.provide(Effect.andThen(createDefaultKeys, names), services))
}

it("a new cluster has its four keys, the newest first, at whatever change of the store its first start was cut off", async () => {
  for (let changes = 0; changes < 5; changes++) {
    const store = makeMemoryStore()
    let left = changes
    const commit: Store["Service"]["commit"] = (change) =>
      Effect.suspend(() => (left-- > 0 ? store.commit(change) : new StoreUnavailable({ reason: "cut off" })))
    await Effect.runPromise(startOn({ ...store, commit }))
    const outcome = await Effect.runPromise(startOn(store))
    expect(outcome, `cut off after ${changes} changes`).toMatchObject({
      success: [
        "Default Search API Key",
        "Default Admin API Key",
        "Default Read-Only Admin API Key",
        "Default Chat API Key",
      ],
    })
  }
})
