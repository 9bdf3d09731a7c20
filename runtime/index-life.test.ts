import { Context, Effect, Fiber, Layer, type Scope } from "effect"
import { TestClock } from "effect/testing"
import { describe, expect, it } from "vitest"
import { nodeHashingLayer } from "#adapters/hashing/node-hashing.ts"
import { makeMemoryStore } from "#adapters/memory/memory-store.ts"
import { httpPeersLayer } from "#adapters/peers/http-peers.ts"
import { jsonLoggerLayer } from "#adapters/telemetry/json-logger.ts"
import { NodeClient, NodeUnreachable } from "#core/ports/node-client.ts"
import { Store } from "#core/ports/store.ts"
import { encodeUtf8 } from "#core/prelude/utf8.ts"
import { Proxy, type ProxyOptions } from "#core/program/proxy.ts"
import { type HttpMethod, type NodeRequest, type NodeResponse, wholeBody } from "#core/protocol/http-message.ts"
import { errorBody } from "#core/protocol/meilisearch-error.ts"
import { answerModelNode, applyNextTask, createModelNode, type ModelNode } from "#sim/model/model-node.ts"

// What becomes of an index when nodes refuse a write, fail it, or take it unheard: catalogue and nodes agree in the end.

const nodeIds = ["n1", "n2"]
const masterKey = "a-master-key-of-16"

/** Long enough for each node to be probed, and for what is behind to be repaired. */
const restMs = 8_000

describe("a deleted index", () => {
  it("is gone from nodes that were busy when they were told, and did not go away", () =>
    run(
      Effect.gen(function* () {
        const { ask, fleet } = yield* startFleet(2)
        yield* ask("POST", "/indexes", { uid: "films", primaryKey: "id" })
        const busy = { status: 429, body: JSON.stringify(errorBody("miroir_overloaded", "busy")) }
        fleet.instead = ({ method }) => (method === "DELETE" ? busy : null)
        expect(yield* ask("DELETE", "/indexes/films")).toMatchObject({ status: 503 })
        expect(namesOn(fleet, "n1")).toEqual(["films__1"])
        fleet.instead = () => null
        yield* TestClock.adjust(restMs)
        expect(nodeIds.map((nodeId) => namesOn(fleet, nodeId))).toEqual([[], []])
      }),
    ))

  it("is gone from a node that failed to delete it while another one did", () =>
    run(
      Effect.gen(function* () {
        const { ask, fleet } = yield* startFleet(1)
        yield* ask("POST", "/indexes", { uid: "films", primaryKey: "id" })
        let isFirst = true
        fleet.isFailing = ({ method }, nodeId) =>
          method === "DELETE" && nodeId === "n2" && isFirst && !(isFirst = false)
        yield* ask("DELETE", "/indexes/films")
        yield* TestClock.adjust(restMs)
        expect(nodeIds.map((nodeId) => namesOn(fleet, nodeId))).toEqual([[], []])
      }),
    ))
})

describe("a primary key", () => {
  it("does not change under a document that was accepted while the index was counted", () =>
    run(
      Effect.gen(function* () {
        const { ask, fleet } = yield* startFleet(1)
        yield* ask("POST", "/indexes", { uid: "films", primaryKey: "id" })
        fleet.answerDelayMs = ({ path }) => (path.includes("/documents/fetch") ? 100 : 0)
        const changing = yield* Effect.forkChild(ask("PATCH", "/indexes/films", { primaryKey: "sku" }))
        yield* TestClock.adjust(50)
        yield* ask("POST", "/indexes/films/documents", [{ id: 1, sku: "a" }])
        yield* Fiber.join(changing)
        fleet.answerDelayMs = () => 0
        yield* TestClock.adjust(restMs)
        const { primaryKey } = JSON.parse((yield* ask("GET", "/indexes/films")).body)
        expect(keysOn(fleet)).toEqual([primaryKey, primaryKey])
        const more = [2, 3, 4, 5].map((id) => ({ id, sku: `s${id}` }))
        for (const document of more) yield* ask("POST", "/indexes/films/documents", [document])
        const { total } = JSON.parse((yield* ask("GET", "/indexes/films/documents")).body)
        expect(total).toBe(5)
      }),
    ))

  it("is not kept from a first payload that all nodes refuse", () =>
    run(
      Effect.gen(function* () {
        const { ask, fleet } = yield* startFleet(2)
        yield* ask("POST", "/indexes", { uid: "films" })
        fleet.instead = ({ method, path }) => (method === "POST" && path.includes("/documents") ? tooLarge : null)
        expect(yield* ask("POST", "/indexes/films/documents?primaryKey=sku", [{ id: 1, sku: "a" }])).toMatchObject({
          status: 413,
        })
        expect(JSON.parse((yield* ask("GET", "/indexes/films")).body)).toMatchObject({ primaryKey: null })
      }),
    ))

  it.each([
    ["no node", ["n1", "n2"]],
    ["only some nodes", ["n2"]],
  ])("stays what it was when %s can change it", (_, failing) =>
    run(
      Effect.gen(function* () {
        const { ask, fleet } = yield* startFleet(1)
        yield* ask("POST", "/indexes", { uid: "films", primaryKey: "id" })
        fleet.isFailing = ({ method, body }, nodeId) =>
          method === "PATCH" && body === `{"primaryKey":"sku"}` && failing.includes(nodeId)
        yield* ask("PATCH", "/indexes/films", { primaryKey: "sku" })
        fleet.isFailing = () => false
        yield* TestClock.adjust(restMs)
        expect(JSON.parse((yield* ask("GET", "/indexes/films")).body)).toMatchObject({ primaryKey: "id" })
        expect(keysOn(fleet)).toEqual(["id", "id"])
      }),
    ),
  )
})

