import { Effect } from "effect"
import { expect, test } from "vitest"
import { type Lease, StoreConflict } from "#core/ports/store.ts"
import { type OpenStore, withStore } from "./open-store.ts"
import { exampleIndex, exampleMark, exampleRecord, exampleTask } from "./store-records.ts"

const first: Lease = { scope: "writer", holder: "a", address: "http://a:7700", token: 1, beat: 0 }

/** What a store does with leases, with changes that are made under one, and how it tells of changes. */
export const leasesContract = (open: OpenStore): void => {
  test("a lease is stored only on top of the one that its writer has seen", () =>
    withStore(open, (store) =>
      Effect.gen(function* () {
        expect(yield* store.readLease("writer")).toBeNull()
        expect(yield* Effect.flip(store.writeLease(first, first))).toEqual(
          new StoreConflict({ record: "lease writer" }),
        )
        yield* store.writeLease(first, null)
        expect(yield* Effect.flip(store.writeLease({ ...first, holder: "b" }, null))).toBeInstanceOf(StoreConflict)
        const beaten = { ...first, beat: 1 }
        yield* store.writeLease(beaten, first)
        expect(yield* Effect.flip(store.writeLease({ ...first, token: 2 }, first))).toBeInstanceOf(StoreConflict)
        yield* store.writeLease({ ...first, holder: "b", address: null, token: 2 }, beaten)
        expect(yield* store.readLease("writer")).toEqual({ ...first, holder: "b", address: null, token: 2 })
        expect(yield* store.readLease("other")).toBeNull()
      }),
    ))

  test("of two that take one lease at once, one gets it", () =>
    withStore(open, (store) =>
      Effect.gen(function* () {
        const takes = ["a", "b", "c"].map((holder) => Effect.result(store.writeLease({ ...first, holder }, null)))
        const results = yield* Effect.all(takes, { concurrency: "unbounded" })
        expect(results.filter((result) => result._tag === "Success")).toHaveLength(1)
      }),
    ))

  test("a change under a lease that has gone to somebody else is refused as a whole", () =>
    withStore(open, (store) =>
      Effect.gen(function* () {
        const under = (token: number) => ({ fence: { scope: "writer", token }, tasks: [exampleTask(token)] })
        expect(yield* Effect.flip(store.commit(under(1)))).toEqual(new StoreConflict({ record: "lease writer" }))
        yield* store.writeLease(first, null)
        yield* store.commit(under(1))
        yield* store.writeLease({ ...first, holder: "b", token: 2 }, first)
        expect(yield* Effect.flip(store.commit({ ...under(1), tasks: [exampleTask(9)] }))).toBeInstanceOf(StoreConflict)
        expect(yield* Effect.flip(store.intend(() => ({ ...under(1), tasks: [exampleTask(9)] })))).toBeInstanceOf(
          StoreConflict,
        )
        expect(yield* store.readTask(9)).toBeNull()
        yield* store.commit(under(2))
        yield* store.commit({ fence: null, tasks: [exampleTask(3)] })
        expect(yield* store.readTask(3)).toEqual(exampleTask(3))
      }),
    ))

  test("the revision of the state grows with what a proxy keeps in memory, and with nothing else", () =>
    withStore(open, (store) =>
      Effect.gen(function* () {
        let before = yield* store.stateRevision
        const grew = Effect.gen(function* () {
          const now = yield* store.stateRevision
          const isLarger = now > before
          before = now
          expect((yield* store.loadState).revision).toBe(now)
          return isLarger
        })
        const node = { nodeId: "a", incarnation: "x", highestTaskUid: 3 }
        for (const change of [
          { indexes: [exampleIndex("films__1")] },
          { behind: [exampleMark()] },
          { cleared: [exampleMark()] },
          { records: [exampleRecord("one")] },
          { nodes: [node] },
          { nodes: [{ ...node, incarnation: "y" }] },
        ]) {
          yield* store.commit(change)
          expect(yield* grew).toBe(true)
        }
        yield* store.commit({ tasks: [exampleTask(1)], nodes: [{ ...node, incarnation: "y", highestTaskUid: 9 }] })
        yield* store.writeLease(first, null)
        yield* store.intend((version) => ({ tasks: [exampleTask(version)] }))
        expect(yield* grew).toBe(false)
      }),
    ))
}
