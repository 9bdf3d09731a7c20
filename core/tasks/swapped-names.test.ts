import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { newCatalogueTask } from "./catalogue-task.ts"
import { withSwappedNames } from "./swapped-names.ts"
import type { TaskRecord } from "./task-record.ts"

const task = (indexUid: string | null, change: Partial<TaskRecord> = {}): TaskRecord => ({
  ...newCatalogueTask(
    {
      kind: "documentDeletion",
      indexUid,
      details: null,
      detailsWhenDone: null,
      change: { tag: "swap-names", swaps: [] },
      verdict: null,
    },
    1,
    1,
    "p",
    0,
  ),
  ...change,
})

const name = fc.constantFrom("a", "b", "c")
const names = fc.tuple(name, name)
const anyTask = fc.tuple(fc.option(name), fc.option(name), fc.array(names)).map(([indexUid, alsoIndexUid, swaps]) =>
  task(indexUid, {
    kind: swaps.length > 0 ? "indexSwap" : "indexUpdate",
    ...(alsoIndexUid === null ? {} : { alsoIndexUid }),
    details: { oldIndexUid: "a", swaps: swaps.map((indexes) => ({ indexes, rename: false })) },
  }),
)

describe("a task whose index changes its name", () => {
  it("is what it was after two swaps of the same names", () => {
    fc.assert(
      fc.property(anyTask, names, (one, pair) => {
        expect(withSwappedNames(withSwappedNames(one, pair, false), pair, false)).toEqual(one)
      }),
    )
  })

  it("keeps the names in its details, except those of a swap", () => {
    fc.assert(
      fc.property(anyTask, names, (one, pair) => {
        expect(withSwappedNames(one, pair, false).details?.["oldIndexUid"]).toBe("a")
      }),
    )
  })

  it("stays as it is one way when it has only the second name", () => {
    expect(withSwappedNames(task("b"), ["a", "b"], true).indexUid).toBe("b")
    expect(withSwappedNames(task("a"), ["a", "b"], true).indexUid).toBe("b")
    expect(withSwappedNames(task("b"), ["a", "b"], false).indexUid).toBe("a")
  })
})
