import { Context, Deferred, Effect, Fiber, Layer } from "effect"
import { TestClock } from "effect/testing"
import { describe, expect, it } from "vitest"
import { exampleIndex, exampleMark } from "#adapters/contract/store-records.ts"
import { nodeHashingLayer } from "#adapters/hashing/node-hashing.ts"
import { makeMemoryStore } from "#adapters/memory/memory-store.ts"
import { httpPeersLayer } from "#adapters/peers/http-peers.ts"
import { jsonLoggerLayer } from "#adapters/telemetry/json-logger.ts"
import { NodeClient } from "#core/ports/node-client.ts"
import { Store } from "#core/ports/store.ts"
import { encodeUtf8 } from "#core/prelude/utf8.ts"
import { type ApiRequest, wholeBody } from "#core/protocol/http-message.ts"
import { Cluster } from "#core/program/cluster.ts"
import { Follower } from "#core/program/follow-tasks.ts"
import { Proxy, type ProxyOptions } from "#core/program/proxy.ts"
import { watchHealth } from "#core/program/watch-health.ts"
import { answerModelNode, applyNextTask, createModelNode } from "#sim/model/model-node.ts"

// A node whose disk is empty again and again, while what was done about the time before is not finished.

const options: ProxyOptions = {
  proxyId: "p",
  address: null,
  seed: {
    replicationFactor: 2,
    defaultShardCount: 1,
    groups: [{ id: "main", nodes: ["a", "b"].map((id) => ({ id, url: `http://${id}` })) }],
  },
  masterKey: null,
  thresholds: { unhealthyThreshold: 3, recoveryThreshold: 1 },
  healthIntervalMs: 1_000,
  healthTimeoutMs: 1_000,
  searchTimeoutMs: 1_000,
  writeTimeoutMs: 1_000,
  unavailableShards: "partial",
}

const makeFleet = () => {
  const nodes = new Map(["a", "b"].map((id) => [id, createModelNode({ masterKey: null })]))
  /** Before the answer to whoever has sent documents of the index to the node a. */
  const copying = { isSeen: Effect.void as Effect.Effect<unknown> }
  return {
    layer: Layer.succeed(NodeClient, {
      send: ({ id }, request) =>
        Effect.suspend(() => {
          const node = nodes.get(id)!
          const response = answerModelNode(node, { ...request, body: wholeBody(request.body), authorization: null }, 0)
          while (applyNextTask(node, 0));
          const isCopy = id === "a" && request.method === "POST" && request.path.includes("/documents?")
          return Effect.as(isCopy && request.path.startsWith("/indexes/films") ? copying.isSeen : Effect.void, response)
        }),
    }),
    copying,
    wipe: (id: string) => void nodes.set(id, createModelNode({ masterKey: null })),
    documentsOf: (id: string): number =>
      [...nodes.get(id)!.indexes.entries()].reduce(
        (sum, [uid, index]) =>
          sum + (uid.startsWith("films__") ? index.documents.filter((document) => document !== null).length : 0),
        0,
      ),
  }
}

describe("a node that came back empty", () => {
  it("stays behind, also when the last of its marks is being cleared at that moment", async () => {
    const store = makeMemoryStore()
    const mark = exampleMark({ nodeId: "a", shard: 0, sinceVersion: 5 })
    await Effect.runPromise(
      store.commit({
        indexes: [exampleIndex("films__1", { placement: { main: [["a", "b"]] }, shardCount: 1 })],
        behind: [mark],
        nodes: ["a", "b"].map((nodeId) => ({ nodeId, incarnation: "before", highestTaskUid: 3 })),
      }),
    )
    const program = Effect.gen(function* () {
      const cluster = yield* Cluster
      // As repair does it: it looks, asks the store whether something was missed since, and clears.
      yield* Effect.forkScoped(
        cluster.marking(
          Effect.andThen(
            Effect.sleep(500),
            Effect.suspend(() => cluster.commit({ cleared: [mark] })),
          ),
        ),
      )
      yield* Effect.forkScoped(watchHealth)
      yield* TestClock.adjust(5_000)
      expect(cluster.state.health.get("a")).toEqual({ tag: "up" })
      return (yield* store.loadState).behind.filter(({ nodeId }) => nodeId === "a")
    })
    const world = Layer.merge(Layer.succeed(Store, store), makeFleet().layer)
    const services = Layer.provideMerge(Layer.provideMerge(Follower.layer, Cluster.layer(options)), world)
    const behind = await Effect.runPromise(quietly(Effect.provide(Effect.scoped(program), services)))
    expect(behind).toMatchObject([{ physicalUid: "films__1", nodeId: "a", shard: 0, sinceVersion: 0 }])
  })

  it("is repaired again when it loses its disk once more before its marks are cleared", async () => {
    const fleet = makeFleet()
    const store = Layer.sync(Store, makeMemoryStore)
    const world = Layer.mergeAll(store, fleet.layer, nodeHashingLayer, httpPeersLayer)
    const program = Effect.gen(function* () {
      yield* Effect.forkScoped(Effect.forever(TestClock.adjust(50)))
      const proxy = Context.get(yield* Layer.build(Layer.provide(Proxy.layer(options), world)), Proxy)
      yield* proxy.answer(addition)
      yield* Effect.sleep(2_000)
      expect(fleet.documentsOf("a")).toBe(3)

      // Repair clears its marks when no write can be accepted: here some other work holds it up there.
      const copied = yield* Deferred.make<void>()
      const isHeld = yield* Deferred.make<void>()
      const heldUp = Effect.gen(function* () {
        yield* Deferred.succeed(isHeld, undefined)
        fleet.copying.isSeen = Effect.void
        yield* Effect.sleep(1_000)
        expect(fleet.documentsOf("a")).toBe(3)
        fleet.wipe("a")
        yield* Effect.sleep(5_000)
      })
      const held = yield* Effect.forkScoped(
        Effect.andThen(Deferred.await(copied), proxy.cluster().gateOf("films").withPermit(heldUp)),
      )
      fleet.copying.isSeen = Effect.andThen(Deferred.succeed(copied, undefined), Deferred.await(isHeld))
      fleet.wipe("a")
      yield* Fiber.join(held)
      yield* Effect.sleep(10_000)
      expect(fleet.documentsOf("a")).toBe(3)
    })
    await Effect.runPromise(quietly(Effect.scoped(program)))
  })
})

const quietly = <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E> =>
  effect.pipe(Effect.provide(Layer.merge(TestClock.layer(), jsonLoggerLayer("none"))))

const addition: ApiRequest = {
  method: "POST",
  path: "/indexes/films/documents",
  query: "",
  headers: { "content-type": "application/json" },
  body: encodeUtf8(JSON.stringify([1, 2, 3].map((id) => ({ id })))),
}
