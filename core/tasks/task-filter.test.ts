import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { matchesTask, noTaskFilter, type TaskFilter } from "./task-filter.ts"
import { taskKinds, type TaskRecord, taskStatuses } from "./task-record.ts"

const ms = fc.nat(20)
const finishable = fc.option(ms, { nil: null })
const task: fc.Arbitrary<TaskRecord> = fc.record({
  uid: fc.nat(5),
  kind: fc.constantFrom(...taskKinds),
  indexUid: fc.constantFrom(null, "a", "b"),
  physicalUid: fc.constant(null),
  state: fc.constantFrom("dispatching" as const, ...taskStatuses),
  shards: fc.constant([]),
  touched: fc.constant({ tag: "nothing" as const }),
  epoch: fc.constant(1),
  owner: fc.constant("proxy-a"),
  verdict: fc.constant(null),
  nodeTasks: fc.constant([]),
  details: fc.constant(null),
  detailsWhenDone: fc.constant(null),
  change: fc.constant(null),
  error: fc.constant(null),
  canceledBy: fc.option(fc.nat(5), { nil: null }),
  enqueuedAtMs: ms,
  startedAtMs: finishable,
  finishedAtMs: finishable,
})

const only = (filter: Partial<TaskFilter>): TaskFilter => ({ ...noTaskFilter, ...filter })

describe("matchesTask", () => {
  test("without a filter every task matches", () => {
    fc.assert(
      fc.property(task, (record) => {
        expect(matchesTask(noTaskFilter, record)).toBe(true)
      }),
    )
  })

  test("two filters together match what each matches", () => {
    fc.assert(
      fc.property(task, fc.array(fc.nat(5)), fc.array(fc.constantFrom(...taskStatuses)), (record, uids, statuses) => {
        expect(matchesTask(only({ uids, statuses }), record)).toBe(
          matchesTask(only({ uids }), record) && matchesTask(only({ statuses }), record),
        )
      }),
    )
  })

  test("an empty list matches nothing", () => {
    for (const field of ["uids", "batchUids", "canceledBy", "types", "statuses", "indexUids"] as const) {
      fc.assert(
        fc.property(task, (record) => {
          expect(matchesTask(only({ [field]: [] }), record)).toBe(false)
        }),
      )
    }
  })

  test("bounds are exclusive, and a task that has no such time yet is outside", () => {
    fc.assert(
      fc.property(task, ms, (record, bound) => {
        const { startedAtMs } = record
        expect(matchesTask(only({ afterStartedAtMs: bound }), record)).toBe(startedAtMs !== null && startedAtMs > bound)
        expect(matchesTask(only({ beforeStartedAtMs: bound }), record)).toBe(
          startedAtMs !== null && startedAtMs < bound,
        )
        expect(matchesTask(only({ afterEnqueuedAtMs: record.enqueuedAtMs }), record)).toBe(false)
        expect(matchesTask(only({ beforeEnqueuedAtMs: record.enqueuedAtMs }), record)).toBe(false)
      }),
    )
  })

  test("a task has a batch, its own uid, once it has started", () => {
    fc.assert(
      fc.property(task, (record) => {
        expect(matchesTask(only({ batchUids: [record.uid] }), record)).toBe(record.startedAtMs !== null)
      }),
    )
  })

  test("a task that is being dispatched is enqueued to clients", () => {
    fc.assert(
      fc.property(task, (record) => {
        const dispatching: TaskRecord = { ...record, state: "dispatching" }
        expect(matchesTask(only({ statuses: ["enqueued"] }), dispatching)).toBe(true)
        expect(matchesTask(only({ statuses: ["processing", "succeeded"] }), dispatching)).toBe(false)
      }),
    )
  })

  test("a task without an index matches no list of indexes", () => {
    fc.assert(
      fc.property(task, (record) => {
        expect(matchesTask(only({ indexUids: ["a", "b"] }), record)).toBe(record.indexUid !== null)
      }),
    )
  })
})
