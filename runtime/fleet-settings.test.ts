import { Context, Effect, Exit, Fiber, Layer, Scope } from "effect"
import { TestClock } from "effect/testing"
import { describe, expect, it } from "vitest"
import { nodeHashingLayer } from "#adapters/hashing/node-hashing.ts"
import { makeMemoryStore } from "#adapters/memory/memory-store.ts"
import { httpPeersLayer } from "#adapters/peers/http-peers.ts"
import { jsonLoggerLayer } from "#adapters/telemetry/json-logger.ts"
import { NodeClient, NodeUnreachable } from "#core/ports/node-client.ts"
import { Store, StoreUnavailable } from "#core/ports/store.ts"
import { Proxy, type ProxyOptions } from "#core/program/proxy.ts"
import { type JsonObject, isJsonObject } from "#core/prelude/json.ts"
import { encodeUtf8 } from "#core/prelude/utf8.ts"
import { type ApiRequest, type NodeRequest, type NodeResponse, wholeBody } from "#core/protocol/http-message.ts"
import { answerModelNode, applyNextTask, createModelNode } from "#sim/model/model-node.ts"

// What every node is told and the store keeps: experimental features and chat workspaces. Whatever goes wrong while they are changed, in the end
// nodes and store agree. The nodes are model nodes with the two kinds of settings beside them, which the model itself refuses.

const nodeIds = ["n1", "n2"]
const masterKey = "a-master-key-of-16"

const options: ProxyOptions = {
  proxyId: "p",
  address: null,
  seed: {
    replicationFactor: 2,
    defaultShardCount: 2,
    groups: [{ id: "g", nodes: nodeIds.map((id) => ({ id, url: `http://${id}` })) }],
  },
  masterKey,
  thresholds: { unhealthyThreshold: 3, recoveryThreshold: 1 },
  healthIntervalMs: 1_000,
  healthTimeoutMs: 1_000,
  searchTimeoutMs: 1_000,
  writeTimeoutMs: 30_000,
  unavailableShards: "partial",
}

/** Long enough for each node to be probed more than once. */
const restMs = 4_000

describe("experimental features", () => {
  it("of two changes at once are at every node what they are in the store, although the first is slow on its way", () =>
    run(
      Effect.gen(function* () {
        const fleet = makeFleet()
        const proxy = yield* startLife(fleet)
        const isFirst = { n1: true }
        fleet.delayMs = (nodeId, { method, body }) => {
          if (nodeId !== "n1" || method !== "PATCH" || body === "{}") return 0
          const delayMs = isFirst.n1 ? 500 : 10
          isFirst.n1 = false
          return delayMs
        }
        const first = yield* Effect.forkChild(proxy.answer(patch("/experimental-features", { metrics: true })))
        yield* TestClock.adjust(100)
        const second = yield* Effect.forkChild(proxy.answer(patch("/experimental-features", { metrics: false })))
        yield* TestClock.adjust(2_000)
        const answers = [yield* Fiber.join(first), yield* Fiber.join(second)]
        expect(answers.map(({ body }) => JSON.parse(body).metrics)).toEqual([true, false])
        expect(yield* disagreement(fleet)).toBeNull()
        expect(fleet.nodes.get("n1")?.features["metrics"]).toBe(false)
      }),
    ))

  it("are changed one change after the other: who is answered last has seen the other one", () =>
    run(
      Effect.gen(function* () {
        const fleet = makeFleet()
        const proxy = yield* startLife(fleet)
        let reads = 0
        fleet.delayMs = (_, { method, path }) =>
          method === "GET" && path === "/experimental-features" && ++reads === 1 ? 500 : 0
        const first = yield* Effect.forkChild(proxy.answer(patch("/experimental-features", { metrics: true })))
        yield* TestClock.adjust(100)
        const second = yield* Effect.forkChild(proxy.answer(patch("/experimental-features", { network: true })))
        yield* TestClock.adjust(2_000)
        const answers = [yield* Fiber.join(first), yield* Fiber.join(second)].map(({ body }) => JSON.parse(body))
        expect(answers.some(({ metrics, network }) => metrics === true && network === true)).toBe(true)
      }),
    ))

  it("that a probe brings to a node do not undo a change that was made meanwhile", () =>
    run(
      Effect.gen(function* () {
        const fleet = makeFleet()
        const proxy = yield* startLife(fleet)
        yield* proxy.answer(patch("/experimental-features", { metrics: true }))
        const isTelling = (nodeId: string, { method, body }: NodeRequest) =>
          nodeId === "n1" && method === "PATCH" && body !== "{}"
        fleet.delayMs = (nodeId, request) => (isTelling(nodeId, request) ? 500 : 0)
        proxy.cluster().observe("n1", { tag: "request-failed" })
        yield* TestClock.adjust(300)
        // The change overtakes what the probe has sent, and the answer to it comes last.
        fleet.delayMs = () => 0
        fleet.answerDelayMs = (nodeId, request) => (isTelling(nodeId, request) ? 900 : 0)
        const { status } = yield* proxy.answer(patch("/experimental-features", { metrics: false })).pipe(
          Effect.forkChild,
          Effect.tap(() => TestClock.adjust(restMs)),
          Effect.flatMap((fiber) => Fiber.join(fiber)),
        )
        expect(status).toBe(200)
        expect(yield* disagreement(fleet)).toBeNull()
        expect(fleet.nodes.get("n1")?.features["metrics"]).toBe(false)
      }),
    ))
})

