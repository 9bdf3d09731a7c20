import { mkdtempSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import Database from "better-sqlite3"
import { Cause, Effect, Exit } from "effect"
import * as fc from "fast-check"
import { afterAll, describe, expect, test } from "vitest"
import { withStore } from "#adapters/contract/open-store.ts"
import { storeContract } from "#adapters/contract/store-contract.ts"
import {
  anyChange,
  exampleIndex,
  exampleRecord,
  exampleTask,
  exampleTopology,
} from "#adapters/contract/store-records.ts"
import { makeMemoryStore } from "#adapters/memory/memory-store.ts"
import { Store, type StoreChange, StoreConflict, StoreUnavailable } from "#core/ports/store.ts"
import { noTaskFilter } from "#core/tasks/task-filter.ts"
import { openTaskOf } from "#core/tasks/task-record.ts"
import { storeFormat } from "./migrations.ts"
import { openDatabase } from "./open-database.ts"
import { openSqliteStore, sqliteStoreLayer } from "./sqlite-store.ts"

const folder = mkdtempSync(join(tmpdir(), "miroir-store-"))
afterAll(() => rmSync(folder, { recursive: true }))

let files = 0
const newPath = (): string => join(folder, `${++files}`, "miroir.db")
const openNew = Effect.suspend(() => openSqliteStore(newPath()))

storeContract("SQLite store in a file", openNew)

test("a store in memory needs no file", () =>
  withStore(openSqliteStore(":memory:"), (store) =>
    Effect.gen(function* () {
      expect(yield* store.intend((uid) => ({ tasks: [exampleTask(uid)] }))).toBe(1)
    }),
  ))

test("any sequence of changes has the same outcome as in the memory store", () =>
  fc.assert(
    fc.asyncProperty(fc.array(anyStep, { maxLength: 12 }), (steps) =>
      withStore(openSqliteStore(":memory:"), (store) =>
        Effect.gen(function* () {
          const reference = makeMemoryStore()
          for (const step of steps) {
            expect(yield* outcomeOf(store, step)).toEqual(yield* outcomeOf(reference, step))
          }
          expect(yield* everythingIn(store)).toEqual(yield* everythingIn(reference))
        }),
      ),
    ),
    { numRuns: 300 },
  ))

describe("the file", () => {
  test("a file that is opened again holds everything, and numbers go on", async () => {
    const path = newPath()
    const change: StoreChange = {
      tasks: [exampleTask(1), exampleTask(2, { state: "failed" })],
      indexes: [exampleIndex("films__1")],
      behind: [{ physicalUid: "films__1", shard: -1, nodeId: "b", sinceVersion: 1, reason: "was away" }],
      nodes: [{ nodeId: "a", incarnation: "x", highestTaskUid: 12 }],
    }
    const written = await withStore(openSqliteStore(path), (store) =>
      Effect.andThen(
        Effect.andThen(
          store.saveTopology(exampleTopology(1)),
          store.intend(() => change),
        ),
        everythingIn(store),
      ),
    )
    expect(written.state.indexes).toHaveLength(1)
    await withStore(openSqliteStore(path), (store) =>
      Effect.gen(function* () {
        expect(yield* everythingIn(store)).toEqual(written)
        expect(yield* store.intend(() => ({}))).toBe(2)
      }),
    )
  })

  test("a file of the first format keeps what it holds and learns to hold cluster records", async () => {
    const path = newPath()
    const tasks = [exampleTask(1, { state: "dispatching" }), exampleTask(2), exampleTask(3, { state: "failed" })]
    await withStore(openSqliteStore(path), (store) => store.commit({ indexes: [exampleIndex("films__1")], tasks }))
    withDatabase(path, (database) => {
      database.exec("DROP TABLE records; DROP TABLE retired_tasks; DROP INDEX tasks_by_also_index_uid")
      database.exec("DROP INDEX open_tasks; ALTER TABLE tasks DROP COLUMN open_state")
      database.exec("ALTER TABLE tasks DROP COLUMN also_index_uid")
      database.exec("ALTER TABLE cluster DROP COLUMN state_revision; DROP TABLE leases")
      database.pragma("user_version = 1")
    })
    await withStore(openSqliteStore(path), (store) =>
      Effect.gen(function* () {
        yield* store.commit({ records: [exampleRecord("one")] })
        expect(yield* store.loadState).toMatchObject({
          indexes: [exampleIndex("films__1")],
          records: [exampleRecord("one")],
        })
        expect((yield* store.openTasks).map(({ uid, state }) => [uid, state])).toEqual([
          [1, "dispatching"],
          [2, "enqueued"],
        ])
      }),
    )
  })

  test("a file of a newer format is refused with a sentence that says what to do", async () => {
    const path = newPath()
    await withStore(openSqliteStore(path), () => Effect.void)
    withDatabase(path, (database) => database.pragma(`user_version = ${storeFormat + 1}`))
    const refused = await Effect.runPromise(Effect.scoped(Effect.flip(openSqliteStore(path))))
    expect(refused).toBeInstanceOf(StoreUnavailable)
    expect(refused.reason).toContain(`was written by a newer Miroir (format ${storeFormat + 1}`)
    expect(refused.reason).toContain("start that version again")
  })

  test("a database of another program is refused and left as it is", async () => {
    const path = join(folder, "theirs.db")
    withDatabase(path, (database) => database.exec("CREATE TABLE theirs (a)"))
    const refused = await Effect.runPromise(Effect.scoped(Effect.flip(openSqliteStore(path))))
    expect(refused.reason).toContain("is a database of another program")
    withDatabase(path, (database) => {
      expect(database.prepare("SELECT name FROM sqlite_schema").pluck().all()).toEqual(["theirs"])
    })
  })

  test("a path that cannot be a file is an unavailable store, not a crash", async () => {
    const refused = await Effect.runPromise(Effect.scoped(Effect.flip(openSqliteStore(folder))))
    expect(refused).toBeInstanceOf(StoreUnavailable)
    expect(refused.reason).not.toBe("")
  })

  test("nobody but its owner can read it", async () => {
    const path = newPath()
    await withStore(openSqliteStore(path), (store) =>
      Effect.gen(function* () {
        yield* store.commit({ tasks: [exampleTask(1)] })
        for (const file of [path, `${path}-wal`]) expect(statSync(file).mode & 0o077).toBe(0)
      }),
    )
  })

  test("each commit waits for the disk: synchronous is FULL (2), and the log is written ahead", () => {
    const database = openDatabase(newPath())
    expect(database.pragma("synchronous", { simple: true })).toBe(2)
    expect(database.pragma("journal_mode", { simple: true })).toBe("wal")
    database.close()
  })
})

describe("failures", () => {
  test("a closed store is unavailable", async () => {
    const store = await withStore(openNew, Effect.succeed)
    expect(await Effect.runPromise(Effect.flip(store.currentVersion))).toBeInstanceOf(StoreUnavailable)
    expect(await Effect.runPromise(Effect.flip(store.commit({ removedTasks: [1] })))).toBeInstanceOf(StoreUnavailable)
  })

  test("a file that another process has locked is unavailable for changes, readable, and well again afterwards", async () => {
    const path = newPath()
    await withStore(openSqliteStore(path, 20), (store) =>
      Effect.gen(function* () {
        yield* store.commit({ tasks: [exampleTask(1)] })
        const other = new Database(path)
        other.exec("BEGIN IMMEDIATE")
        const refused = yield* Effect.flip(store.intend(() => ({})))
        expect(refused).toMatchObject({ name: "StoreUnavailable", reason: expect.stringContaining("SQLITE_BUSY") })
        expect(yield* store.readTask(1)).toEqual(exampleTask(1))
        other.close()
        expect(yield* store.intend(() => ({}))).toBe(1)
      }),
    )
  })

  test("a bug in a caller's function is not taken for a failure of the store, and changes nothing", () =>
    withStore(openNew, (store) =>
      Effect.gen(function* () {
        const bug = new TypeError("a bug")
        const exit = yield* Effect.exit(
          store.intend(() => {
            throw bug
          }),
        )
        expect(Exit.isFailure(exit) && Cause.squash(exit.cause)).toBe(bug)
        expect(yield* store.currentVersion).toBe(0)
      }),
    ))
})

test("two proxies on one file never get the same number and see each other's commits", () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }), async (turns) => {
      const path = newPath()
      await withStore(openSqliteStore(path), (one) =>
        Effect.gen(function* () {
          const other = yield* openSqliteStore(path)
          let last = 0
          for (const isFirst of turns) {
            const [writer, reader] = isFirst ? [one, other] : [other, one]
            const version = yield* writer.intend((uid) => ({ tasks: [exampleTask(uid)] }))
            expect(version).toBeGreaterThan(last)
            expect(yield* reader.currentVersion).toBe(version)
            expect(yield* reader.readTask(version)).toEqual(exampleTask(version))
            last = version
          }
          yield* one.commit({ indexes: [exampleIndex("films__1")] })
          const late = yield* Effect.flip(other.commit({ indexes: [exampleIndex("films__1")] }))
          expect(late).toBeInstanceOf(StoreConflict)
        }),
      )
    }),
    { numRuns: 10 },
  ))

