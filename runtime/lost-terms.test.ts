import { Cause, Context, Effect, Exit, Layer, Scope } from "effect"
import { TestClock } from "effect/testing"
import { describe, expect, it } from "vitest"
import { nodeHashingLayer } from "#adapters/hashing/node-hashing.ts"
import { makeMemoryStore } from "#adapters/memory/memory-store.ts"
import { httpPeersLayer } from "#adapters/peers/http-peers.ts"
import { NodeClient, NodeUnreachable } from "#core/ports/node-client.ts"
import { type Lease, Store, StoreUnavailable } from "#core/ports/store.ts"
import { keepLease, writerScope } from "#core/program/keep-lease.ts"
import { Proxy, type ProxyOptions } from "#core/program/proxy.ts"

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

const proxyOn = (store: Store["Service"]) => {
  const world = Layer.mergeAll(Layer.succeed(Store, store), noNodes, nodeHashingLayer, httpPeersLayer)
  return Effect.map(Layer.build(Layer.provide(Proxy.layer(options), world)), (built) => Context.get(built, Proxy))
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
