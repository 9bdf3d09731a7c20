import { Cause, Context, Effect, Exit, Fiber, Layer, Scope } from "effect"
import { TestClock } from "effect/testing"
import { describe, expect, it } from "vitest"
import { nodeHashingLayer } from "#adapters/hashing/node-hashing.ts"
import { makeMemoryStore } from "#adapters/memory/memory-store.ts"
import { httpPeersLayer } from "#adapters/peers/http-peers.ts"
import { writerLease } from "#core/leases/lease-state.ts"
import { NodeClient, NodeUnreachable } from "#core/ports/node-client.ts"
import { type Lease, Store, StoreUnavailable } from "#core/ports/store.ts"
import { aloneTerm } from "#core/program/cluster.ts"
import { dropOnNode } from "#core/program/drop-on-node.ts"
import { keepLease, writerScope } from "#core/program/keep-lease.ts"
import { Proxy, type ProxyOptions } from "#core/program/proxy.ts"
import { clusterLayer } from "#core/program/start-cluster.ts"
import { encodeUtf8 } from "#core/prelude/utf8.ts"
import { type ApiRequest, type NodeRequest, wholeBody } from "#core/protocol/http-message.ts"
import { answerModelNode, applyNextTask, createModelNode } from "#sim/model/model-node.ts"

const options: ProxyOptions = {
  proxyId: "p",
  address: null,
  seed: { replicationFactor: 1, defaultShardCount: 1, groups: [] },
  masterKey: "a-master-key-of-16",
  thresholds: { unhealthyThreshold: 1, recoveryThreshold: 1 },
  healthIntervalMs: 1_000,
  healthTimeoutMs: 1_000,
  searchTimeoutMs: 1_000,
  writeTimeoutMs: 1_000,
  unavailableShards: "partial",
}

const noNodes = Layer.succeed(NodeClient, {
  send: ({ id }) => Effect.fail(new NodeUnreachable({ nodeId: id, wasSent: "no", reason: "there are no nodes" })),
})

const proxyOn = (store: Store["Service"], nodes = noNodes, given = options) => {
  const world = Layer.mergeAll(Layer.succeed(Store, store), nodes, nodeHashingLayer, httpPeersLayer)
  return Effect.map(Layer.build(Layer.provide(Proxy.layer(given), world)), (built) => Context.get(built, Proxy))
}

const leaseOf = (holder: string | null, token: number): Lease => ({
  scope: writerScope,
  holder,
  address: null,
  token,
  beat: 0,
})

/** On a clock that goes only when it is told to. */
const run = <A, E>(effect: Effect.Effect<A, E, Scope.Scope>): Promise<A> =>
  Effect.runPromise(Effect.scoped(effect).pipe(Effect.provide(TestClock.layer())))

describe("a lease", () => {
  it("still counts as taken over when the store has taken it without the proxy hearing of it", () =>
    run(
      Effect.gen(function* () {
        const store = makeMemoryStore()
        yield* store.writeLease(leaseOf("gone", 3), null)
        let isUnheard = true
        const writeLease: Store["Service"]["writeLease"] = (lease, expected) =>
          Effect.suspend(() => {
            const stored = store.writeLease(lease, expected)
            if (!isUnheard) return stored
            isUnheard = false
            return Effect.andThen(stored, new StoreUnavailable({ reason: "the answer was lost" }))
          })
        const keeper = yield* Effect.provideService(keepLease("p", null), Store, { ...store, writeLease })
        yield* TestClock.adjust(6_000)
        expect(keeper.held()).toEqual({ token: 5, isTakenOver: true })
      }),
    ))

  it("lets nothing more be sent to nodes once it was given back", () =>
    run(
      Effect.gen(function* () {
        const store = makeMemoryStore()
        const scope = yield* Scope.make()
        const keeper = yield* keepLease("p", null).pipe(Effect.provideService(Store, store), Scope.provide(scope))
        expect(keeper.mayAct(1)).toBe(true)
        yield* Scope.close(scope, Exit.void)
        expect(yield* store.readLease(writerScope)).toMatchObject({ holder: null, token: 1 })
        expect(keeper.mayAct(1)).toBe(false)
      }),
    ))
})

describe("a term that is lost before it has begun", () => {
  it("is followed by one that leads as soon as the lease is free again", () =>
    run(
      Effect.gen(function* () {
        const store = makeMemoryStore()
        yield* store.writeLease(leaseOf("other", 1), null)
        const thief = robberOf(store, 2)
        const proxy = yield* proxyOn(thief)
        expect(proxy.cluster().term.role).toBe("following")
        yield* store.writeLease(leaseOf(null, 1), leaseOf("other", 1))
        yield* TestClock.adjust(2_000)
        expect((yield* store.readLease(writerScope))?.token).toBe(3)
        expect(proxy.cluster().term.role).toBe("following")
        yield* store.writeLease(leaseOf(null, 3), leaseOf("other", 3))
        yield* TestClock.adjust(2_000)
        expect(proxy.cluster().term.role).toBe("leading")
      }),
    ))

  it("ends the start of a proxy with a failure and not with an interruption", () =>
    run(
      Effect.gen(function* () {
        const exit = yield* Effect.exit(proxyOn(robberOf(makeMemoryStore(), 1)))
        expect(Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause)).toBe(false)
        expect(Exit.isFailure(exit)).toBe(true)
      }),
    ))
})

