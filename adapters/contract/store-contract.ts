import { Effect } from "effect"
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { StoreConflict } from "#core/ports/store.ts"
import { matchesTask, noTaskFilter } from "#core/tasks/task-filter.ts"
import { type TaskRecord, isFinished, openTaskOf } from "#core/tasks/task-record.ts"
import { type OpenStore, withStore } from "./open-store.ts"
import { anyQuery, anyTasks, exampleIndex, exampleMark, exampleTask, exampleTopology } from "./store-records.ts"
import { clusterRecordsContract } from "./store-cluster-records.ts"
import { leasesContract } from "./store-leases.ts"
import { numbersContract } from "./store-numbers.ts"
import { taskHistoryContract } from "./store-task-history.ts"

/** What every implementation of the port must do. */
export const storeContract = (name: string, open: OpenStore): void => {
  describe(`${name}: numbers`, () => numbersContract(open))
  describe(`${name}: changes`, () => changesContract(open))
  describe(`${name}: what a proxy keeps in memory`, () => stateContract(open))
  describe(`${name}: cluster records`, () => clusterRecordsContract(open))
  describe(`${name}: leases`, () => leasesContract(open))
  describe(`${name}: tasks`, () => tasksContract(open))
  describe(`${name}: tasks that leave or change their names`, () => taskHistoryContract(open))
}

const changesContract = (open: OpenStore): void => {
  test("a change that is refused applies nothing of itself", () =>
    withStore(open, (store) =>
      Effect.gen(function* () {
        const node = { nodeId: "a", incarnation: "x", highestTaskUid: 3 }
        yield* store.commit({
          tasks: [exampleTask(1)],
          indexes: [exampleIndex("films__1")],
          behind: [exampleMark()],
          nodes: [node],
        })
        const before = yield* store.loadState
        const refused = yield* Effect.flip(
          store.commit({
            tasks: [exampleTask(1, { state: "failed" }), exampleTask(2)],
            removedTasks: [1],
            indexes: [exampleIndex("books__2"), exampleIndex("films__1", { revision: 7 })],
            behind: [exampleMark({ nodeId: "b" })],
            cleared: [exampleMark()],
            nodes: [{ ...node, incarnation: "y" }],
          }),
        )
        expect(refused).toEqual(new StoreConflict({ record: "index films__1" }))
        expect(yield* store.loadState).toEqual(before)
        expect(yield* store.readTask(1)).toEqual(exampleTask(1))
        expect(yield* store.readTask(2)).toBeNull()
      }),
    ))

  test("an index record is taken only with the revision that follows the stored one", () =>
    withStore(open, (store) =>
      Effect.gen(function* () {
        const put = (revision: number) => store.commit({ indexes: [exampleIndex("films__1", { revision })] })
        expect(yield* Effect.flip(put(1))).toBeInstanceOf(StoreConflict)
        yield* put(0)
        expect(yield* Effect.flip(put(0))).toBeInstanceOf(StoreConflict)
        expect(yield* Effect.flip(put(2))).toBeInstanceOf(StoreConflict)
        yield* put(1)
        expect((yield* store.loadState).indexes).toEqual([exampleIndex("films__1", { revision: 1 })])
      }),
    ))

  test("an index record is removed only with the revision that follows the stored one", () =>
    withStore(open, (store) =>
      Effect.gen(function* () {
        const remove = (revision: number) => store.commit({ removedIndexes: [exampleIndex("films__1", { revision })] })
        expect(yield* Effect.flip(remove(0))).toBeInstanceOf(StoreConflict)
        yield* store.commit({ indexes: [exampleIndex("films__1")] })
        expect(yield* Effect.flip(remove(0))).toBeInstanceOf(StoreConflict)
        yield* remove(1)
        expect((yield* store.loadState).indexes).toEqual([])
      }),
    ))

  test("removals of a change come before its additions", () =>
    withStore(open, (store) =>
      Effect.gen(function* () {
        yield* store.commit({
          tasks: [exampleTask(1)],
          indexes: [exampleIndex("films__1")],
          behind: [exampleMark({ sinceVersion: 2 })],
        })
        yield* store.commit({
          removedTasks: [1],
          tasks: [exampleTask(1, { owner: "other" })],
          removedIndexes: [exampleIndex("films__1", { revision: 1 })],
          indexes: [exampleIndex("films__1", { uid: "again" })],
          cleared: [exampleMark()],
          behind: [exampleMark({ sinceVersion: 9 })],
        })
        const state = yield* store.loadState
        expect(state.indexes).toEqual([exampleIndex("films__1", { uid: "again" })])
        expect(state.behind).toEqual([exampleMark({ sinceVersion: 9 })])
        expect((yield* store.readTask(1))?.owner).toBe("other")
      }),
    ))
}