describe("chat workspaces", () => {
  it("of which one was stored unheard all reach the nodes, although the next change is made before that is known", () =>
    run(
      Effect.gen(function* () {
        const fleet = makeFleet()
        const proxy = yield* startLife(fleet)
        yield* proxy.answer(patch("/experimental-features", { chatCompletions: true }))
        // The first call looks whether chats are on, the second one changes a node, the third one the store.
        fleet.strike = { at: 3, fault: "fails after" }
        fleet.canLoad = false
        expect(yield* proxy.answer(patch("/chats/a/settings", { source: "mistral" }))).toMatchObject({ status: 503 })
        fleet.canLoad = true
        expect(yield* proxy.answer(patch("/chats/b/settings", { source: "mistral" }))).toMatchObject({ status: 200 })
        yield* TestClock.adjust(restMs)
        expect(yield* disagreement(fleet)).toBeNull()
        expect([...fleet.nodes.get("n2")!.chats.keys()].sort()).toEqual(["a", "b"])
      }),
    ))
})

const faults = ["dies before", "dies after", "fails before", "fails after", "client leaves"] as const
type Fault = (typeof faults)[number]

const changes: ReadonlyArray<readonly [string, ApiRequest]> = [
  ["features", patch("/experimental-features", { metrics: true })],
  ["a new workspace", patch("/chats/new/settings", { source: "mistral" })],
  ["a workspace that is there", patch("/chats/films/settings", { source: "openAi", prompts: { system: "t" } })],
  ["a workspace that is reset", { ...patch("/chats/films/settings", {}), method: "DELETE" }],
  ["a workspace that is deleted", { ...patch("/chats/films", {}), method: "DELETE" }],
]

describe.each(changes)("a change of %s", (_name, request) => {
  it.each(faults)("leaves nodes and store in agreement when, at any call that it makes, it %s", (fault) =>
    run(
      Effect.gen(function* () {
        let wasStruck = true
        let strikes = 0
        for (let call = 1; wasStruck; call++) {
          wasStruck = yield* changeWithFault(request, fault, call)
          if (wasStruck) strikes++
        }
        // A node is asked, the store is, and the other node is: a test that strikes less would prove little.
        expect(strikes).toBeGreaterThanOrEqual(3)
      }),
    ),
  )
})