test("whoever asks for the open tasks waits for no record to be decoded", async () => {
  const path = newPath()
  const tasks = [exampleTask(1), exampleTask(2, { state: "dispatching" }), exampleTask(3, { state: "succeeded" })]
  await withStore(openSqliteStore(path), (store) => store.commit({ tasks }))
  withDatabase(path, (database) => database.exec("UPDATE tasks SET record = 'no JSON'"))
  const open = await withStore(openSqliteStore(path), (store) => store.openTasks)
  expect(open).toEqual(tasks.slice(0, 2).map(openTaskOf))
})

test("the layer gives the store and closes the file at the end", async () => {
  const store = await Effect.runPromise(Effect.provide(Store, sqliteStoreLayer(newPath())))
  expect((await Effect.runPromise(Effect.flip(store.currentVersion))).reason).toBe("the database is closed")
})

type Step = { readonly does: "commit" | "intend"; readonly change: StoreChange } | { readonly epoch: number }

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ does: fc.constantFrom("commit" as const, "intend" as const), change: anyChange }),
  },
  { weight: 1, arbitrary: fc.record({ epoch: fc.integer({ min: 1, max: 3 }) }) },
)

const outcomeOf = (store: Store["Service"], step: Step) => {
  if ("epoch" in step) return Effect.result(store.saveTopology(exampleTopology(step.epoch)))
  return Effect.result(step.does === "commit" ? store.commit(step.change) : store.intend(() => step.change))
}

const everythingIn = (store: Store["Service"]) =>
  Effect.all({
    state: store.loadState,
    version: store.currentVersion,
    tasks: store.listTasks({ filter: noTaskFilter, from: null, limit: 1000, reverse: false }),
    unfinished: store.unfinishedTasks,
    open: store.openTasks,
  })

const withDatabase = (path: string, use: (database: Database.Database) => void): void => {
  const database = new Database(path)
  try {
    use(database)
  } finally {
    database.close()
  }
}