const stateContract = (open: OpenStore): void => {
  test("a topology is taken only with the epoch that follows the stored one", () =>
    withStore(open, (store) =>
      Effect.gen(function* () {
        expect(yield* Effect.flip(store.saveTopology(exampleTopology(2)))).toBeInstanceOf(StoreConflict)
        yield* store.saveTopology(exampleTopology(1))
        expect(yield* Effect.flip(store.saveTopology(exampleTopology(1)))).toBeInstanceOf(StoreConflict)
        expect(yield* Effect.flip(store.saveTopology(exampleTopology(3)))).toBeInstanceOf(StoreConflict)
        yield* store.saveTopology(exampleTopology(2))
        expect((yield* store.loadState).topology).toEqual(exampleTopology(2))
      }),
    ))

  test("a replica that is already behind stays behind since the smaller version", () =>
    withStore(open, (store) =>
      Effect.gen(function* () {
        const early = exampleMark({ sinceVersion: 5, reason: "early" })
        yield* store.commit({ behind: [early] })
        yield* store.commit({ behind: [exampleMark({ sinceVersion: 8, reason: "late" })] })
        expect((yield* store.loadState).behind).toEqual([early])
        yield* store.commit({ behind: [exampleMark({ sinceVersion: 0, reason: "all" })] })
        expect((yield* store.loadState).behind).toEqual([exampleMark({ sinceVersion: 0, reason: "all" })])
      }),
    ))

  test("clearing removes exactly the named mark", () =>
    withStore(open, (store) =>
      Effect.gen(function* () {
        const others = [exampleMark({ shard: -1 }), exampleMark({ nodeId: "b" }), exampleMark({ shard: 1 })]
        yield* store.commit({ behind: [...others, exampleMark()] })
        yield* store.commit({ cleared: [exampleMark(), exampleMark({ physicalUid: "unknown" })] })
        expect((yield* store.loadState).behind).toEqual(others)
      }),
    ))

  test("the highest task uid of a node never falls while its incarnation stays", () =>
    withStore(open, (store) =>
      Effect.gen(function* () {
        for (const { put, kept } of [
          { put: node(null, 4), kept: node(null, 4) },
          { put: node(null, 2), kept: node(null, 4) },
          { put: node("first", -1), kept: node("first", -1) },
          { put: node("first", 9), kept: node("first", 9) },
          { put: node("first", 3), kept: node("first", 9) },
          { put: node("second", 0), kept: node("second", 0) },
        ]) {
          yield* store.commit({ nodes: [put] })
          expect((yield* store.loadState).nodes).toEqual([kept])
        }
      }),
    ))

  test("records come back as they were stored, in an order that does not tell when", () =>
    withStore(open, (store) =>
      Effect.gen(function* () {
        const indexes = [exampleIndex("a__2", { settings: { a: [1, { b: null }] } }), exampleIndex("b__1")]
        const nodes = ["a", "b"].map((nodeId) => ({ nodeId, incarnation: null, highestTaskUid: -1 }))
        yield* store.commit({ indexes: indexes.toReversed(), nodes: nodes.toReversed(), tasks: [exampleTask(3)] })
        const state = yield* store.loadState
        expect(state.indexes).toEqual(indexes)
        expect(state.nodes).toEqual(nodes)
        expect(yield* store.readTask(3)).toEqual(exampleTask(3))
      }),
    ))
}

