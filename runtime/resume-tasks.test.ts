import { Effect, Layer } from "effect"
import { describe, expect, it } from "vitest"
import { exampleIndex, exampleTask } from "#adapters/contract/store-records.ts"
import { makeMemoryStore } from "#adapters/memory/memory-store.ts"
import { NodeClient, NodeUnreachable } from "#core/ports/node-client.ts"
import { Store } from "#core/ports/store.ts"
import { awaitTasks } from "#core/program/catalogue-task.ts"
import { Cluster, type ClusterOptions } from "#core/program/cluster.ts"
import { Follower } from "#core/program/follow-tasks.ts"
import { resumeCatalogueTasks } from "#core/program/resume-catalogue-tasks.ts"
import { WriteLanes } from "#core/program/write.ts"
import { noTaskFilter } from "#core/tasks/task-filter.ts"
import type { TaskRecord } from "#core/tasks/task-record.ts"

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

/** A proxy that starts again on what another one has left in the store, and has run until nothing is unfinished. */
const restartOn = (store: Store["Service"]) => {
  const cluster = Cluster.layer(options)
  const services = Layer.provideMerge(Layer.mergeAll(Follower.layer, WriteLanes.layer), cluster)
  const world = Layer.merge(Layer.succeed(Store, store), noNodes)
  const program = Effect.gen(function* () {
    yield* resumeCatalogueTasks
    yield* awaitTasks(() => true)
    return (yield* Cluster).state
  })
  return Effect.runPromise(program.pipe(Effect.provide(Layer.provideMerge(services, world))))
}

const unfinished = (uid: number, change: Partial<TaskRecord>) =>
  exampleTask(uid, { indexUid: null, physicalUid: null, nodeTasks: [], state: "enqueued", details: {}, ...change })

describe("a task on the catalogue that a stop of the proxy has cut off", () => {
  it("gives readers the names that writers had already", async () => {
    const store = makeMemoryStore()
    const swap = { names: ["films", "books"] as const, uids: { films__1: "books", books__2: "films" } }
    await Effect.runPromise(
      store.commit({
        indexes: [
          exampleIndex("films__1", { uid: "films", writtenUid: "books" }),
          exampleIndex("books__2", { uid: "books", writtenUid: "films" }),
        ],
        tasks: [
          exampleTask(3, { state: "succeeded", indexUid: "books" }),
          unfinished(4, { kind: "indexSwap", change: { tag: "swap-names", swaps: [swap] } }),
        ],
      }),
    )
    const state = await restartOn(store)
    expect(state.readable.get("books")?.physicalUid).toBe("films__1")
    expect(state.readable.get("films")?.physicalUid).toBe("books__2")
    expect(state.writable.get("films")?.physicalUid).toBe("books__2")
    expect(await Effect.runPromise(store.readTask(4))).toMatchObject({ state: "succeeded" })
    expect(await Effect.runPromise(store.readTask(3))).toMatchObject({ indexUid: "books" })
  })

  it("deletes the rest of what a deletion of tasks has chosen, and says how many there were", async () => {
    const store = makeMemoryStore()
    const filter = { ...noTaskFilter, statuses: ["succeeded" as const] }
    const tasks = [1, 2, 6].map((uid) => exampleTask(uid, { state: "succeeded", finishedAtMs: 1 }))
    const deletion = unfinished(5, {
      kind: "taskDeletion",
      details: { matchedTasks: 3, deletedTasks: null },
      detailsWhenDone: { deletedTasks: 3 },
      change: { tag: "delete-tasks", filter },
    })
    await Effect.runPromise(store.commit({ tasks: [...tasks, deletion] }))
    await restartOn(store)
    const page = await Effect.runPromise(store.listTasks({ filter: noTaskFilter, from: null, limit: 9, reverse: true }))
    expect(page.tasks.map((task) => task.uid)).toEqual([5, 6])
    expect(page.tasks[0]?.details).toEqual({ matchedTasks: 3, deletedTasks: 3 })
  })

  it("ends a cancelation that found nothing left to cancel", async () => {
    const store = makeMemoryStore()
    const cancelation = unfinished(5, {
      kind: "taskCancelation",
      details: { matchedTasks: 1, canceledTasks: null },
      change: { tag: "cancel-tasks", uids: [1, 2] },
    })
    await Effect.runPromise(store.commit({ tasks: [exampleTask(1, { state: "succeeded" }), cancelation] }))
    await restartOn(store)
    expect(await Effect.runPromise(store.readTask(5))).toMatchObject({
      state: "succeeded",
      details: { matchedTasks: 1, canceledTasks: 0 },
    })
  })
})