/** False when the change made fewer calls. */
const changeWithFault = Effect.fnUntraced(function* (request: ApiRequest, fault: Fault, call: number) {
  const fleet = makeFleet()
  const scope = yield* Scope.make()
  const proxy = yield* startLife(fleet).pipe(Scope.provide(scope))
  yield* proxy.answer(patch("/experimental-features", { chatCompletions: true }))
  yield* proxy.answer(patch("/chats/films/settings", { source: "mistral", prompts: { system: "s" } }))
  expect(yield* disagreement(fleet)).toBeNull()
  fleet.strike = { at: call, fault }
  const asked = yield* Effect.forkDetach(proxy.answer(request))
  yield* TestClock.adjust(1)
  const wasStruck = fleet.strike.at <= 0
  if (wasStruck && fault === "client leaves") yield* Effect.forkDetach(Fiber.interrupt(asked))
  fleet.strike = null
  if (fleet.diedAt > 0) yield* startLife(fleet)
  yield* TestClock.adjust(restMs)
  expect([fault, call, yield* disagreement(fleet)]).toEqual([fault, call, null])
  // What waits for a call of a dead life waits for ever, so nobody waits for its end.
  yield* Effect.forkDetach(Scope.close(scope, Exit.void))
  return wasStruck
})

interface SettingsNode {
  readonly model: ReturnType<typeof createModelNode>
  features: JsonObject
  readonly chats: Map<string, JsonObject>
}

interface Fleet {
  readonly store: Store["Service"]
  readonly nodes: ReadonlyMap<string, SettingsNode>
  delayMs: (nodeId: string, request: NodeRequest) => number
  answerDelayMs: (nodeId: string, request: NodeRequest) => number
  canLoad: boolean
  /** What happens to the `at`-th call from now. */
  strike: { at: number; readonly fault: Fault } | null
  /** Lives of the proxy so far, and the last of them that has died: nothing that it does reaches anybody. */
  lives: number
  diedAt: number
}

const makeFleet = (): Fleet => ({
  store: makeMemoryStore(),
  nodes: new Map(
    nodeIds.map((id) => [
      id,
      {
        model: createModelNode({ masterKey: null }),
        features: { metrics: false, network: false, chatCompletions: false },
        chats: new Map(),
      },
    ]),
  ),
  delayMs: () => 0,
  answerDelayMs: () => 0,
  canLoad: true,
  strike: null,
  lives: 0,
  diedAt: 0,
})

/** Starts a proxy in the scope and waits until it has looked at its nodes. */
const startLife = Effect.fnUntraced(function* (fleet: Fleet) {
  const life = ++fleet.lives
  const ports = Layer.mergeAll(
    Layer.succeed(Store, storeOf(fleet, life)),
    Layer.succeed(NodeClient, { send: ({ id }, request) => sendTo(fleet, life, id, request) }),
    nodeHashingLayer,
    httpPeersLayer,
  )
  const starting = yield* Effect.forkChild(Layer.build(Layer.provide(Proxy.layer(options), ports)))
  yield* TestClock.adjust(restMs)
  return Context.get(yield* Fiber.join(starting), Proxy)
})

const storeOf = (fleet: Fleet, life: number): Store["Service"] => {
  const { store } = fleet
  const failure = new StoreUnavailable({ reason: "the answer was lost" })
  return {
    ...store,
    loadState: Effect.suspend(() => (fleet.canLoad ? store.loadState : Effect.fail(failure))),
    commit: (change) => struck(fleet, life, store.commit(change), failure),
    writeLease: (lease, expected) =>
      Effect.suspend(() => (life <= fleet.diedAt ? Effect.never : store.writeLease(lease, expected))),
  }
}

const sendTo = (
  fleet: Fleet,
  life: number,
  nodeId: string,
  request: NodeRequest,
): Effect.Effect<NodeResponse, NodeUnreachable> =>
  struck(
    fleet,
    life,
    Effect.gen(function* () {
      const answerDelayMs = fleet.answerDelayMs(nodeId, request)
      yield* pause(fleet.delayMs(nodeId, request))
      const response = answerOf(fleet.nodes.get(nodeId)!, request)
      yield* pause(answerDelayMs)
      return response
    }),
    new NodeUnreachable({ nodeId, wasSent: "unknown", reason: "the answer was lost" }),
  )

const pause = (ms: number): Effect.Effect<void> => (ms === 0 ? Effect.void : Effect.sleep(ms))

