import { Effect, Layer, type Scope } from "effect"
import { TestClock } from "effect/testing"
import { describe, expect, it } from "vitest"
import { exampleTask } from "#adapters/contract/store-records.ts"
import { makeMemoryStore } from "#adapters/memory/memory-store.ts"
import { NodeClient, NodeUnreachable } from "#core/ports/node-client.ts"
import { Store, type StoreChange, StoreUnavailable } from "#core/ports/store.ts"
import { cancelMatching } from "#core/program/cancel-tasks.ts"
import { acceptCatalogueTask } from "#core/program/catalogue-task.ts"
import { Cluster, type ClusterOptions } from "#core/program/cluster.ts"
import { FleetTasks } from "#core/program/fleet-tasks.ts"
import { Follower } from "#core/program/follow-tasks.ts"
import { WriteLanes } from "#core/program/write.ts"

const options: ClusterOptions = {
  proxyId: "p",
  seed: { replicationFactor: 1, defaultShardCount: 1, groups: [] },
  masterKey: null,
  thresholds: { unhealthyThreshold: 1, recoveryThreshold: 1 },
  healthIntervalMs: 1,
  healthTimeoutMs: 1,
  searchTimeoutMs: 1,
  writeTimeoutMs: 1,
  unavailableShards: "partial",
}

const noNodes = Layer.succeed(NodeClient, {
  send: ({ id }) => Effect.fail(new NodeUnreachable({ nodeId: id, wasSent: "no", reason: "there are no nodes" })),
})

type Services = Cluster | FleetTasks | Follower | WriteLanes | NodeClient | Store | Scope.Scope

/** A proxy of no nodes, on a clock that goes only when it is told to. */
const run = <A, E>(store: Store["Service"], program: Effect.Effect<A, E, Services>): Promise<A> => {
  const services = Layer.provideMerge(
    Layer.mergeAll(FleetTasks.layer, Follower.layer, WriteLanes.layer),
    Cluster.layer(options),
  )
  const world = Layer.merge(Layer.succeed(Store, store), noNodes)
  const running = Effect.provide(Effect.scoped(program), Layer.provideMerge(services, world))
  return Effect.runPromise(Effect.provide(running, TestClock.layer()))
}

const snapshot = Effect.flatMap(FleetTasks, (fleetTasks) => fleetTasks.enqueue("snapshotCreation", null, null))

const cancelFirst = {
  kind: "taskCancelation",
  indexUid: null,
  details: null,
  detailsWhenDone: null,
  change: { tag: "cancel-tasks", uids: [1] },
  verdict: null,
} as const

const write = exampleTask(1, { state: "enqueued", physicalUid: "films__1" })
const written = { ...write, state: "succeeded" as const, finishedAtMs: 1 }

describe("a task of the whole fleet", () => {
  it("ends when the store has answered again, whatever it was asked for while it was away", async () => {
    for (const awayFromMs of [100, 400]) {
      const store = makeMemoryStore()
      let isAway = false
      const state = await run(
        storeThrough(store, (question) =>
          Effect.andThen(
            Effect.suspend(() => (isAway ? new StoreUnavailable({ reason: "away" }) : Effect.void)),
            question,
          ),
        ),
        Effect.gen(function* () {
          yield* store.intend(() => ({ tasks: [write] }))
          const { uid } = yield* snapshot
          yield* TestClock.adjust(awayFromMs)
          isAway = true
          // Once while it waits for the write, once when it would begin.
          yield* store.commit({ tasks: awayFromMs === 400 ? [written] : [] })
          yield* TestClock.adjust(1_000)
          isAway = false
          yield* store.commit({ tasks: [written] })
          yield* TestClock.adjust(1_000)
          return (yield* store.readTask(uid))?.state
        }),
      )
      expect(state, `away after ${awayFromMs} ms`).toBe("succeeded")
    }
  })

  it("has one end, at whatever moment a cancelation comes", async () => {
    const ends = new Set<string>()
    for (let waitMs = 0; waitMs < 100; waitMs += 3) {
      const truth = makeMemoryStore()
      let oneWayMs = 0
      const store = storeThrough(truth, (question) =>
        Effect.suspend(() => Effect.andThen(Effect.sleep(oneWayMs), question).pipe(Effect.tap(Effect.sleep(oneWayMs)))),
      )
      const states: Array<string> = []
      const commit = (change: StoreChange) => {
        for (const { kind, state } of change.tasks ?? []) if (kind === "snapshotCreation") states.push(state)
        return store.commit(change)
      }
      await run(
        { ...store, commit },
        Effect.gen(function* () {
          oneWayMs = 5
          yield* Effect.forkScoped(snapshot)
          yield* TestClock.adjust(waitMs)
          yield* Effect.forkScoped(Effect.flatMap(acceptCatalogueTask(cancelFirst), cancelMatching))
          yield* TestClock.adjust(20_000)
        }),
      )
      expect(
        states.filter((state) => state !== "processing"),
        `canceled after ${waitMs} ms`,
      ).toHaveLength(1)
      ends.add(states.at(-1) ?? "")
    }
    // A cancelation that always comes too early, or too late, would prove nothing.
    expect(ends).toEqual(new Set(["canceled", "succeeded"]))
  })
})

/** The store as it is reached over a way that every question takes. */
const storeThrough = (
  store: Store["Service"],
  way: <A, E>(question: Effect.Effect<A, E>) => Effect.Effect<A, E | StoreUnavailable>,
): Store["Service"] => ({
  ...store,
  loadState: way(store.loadState),
  intend: (prepare) => way(store.intend(prepare)),
  commit: (change) => way(store.commit(change)),
  readTask: (uid) => way(store.readTask(uid)),
  unfinishedTasks: way(store.unfinishedTasks),
})