const tasksContract = (open: OpenStore): void => {
  test("a page of tasks is what filtering the whole list gives, and its pages together are the list", () =>
    fc.assert(
      fc.asyncProperty(anyTasks, fc.array(anyQuery, { minLength: 1, maxLength: 12 }), (tasks, queries) =>
        withStore(open, (store) =>
          Effect.gen(function* () {
            yield* store.commit({ tasks })
            for (const query of queries) {
              const matching = inOrder(tasks, query.reverse).filter((task) => matchesTask(query.filter, task))
              const expected = matching.filter((task) => isFrom(query.from, query.reverse, task))
              const page = yield* store.listTasks(query)
              expect(page.total).toBe(matching.length)
              expect(page.tasks).toEqual(expected.slice(0, query.limit))
              expect(page.next).toBe(expected[query.limit]?.uid ?? null)

              const all: Array<TaskRecord> = []
              const limit = Math.max(1, query.limit)
              for (let from = query.from, hasMore = true; hasMore;) {
                const { tasks: some, next } = yield* store.listTasks({ ...query, from, limit })
                all.push(...some)
                from = next
                hasMore = next !== null
              }
              expect(all).toEqual(expected)
            }
          }),
        ),
      ),
      { numRuns: 60 },
    ))

  test("unfinished tasks are those without an outcome, oldest first", () =>
    fc.assert(
      fc.asyncProperty(anyTasks, (tasks) =>
        withStore(open, (store) =>
          Effect.gen(function* () {
            yield* store.commit({ tasks })
            const expected = inOrder(tasks, true).filter((task) => !isFinished(task.state))
            expect(yield* store.unfinishedTasks).toEqual(expected)
            expect(yield* store.openTasks).toEqual(expected.map(openTaskOf))
          }),
        ),
      ),
      { numRuns: 20 },
    ))

  test("the writes since a version are the tasks of that life of the index from it on, oldest first", () =>
    fc.assert(
      fc.asyncProperty(anyTasks, fc.integer({ min: 0, max: 26 }), (tasks, since) =>
        withStore(open, (store) =>
          Effect.gen(function* () {
            yield* store.commit({ tasks })
            const expected = inOrder(tasks, true).filter((task) => task.physicalUid === "films__1" && task.uid >= since)
            expect(yield* store.writesSince("films__1", since)).toEqual(expected)
          }),
        ),
      ),
      { numRuns: 20 },
    ))

  test("a task that is stored again is found by what it is now and no longer by what it was", () =>
    withStore(open, (store) =>
      Effect.gen(function* () {
        yield* store.commit({ tasks: [exampleTask(1, { state: "dispatching" })] })
        const done = exampleTask(1, { state: "succeeded", startedAtMs: 1, finishedAtMs: 2 })
        yield* store.commit({ tasks: [done] })
        const ofStatus = (status: "enqueued" | "succeeded") =>
          store.listTasks({ filter: { ...noTaskFilter, statuses: [status] }, from: null, limit: 20, reverse: false })
        expect(yield* ofStatus("enqueued")).toEqual({ tasks: [], total: 0, next: null })
        expect(yield* ofStatus("succeeded")).toEqual({ tasks: [done], total: 1, next: null })
        expect(yield* store.unfinishedTasks).toEqual([])
        expect(yield* store.openTasks).toEqual([])
        yield* store.commit({ removedTasks: [1, 99] })
        expect(yield* store.readTask(1)).toBeNull()
      }),
    ))
}

const inOrder = (tasks: ReadonlyArray<TaskRecord>, isOldestFirst: boolean): ReadonlyArray<TaskRecord> =>
  tasks.toSorted((one, other) => (isOldestFirst ? one.uid - other.uid : other.uid - one.uid))

const isFrom = (from: number | null, isReverse: boolean, task: TaskRecord): boolean =>
  from === null || (isReverse ? task.uid >= from : task.uid <= from)

const node = (incarnation: string | null, highestTaskUid: number) => ({ nodeId: "a", incarnation, highestTaskUid })
