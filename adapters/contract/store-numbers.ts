import { Effect } from "effect"
import { expect, test } from "vitest"
import { StoreConflict } from "#core/ports/store.ts"
import { type OpenStore, withStore } from "./open-store.ts"
import { emptyState, exampleIndex, exampleTask } from "./store-records.ts"

/** How a store gives out sequence numbers. */
export const numbersContract = (open: OpenStore): void => {
  test("an empty store has given out no number", () =>
    withStore(open, (store) =>
      Effect.gen(function* () {
        expect(yield* store.currentVersion).toBe(0)
        expect(yield* store.loadState).toEqual(emptyState)
        expect(yield* store.readTask(1)).toBeNull()
      }),
    ))

  test("numbers start at 1 and each is larger than the one before, also after a refused change", () =>
    withStore(open, (store) =>
      Effect.gen(function* () {
        const shown: Array<number> = []
        const intend = (revision: number) =>
          store.intend((version) => {
            shown.push(version)
            return { indexes: [exampleIndex(`films__${version}`, { revision })] }
          })
        expect(yield* intend(0)).toBe(1)
        expect(yield* Effect.flip(intend(5))).toBeInstanceOf(StoreConflict)
        const next = yield* intend(0)
        expect(next).toBeGreaterThan(1)
        // No number is shown to two callers: the refused one may have used it before it was refused.
        expect(new Set(shown).size).toBe(3)
        expect(yield* store.currentVersion).toBe(next)
      }),
    ))

  test("a commit takes no number", () =>
    withStore(open, (store) =>
      Effect.gen(function* () {
        yield* store.commit({ tasks: [exampleTask(9)] })
        expect(yield* store.currentVersion).toBe(0)
      }),
    ))

  test("many intents at once get different numbers, and each finds its own task", () =>
    withStore(open, (store) =>
      Effect.gen(function* () {
        const intend = store.intend((version) => ({ tasks: [exampleTask(version, { epoch: version })] }))
        const versions = yield* Effect.all(
          Array.from({ length: 20 }, () => intend),
          { concurrency: "unbounded" },
        )
        expect(new Set(versions).size).toBe(20)
        for (const version of versions) expect((yield* store.readTask(version))?.epoch).toBe(version)
      }),
    ))
}
