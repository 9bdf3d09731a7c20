import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { newCatalogueTask } from "./catalogue-task.ts"
import { type TaskRecord, taskKinds } from "./task-record.ts"
import { viewBatch } from "./view-batch.ts"
import { viewTask } from "./view-task.ts"

const task = (change: Partial<TaskRecord>): TaskRecord => ({
  ...newCatalogueTask(
    {
      kind: "indexSwap",
      indexUid: null,
      details: null,
      detailsWhenDone: null,
      change: { tag: "swap-names", swaps: [] },
      verdict: null,
    },
    7,
    1,
    "p",
    1_000,
  ),
  state: "succeeded",
  startedAtMs: 1_000,
  finishedAtMs: 1_500,
  ...change,
})

const shown = (details: TaskRecord["details"]) => viewBatch(task({ details }))["details"]

describe("the batch of a task", () => {
  it("looks like one of the engine", () => {
    const details = { swaps: [{ indexes: ["a", "b"], rename: false }] }
    const swap = task({ details })
    expect(viewBatch(swap)).toEqual({
      uid: 7,
      progress: null,
      details,
      stats: { totalNbTasks: 1, status: { succeeded: 1 }, types: { indexSwap: 1 }, indexUids: {}, progressTrace: {} },
      duration: viewTask(swap)["duration"],
      startedAt: viewTask(swap)["startedAt"],
      finishedAt: viewTask(swap)["finishedAt"],
      batchStrategy:
        "created batch containing only task with id 7 of type `indexSwap` that cannot be batched with any other task.",
    })
  })

  it("counts the task once under its status, its kind and its index", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...taskKinds),
        fc.constantFrom("failed" as const, "canceled" as const),
        (kind, state) => {
          const { stats } = viewBatch(task({ kind, state, indexUid: "films" }))
          expect(stats).toMatchObject({ status: { [state]: 1 }, types: { [kind]: 1 }, indexUids: { films: 1 } })
        },
      ),
    )
  })

  it("leaves out what nobody gave, and keeps what is not known yet", () => {
    expect(shown({ primaryKey: null })).toEqual({})
    expect(shown({ providedIds: 1, deletedDocuments: null, originalFilter: null })).toEqual({
      providedIds: 1,
      deletedDocuments: null,
    })
    expect(shown({ sortableAttributes: null })).toEqual({ sortableAttributes: null })
    expect(shown(null)).toEqual({})
  })
})