describe("a write that one node refuses and another one takes unheard", () => {
  it.each([
    ["documents", "POST", "/indexes/films/documents", [{ id: 1 }]],
    ["settings", "PATCH", "/indexes/films/settings", { stopWords: ["the"] }],
  ] as const)("is taken back there: %s", (_, method, path, body) =>
    run(
      Effect.gen(function* () {
        const { ask, fleet } = yield* startFleet(2)
        yield* ask("POST", "/indexes", { uid: "films", primaryKey: "id" })
        yield* ask("POST", "/indexes/films/documents", [{ id: 2 }])
        const isIt = (request: NodeRequest) =>
          request.method === method && request.path.startsWith(path.replace("films", "films__1"))
        fleet.instead = (request, nodeId) => (nodeId === "n1" && isIt(request) ? tooLarge : null)
        fleet.isUnheard = (request, nodeId) => nodeId === "n2" && isIt(request)
        expect(yield* ask(method, path, body)).toMatchObject({ status: 413 })
        fleet.instead = () => null
        fleet.isUnheard = () => false
        yield* TestClock.adjust(restMs)
        expect(contentOf(fleet, "n2")).toEqual(contentOf(fleet, "n1"))
        expect(JSON.parse((yield* ask("GET", "/tasks")).body).total).toBe(2)
      }),
    ),
  )
})

const tooLarge: NodeResponse = { status: 413, body: JSON.stringify(errorBody("payload_too_large", "too large")) }

interface Fleet {
  readonly nodes: ReadonlyMap<string, ModelNode>
  answerDelayMs: (request: NodeRequest) => number
  /** What is answered without the node hearing of it. */
  instead: (request: NodeRequest, nodeId: string) => NodeResponse | null
  /** Whether the answer is lost. */
  isUnheard: (request: NodeRequest, nodeId: string) => boolean
  /** Whether the task that the request makes is to fail. */
  isFailing: (request: NodeRequest, nodeId: string) => boolean
}

const startFleet = Effect.fnUntraced(function* (replicationFactor: number) {
  const fleet: Fleet = {
    nodes: new Map(nodeIds.map((id) => [id, createModelNode({ masterKey: null })])),
    answerDelayMs: () => 0,
    instead: () => null,
    isUnheard: () => false,
    isFailing: () => false,
  }
  const ports = Layer.mergeAll(
    Layer.succeed(Store, makeMemoryStore()),
    Layer.succeed(NodeClient, { send: ({ id }, request) => sendTo(fleet, id, request) }),
    nodeHashingLayer,
    httpPeersLayer,
  )
  const starting = yield* Effect.forkChild(Layer.build(Layer.provide(Proxy.layer(optionsOf(replicationFactor)), ports)))
  yield* TestClock.adjust(restMs)
  const proxy = Context.get(yield* Fiber.join(starting), Proxy)
  /** Waits until the task of a write has ended, too. */
  const ask = Effect.fnUntraced(function* (method: HttpMethod, target: string, body: unknown = {}) {
    const [path = "", query = ""] = target.split("?")
    const headers = { authorization: `Bearer ${masterKey}`, "content-type": "application/json" }
    const request = { method, path, query, headers, body: encodeUtf8(JSON.stringify(body)) }
    const asked = yield* Effect.forkChild(proxy.answer(request))
    yield* TestClock.adjust(1_000)
    return yield* Fiber.join(asked)
  })
  return { ask, fleet }
})

const optionsOf = (replicationFactor: number): ProxyOptions => ({
  proxyId: "p",
  address: null,
  seed: {
    replicationFactor,
    defaultShardCount: 4,
    groups: [{ id: "g", nodes: nodeIds.map((id) => ({ id, url: `http://${id}` })) }],
  },
  masterKey,
  thresholds: { unhealthyThreshold: 3, recoveryThreshold: 1 },
  healthIntervalMs: 1_000,
  healthTimeoutMs: 1_000,
  searchTimeoutMs: 1_000,
  writeTimeoutMs: 30_000,
  unavailableShards: "partial",
})

const sendTo = Effect.fnUntraced(function* (fleet: Fleet, nodeId: string, request: NodeRequest) {
  const instead = fleet.instead(request, nodeId)
  if (instead !== null) return instead
  const node = fleet.nodes.get(nodeId)!
  // A node has no index of that name.
  const path = fleet.isFailing(request, nodeId) ? "/indexes/none" : request.path
  const sent = { ...request, path, body: wholeBody(request.body), authorization: null }
  const response = answerModelNode(node, sent, 0)
  while (applyNextTask(node, 0));
  const delayMs = fleet.answerDelayMs(request)
  if (delayMs > 0) yield* Effect.sleep(delayMs)
  if (fleet.isUnheard(request, nodeId))
    return yield* new NodeUnreachable({ nodeId, wasSent: "unknown", reason: "the answer was lost" })
  return response
})

const namesOn = (fleet: Fleet, nodeId: string): ReadonlyArray<string> =>
  [...fleet.nodes.get(nodeId)!.indexes.keys()].filter((uid) => uid.startsWith("films"))

const keysOn = (fleet: Fleet): ReadonlyArray<unknown> =>
  [...fleet.nodes.values()].map((node) => node.indexes.get("films__1")?.primaryKey)

const contentOf = (fleet: Fleet, nodeId: string): unknown => {
  const index = fleet.nodes.get(nodeId)?.indexes.get("films__1")
  return { ids: [...(index?.numberOf.keys() ?? [])].sort(), settings: index?.settings }
}

const run = <A, E>(effect: Effect.Effect<A, E, Scope.Scope>): Promise<A> =>
  Effect.runPromise(
    Effect.scoped(effect).pipe(Effect.provide(TestClock.layer()), Effect.provide(jsonLoggerLayer("none"))),
  )
