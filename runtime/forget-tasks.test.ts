import { Effect, Layer } from "effect"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { exampleIndex, exampleMark, exampleTask } from "#adapters/contract/store-records.ts"
import { memoryStoreLayer } from "#adapters/memory/memory-store.ts"
import { Store } from "#core/ports/store.ts"
import { Cluster, type ClusterOptions } from "#core/program/cluster.ts"
import { forgetOldest } from "#core/program/delete-tasks.ts"
import { pruneRound } from "#core/program/prune-tasks.ts"
import { noTaskFilter } from "#core/tasks/task-filter.ts"
import type { TaskRecord } from "#core/tasks/task-record.ts"

const hourMs = 3_600_000

const options: ClusterOptions = {
  proxyId: "p",
  seed: { replicationFactor: 1, defaultShardCount: 1, groups: [] },
  masterKey: null,
  thresholds: { unhealthyThreshold: 1, recoveryThreshold: 1 },
  healthIntervalMs: 1,
  healthTimeoutMs: 1,
  searchTimeoutMs: 1,
  writeTimeoutMs: 1,
  taskRetentionMs: hourMs,
  unavailableShards: "partial",
}

/** A cluster of no nodes over an empty store. */
const run = <A, E>(program: Effect.Effect<A, E, Cluster | Store>): Promise<A> =>
  Effect.runPromise(program.pipe(Effect.provide(Layer.provideMerge(Cluster.layer(options), memoryStoreLayer))))

const seen = Effect.gen(function* () {
  const store = yield* Store
  const page = yield* store.listTasks({ filter: noTaskFilter, from: null, limit: 1_000, reverse: true })
  return page.tasks.map((task) => task.uid)
})

const finished = (uid: number, change: Partial<TaskRecord> = {}) =>
  exampleTask(uid, { state: "succeeded", startedAtMs: 1, finishedAtMs: 2, ...change })

describe("tasks that are forgotten", () => {
  it("are the finished ones beyond the retention and no others", () =>
    run(
      Effect.gen(function* () {
        const cluster = yield* Cluster
        yield* cluster.commit({
          tasks: [
            finished(1),
            finished(2, { finishedAtMs: Date.now() - hourMs / 2 }),
            exampleTask(3, { enqueuedAtMs: 1 }),
            finished(4, { state: "failed" }),
          ],
        })
        expect(yield* pruneRound).toBe(2)
        expect(yield* seen).toEqual([2, 3])
        expect(yield* pruneRound).toBe(0)
      }),
    ))

  it("stay in the log of an index as long as one of its replicas is behind", () =>
    run(
      Effect.gen(function* () {
        const cluster = yield* Cluster
        const store = yield* Store
        const mark = exampleMark()
        yield* cluster.commit({ tasks: [finished(1), finished(2, { physicalUid: "books__2" })] })
        yield* cluster.commit({ indexes: [exampleIndex("films__1")], behind: [mark] })
        yield* pruneRound
        expect(yield* seen).toEqual([])
        expect((yield* store.writesSince("films__1", 0)).map((task) => task.uid)).toEqual([1])
        expect(yield* store.writesSince("books__2", 0)).toEqual([])
        yield* cluster.commit({ cleared: [mark] })
        yield* pruneRound
        expect(yield* store.writesSince("films__1", 0)).toEqual([])
      }),
    ))

  it("are, when a client chooses them, all that match below the uid of the deletion, however many pages they fill", () =>
    fc.assert(
      fc.asyncProperty(fc.nat(1_300), fc.nat(1_300), (count, beforeUid) =>
        run(
          Effect.gen(function* () {
            const cluster = yield* Cluster
            const tasks = Array.from({ length: count }, (_, uid) =>
              finished(uid, { kind: uid % 3 === 0 ? "indexSwap" : "indexUpdate" }),
            )
            yield* cluster.commit({ tasks })
            const filter = { ...noTaskFilter, types: ["indexSwap" as const] }
            const forgotten = yield* forgetOldest(filter, beforeUid, Number.POSITIVE_INFINITY)
            const expected = tasks.filter((task) => task.kind === "indexSwap" && task.uid < beforeUid)
            expect(forgotten).toBe(expected.length)
            const store = yield* Store
            const left = yield* store.listTasks({ filter, from: null, limit: 0, reverse: false })
            expect(left.total).toBe(Math.ceil(count / 3) - expected.length)
          }),
        ),
      ),
      { numRuns: 10 },
    ))
})
