import { Effect } from "effect"
import * as fc from "fast-check"
import { expect, test } from "vitest"
import { withSwappedNames } from "#core/tasks/swapped-names.ts"
import { noTaskFilter } from "#core/tasks/task-filter.ts"
import { type TaskRecord, isFinished, openTaskOf } from "#core/tasks/task-record.ts"
import { type OpenStore, withStore } from "./open-store.ts"
import { anyTasks, exampleTask } from "./store-records.ts"

/** How tasks leave the sight of clients, and how the history of an index follows its name. */
export const taskHistoryContract = (open: OpenStore): void => {
  test("a retired task is seen by nobody but repair, and a removed one not even by it", () =>
    fc.assert(
      fc.asyncProperty(anyTasks, fc.integer(), fc.integer(), (tasks, retiredBits, removedBits) =>
        withStore(open, (store) =>
          Effect.gen(function* () {
            const retired = oldestFirst(tasks.filter(isIn(retiredBits)))
            const removed = tasks.filter(isIn(removedBits))
            yield* store.commit({ tasks })
            yield* store.commit({ retiredTasks: retired.map((task) => task.uid) })
            yield* store.commit({ removedTasks: removed.map((task) => task.uid) })

            const kept = oldestFirst(tasks.filter((task) => !removed.includes(task)))
            const seen = kept.filter((task) => !retired.includes(task))
            const page = yield* store.listTasks({ filter: noTaskFilter, from: null, limit: 100, reverse: true })
            expect(page).toEqual({ tasks: seen, total: seen.length, next: null })
            for (const task of retired) expect(yield* store.readTask(task.uid)).toBeNull()
            expect(yield* store.writesSince("films__1", 0)).toEqual(
              kept.filter((task) => task.physicalUid === "films__1"),
            )
            const left = kept.filter((task) => retired.includes(task))
            expect(yield* store.listRetired(100)).toEqual(left)
            expect(yield* store.listRetired(1)).toEqual(left.slice(0, 1))
          }),
        ),
      ),
      { numRuns: 30 },
    ))

  test("two names change places in exactly the tasks before the swap, and pages find tasks by their new names", () =>
    fc.assert(
      fc.asyncProperty(anyTasks, fc.integer({ min: 0, max: 26 }), fc.boolean(), (tasks, beforeUid, isOneWay) =>
        withStore(open, (store) =>
          Effect.gen(function* () {
            const names = ["films", "books"] as const
            yield* store.commit({ tasks })
            yield* store.commit({ swappedNames: [{ names, isOneWay, beforeUid }] })
            const expected = oldestFirst(tasks).map((task) =>
              task.uid < beforeUid ? withSwappedNames(task, names, isOneWay) : task,
            )
            for (const task of expected) expect(yield* store.readTask(task.uid)).toEqual(task)
            const open = expected.filter((task) => !isFinished(task.state))
            expect(yield* store.openTasks).toEqual(open.map(openTaskOf))
            const filter = { ...noTaskFilter, indexUids: ["films"] }
            const page = yield* store.listTasks({ filter, from: null, limit: 100, reverse: true })
            expect(page.tasks).toEqual(
              expected.filter((task) => task.indexUid === "films" || task.alsoIndexUid === "films"),
            )
          }),
        ),
      ),
      { numRuns: 30 },
    ))

  test("a swap is told with the names that its indexes have now", () =>
    withStore(open, (store) =>
      Effect.gen(function* () {
        const task = exampleTask(3, { kind: "indexSwap", indexUid: null, physicalUid: null, details: swap(["a", "b"]) })
        yield* store.commit({ tasks: [task] })
        yield* store.commit({ swappedNames: [{ names: ["c", "b"], isOneWay: false, beforeUid: 4 }] })
        expect((yield* store.readTask(3))?.details).toEqual(swap(["a", "c"]))
        yield* store.commit({ swappedNames: [{ names: ["c", "d"], isOneWay: false, beforeUid: 3 }] })
        expect((yield* store.readTask(3))?.details).toEqual(swap(["a", "c"]))
      }),
    ))
}

const oldestFirst = (tasks: ReadonlyArray<TaskRecord>): ReadonlyArray<TaskRecord> =>
  tasks.toSorted((one, other) => one.uid - other.uid)

const isIn = (bits: number) => (task: TaskRecord) => ((bits >> task.uid) & 1) === 1

const swap = (indexes: ReadonlyArray<string>) => ({ swaps: [{ indexes, rename: false }] })