const struck = <A, E>(fleet: Fleet, life: number, call: Effect.Effect<A, E>, failure: E): Effect.Effect<A, E> =>
  Effect.suspend(() => {
    if (life <= fleet.diedAt) return Effect.never
    if (fleet.strike === null || --fleet.strike.at !== 0) return call
    switch (fleet.strike.fault) {
      case "dies before":
        fleet.diedAt = life
        return Effect.never
      case "dies after":
        fleet.diedAt = life
        return Effect.andThen(call, Effect.never)
      case "fails before":
        return Effect.fail(failure)
      case "fails after":
        return Effect.andThen(call, Effect.fail(failure))
      case "client leaves":
        // The call is made; its answer comes when the client has gone.
        return Effect.tap(call, () => Effect.sleep(10))
    }
  })

const answerOf = (node: SettingsNode, { method, path, body, contentType }: NodeRequest): NodeResponse => {
  const answered = (value: unknown, status = 200) => ({ status, body: JSON.stringify(value) })
  const given: unknown = typeof body === "string" ? JSON.parse(body) : {}
  const patch: JsonObject = isJsonObject(given) ? (given as JsonObject) : {}
  if (path === "/experimental-features") {
    if (method === "PATCH") node.features = { ...node.features, ...patch }
    return answered(node.features)
  }
  const [, chats, uid = "", settings] = path.split("?")[0]!.split("/")
  if (chats === "chats") {
    if (uid === "") return answered({ results: [...node.chats.keys()].map((known) => ({ uid: known })) })
    const known = node.chats.get(uid)
    if (method === "PATCH") node.chats.set(uid, mergeChat(known ?? {}, patch))
    else if (known === undefined) return answered({ code: "chat_not_found", message: "", type: "", link: "" }, 404)
    else if (method === "DELETE" && settings !== undefined) node.chats.set(uid, {})
    else if (method === "DELETE") node.chats.delete(uid)
    return method === "DELETE" && settings === undefined
      ? { status: 204, body: "" }
      : answered(node.chats.get(uid) ?? known)
  }
  const sent = { method, path, contentType, body: wholeBody(body), authorization: null }
  const response = answerModelNode(node.model, sent, 0)
  while (applyNextTask(node.model, 0));
  return response
}

const mergeChat = (before: JsonObject, patch: JsonObject): JsonObject => {
  const [had, given] = [before["prompts"], patch["prompts"]]
  const prompts = isJsonObject(given) ? { ...(isJsonObject(had) ? had : {}), ...given } : had
  return { ...before, ...patch, ...(prompts === undefined ? {} : { prompts }) } as JsonObject
}

/** Null where every node has what the store says. */
const disagreement = Effect.fnUntraced(function* ({ store, nodes }: Fleet) {
  const { records } = yield* store.loadState
  const asked = records.find(({ kind }) => kind === "experimental-features")?.value ?? {}
  const wanted = {
    features: { metrics: false, network: false, chatCompletions: false, ...asked },
    chats: Object.fromEntries(
      records.filter(({ kind }) => kind === "chat-workspace").map(({ key, value }) => [key, value]),
    ),
  }
  for (const [nodeId, { features, chats }] of nodes) {
    const found = { features, chats: Object.fromEntries([...chats].sort(([a], [b]) => (a < b ? -1 : 1))) }
    if (JSON.stringify(found) !== JSON.stringify(wanted)) return { nodeId, found, wanted }
  }
  return null
})

function patch(path: string, body: unknown): ApiRequest {
  const headers = { "content-type": "application/json", authorization: `Bearer ${masterKey}` }
  return { method: "PATCH", path, query: "", headers, body: encodeUtf8(JSON.stringify(body)) }
}

/** On a clock that goes only when it is told to. */
function run<A, E>(effect: Effect.Effect<A, E, Scope.Scope>): Promise<A> {
  return Effect.runPromise(
    Effect.scoped(effect).pipe(Effect.provide(TestClock.layer()), Effect.provide(jsonLoggerLayer("none"))),
  )
}