describe("a request to a node that is on its way when the lease ends", () => {
  it("is cut off where it changes the node, and nobody says that it was done", () =>
    run(
      Effect.gen(function* () {
        const { proxy, waiting } = yield* proxyWithSilentLease
        const answer = yield* Effect.forkChild(proxy.answer(requestOf("/indexes/films/documents", [{ id: 1 }])))
        yield* TestClock.adjust(writerLease.leaseMs - writerLease.safetyMs - 100)
        const isOnItsWay = () => [...waiting].some((path) => path.includes("/documents?"))
        expect(isOnItsWay()).toBe(true)
        // A busy proxy gets some time to renew its lease; nobody may have taken it by then.
        yield* TestClock.adjust(writerLease.safetyMs)
        expect(isOnItsWay()).toBe(false)
        const { status, body } = yield* Fiber.join(answer)
        expect([status, JSON.parse(body).code]).toEqual([503, "miroir_no_quorum"])
        expect(proxy.cluster().mustReceiveWrites("n1")).toBe(true)
      }),
    ))

  it("goes on where it only reads", () =>
    run(
      Effect.gen(function* () {
        const { proxy, waiting } = yield* proxyWithSilentLease
        const answer = yield* Effect.forkChild(proxy.answer(requestOf("/indexes/films/search", {})))
        yield* TestClock.adjust(2 * writerLease.leaseMs)
        expect([...waiting]).toEqual([expect.stringContaining("/search")])
        yield* Fiber.interrupt(answer)
      }),
    ))
})

describe("an index that a node should drop", () => {
  it("goes when the proxy may write again, although it might not when it should have gone", () =>
    run(
      Effect.gen(function* () {
        const may = { act: true }
        const term = { ...aloneTerm, mayAct: () => may.act }
        const { model, sent, nodes } = oneNode()
        const ports = Layer.mergeAll(Layer.succeed(Store, makeMemoryStore()), nodes, nodeHashingLayer)
        const starting = yield* Effect.forkChild(Layer.build(Layer.provide(clusterLayer(onOneNode, term), ports)))
        yield* TestClock.adjust(2_000)
        const services = yield* Fiber.join(starting)
        sent({ method: "POST", path: "/indexes", body: '{"uid":"gone__1"}', contentType: "application/json" })
        may.act = false
        yield* dropOnNode("gone__1", "n1").pipe(Effect.provideContext(services), Effect.provide(nodes))
        yield* TestClock.adjust(2_000)
        expect([...model.indexes.keys()]).toContain("gone__1")
        may.act = true
        yield* TestClock.adjust(2_000)
        expect([...model.indexes.keys()]).not.toContain("gone__1")
      }),
    ))
})

const onOneNode: ProxyOptions = {
  ...options,
  seed: { ...options.seed, groups: [{ id: "g", nodes: [{ id: "n1", url: "http://n1" }] }] },
}

const oneNode = (isHung: (path: string) => boolean = () => false) => {
  const model = createModelNode({ masterKey: null })
  const waiting = new Set<string>()
  const sent = ({ method, path, contentType, body }: Omit<NodeRequest, "timeoutMs">) => {
    const response = answerModelNode(
      model,
      { method, path, contentType, body: wholeBody(body), authorization: null },
      0,
    )
    while (applyNextTask(model, 0));
    return response
  }
  const nodes = Layer.succeed(NodeClient, {
    send: (_node, request) =>
      Effect.suspend(() => {
        if (!isHung(request.path)) return Effect.succeed(sent(request))
        waiting.add(request.path)
        return Effect.onInterrupt(Effect.never, () => Effect.sync(() => waiting.delete(request.path)))
      }),
  })
  return { model, sent, nodes, waiting }
}

/** A proxy over one node; its lease is renewed no more, and the node has stopped to answer what is asked of the index `films`. */
const proxyWithSilentLease = Effect.gen(function* () {
  const store = makeMemoryStore()
  const is = { silent: false }
  const { nodes, waiting } = oneNode((path) => is.silent && path.startsWith("/indexes/films"))
  const writeLease: Store["Service"]["writeLease"] = (lease, expected) =>
    Effect.suspend(() =>
      is.silent
        ? Effect.fail(new StoreUnavailable({ reason: "it is away for leases" }))
        : store.writeLease(lease, expected),
    )
  const patient = { ...onOneNode, searchTimeoutMs: 60_000, writeTimeoutMs: 60_000 }
  const starting = yield* Effect.forkChild(proxyOn({ ...store, writeLease }, nodes, patient))
  yield* TestClock.adjust(2_000)
  const proxy = yield* Fiber.join(starting)
  yield* proxy.answer(requestOf("/indexes", { uid: "films" }))
  yield* TestClock.adjust(2_000)
  is.silent = true
  return { proxy, waiting }
})

const requestOf = (path: string, body: unknown): ApiRequest => ({
  method: "POST",
  path,
  query: "",
  headers: { "content-type": "application/json", authorization: `Bearer ${options.masterKey}` },
  body: encodeUtf8(JSON.stringify(body)),
})

/** The store as a proxy sees it that loses the lease with that token right after it has loaded the state. */
const robberOf = (store: Store["Service"], token: number): Store["Service"] => ({
  ...store,
  loadState: Effect.gen(function* () {
    const state = yield* store.loadState
    const lease = yield* store.readLease(writerScope)
    if (lease?.token === token && lease.holder === options.proxyId)
      yield* Effect.orDie(store.writeLease(leaseOf("other", token + 1), lease))
    return state
  }),
})
