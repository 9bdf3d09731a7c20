import { Effect } from "effect"
import { expect, test } from "vitest"
import { StoreConflict } from "#core/ports/store.ts"
import { type OpenStore, withStore } from "./open-store.ts"
import { exampleRecord, exampleTask } from "./store-records.ts"

/** What a store does with the small records of the cluster, such as API keys. */
export const clusterRecordsContract = (open: OpenStore): void => {
  test("a cluster record is taken only with the revision that follows the stored one", () =>
    withStore(open, (store) =>
      Effect.gen(function* () {
        const put = (revision: number) => store.commit({ records: [exampleRecord("one", { revision })] })
        expect(yield* Effect.flip(put(1))).toEqual(new StoreConflict({ record: "api-key one" }))
        yield* put(0)
        expect(yield* Effect.flip(put(0))).toBeInstanceOf(StoreConflict)
        expect(yield* Effect.flip(put(2))).toBeInstanceOf(StoreConflict)
        yield* put(1)
        expect((yield* store.loadState).records).toEqual([exampleRecord("one", { revision: 1 })])
      }),
    ))

  test("a cluster record is removed only with the revision that follows the stored one, and may come again from 0", () =>
    withStore(open, (store) =>
      Effect.gen(function* () {
        const remove = (revision: number) => store.commit({ removedRecords: [exampleRecord("one", { revision })] })
        expect(yield* Effect.flip(remove(0))).toBeInstanceOf(StoreConflict)
        yield* store.commit({ records: [exampleRecord("one")] })
        expect(yield* Effect.flip(remove(0))).toBeInstanceOf(StoreConflict)
        yield* remove(1)
        expect((yield* store.loadState).records).toEqual([])
        yield* store.commit({ records: [exampleRecord("one")] })
        expect((yield* store.loadState).records).toEqual([exampleRecord("one")])
      }),
    ))

  test("one key under two kinds is two records, and they come back in the order of kind and key", () =>
    withStore(open, (store) =>
      Effect.gen(function* () {
        const records = [exampleRecord("a"), exampleRecord("b"), exampleRecord("a", { kind: "webhook" })]
        yield* store.commit({ records: records.toReversed() })
        expect((yield* store.loadState).records).toEqual(records)
        yield* store.commit({ removedRecords: [exampleRecord("a", { revision: 1 })] })
        expect((yield* store.loadState).records).toEqual(records.slice(1))
      }),
    ))

  test("a refused cluster record refuses the whole change", () =>
    withStore(open, (store) =>
      Effect.gen(function* () {
        const change = {
          records: [exampleRecord("one"), exampleRecord("two", { revision: 4 })],
          tasks: [exampleTask(1)],
        }
        expect(yield* Effect.flip(store.commit(change))).toEqual(new StoreConflict({ record: "api-key two" }))
        expect((yield* store.loadState).records).toEqual([])
        expect(yield* store.readTask(1)).toBeNull()
      }),
    ))
}
