import { describe, expect, it } from "vitest"
import type { IndexRecord } from "#core/catalogue/index-record.ts"
import type { StoreChange } from "#core/ports/store.ts"
import type { CatalogueChange } from "#core/protocol/catalogue-change.ts"
import type { TaskRecord } from "#core/tasks/task-record.ts"
import { applyToState, assertNamesDiffer, makeClusterState } from "./cluster-state.ts"
import { refusedChange } from "./refused-change.ts"

const films: IndexRecord = {
  physicalUid: "films__1",
  uid: "films",
  primaryKey: null,
  shardCount: 1,
  placement: { g: [["a", "b"]] },
  settings: {},
  settingsVersion: 0,
  visible: true,
  deletedBy: null,
  createdAtMs: 1,
  updatedAtMs: 1,
  revision: 3,
}
const unseen: IndexRecord = { ...films, visible: false, createdAtMs: 0, updatedAtMs: 0, revision: 0 }

const stateOf = (...indexes: ReadonlyArray<IndexRecord>) =>
  makeClusterState(
    { revision: 0, topology: null, indexes, behind: [], nodes: [], records: [] },
    { epoch: 1, replicationFactor: 2, defaultShardCount: 1, groups: [] },
  )

const refused = (change: CatalogueChange | null, uid = 9): TaskRecord => ({
  uid,
  kind: change === null ? "documentAdditionOrUpdate" : "indexUpdate",
  indexUid: "films",
  physicalUid: "films__1",
  state: "failed",
  shards: [0],
  touched: { tag: "nothing" },
  epoch: 1,
  owner: "p",
  verdict: null,
  nodeTasks: [],
  details: null,
  detailsWhenDone: null,
  change,
  error: null,
  canceledBy: null,
  enqueuedAtMs: 0,
  startedAtMs: null,
  finishedAtMs: 5,
})

/** The index after the change; undefined when it is gone. */
const after = (
  change: StoreChange,
  ...indexes: ReadonlyArray<IndexRecord>
): Pick<IndexRecord, "primaryKey" | "deletedBy" | "uid"> & { readonly name: string } => {
  const state = stateOf(...indexes)
  assertNamesDiffer(state, change)
  applyToState(state, change)
  const { primaryKey, deletedBy, uid, writtenUid } = state.indexes.get("films__1")!
  return { primaryKey, deletedBy, uid, name: writtenUid ?? uid }
}

describe("a write that the nodes refuse", () => {
  it("takes the index with it that it has made, unless a later write counts on it", () => {
    const failed = refused(null)
    const gone = refusedChange(stateOf(unseen), failed, null, [], [])
    expect(gone).toMatchObject({ removedTasks: [9], removedIndexes: [{ physicalUid: "films__1", revision: 1 }] })
    const kept = refusedChange(stateOf(unseen), failed, null, [], [refused(null, 10)])
    expect(kept.removedIndexes).toBeUndefined()
  })

  it("takes no index with it to which a write has succeeded, although nobody has seen it", () => {
    const record = { ...unseen, updatedAtMs: 4 }
    expect(refusedChange(stateOf(record), refused(null), record, [], []).removedIndexes).toBeUndefined()
  })

  it("gives the index its primary key back, unless a later write counts on the new one", () => {
    const record = { ...films, primaryKey: "sku" }
    const change = refusedChange(stateOf(record), refused(null), films, [], [])
    expect(after(change, record)).toMatchObject({ primaryKey: null })
    const counted = refusedChange(stateOf(record), refused(null), films, [], [refused(null, 10)])
    expect(after(counted, record)).toMatchObject({ primaryKey: "sku" })
  })

  it("gives a deleted index back to writers, unless its name was used again", () => {
    const record = { ...films, deletedBy: 9 }
    const failed = refused({ tag: "drop-index" })
    expect(after(refusedChange(stateOf(record), failed, films, [], []), record)).toMatchObject({ deletedBy: null })
    const other = { ...films, physicalUid: "films__10" }
    const change = refusedChange(stateOf(record, other), failed, films, [], [])
    expect(change).toMatchObject({ removedIndexes: [{ physicalUid: "films__1" }] })
  })

  it("gives an index its name back, unless that was used again", () => {
    const record = { ...films, writtenUid: "shows" }
    const failed = refused({ tag: "rename-index", uid: "shows", primaryKey: "sku" })
    const change = refusedChange(stateOf(record), failed, films, [], [])
    expect(after(change, record)).toMatchObject({ uid: "films", name: "films" })
    const other = { ...films, physicalUid: "films__10" }
    const taken = refusedChange(stateOf(record, other), failed, films, [], [])
    expect(after(taken, record, other)).toMatchObject({ uid: "shows", name: "shows" })
  })

  it("stays in the log where a node may have taken it, and clients forget it", () => {
    const mark = { physicalUid: "films__1", shard: 0, nodeId: "b", sinceVersion: 9, reason: "r" }
    const change = refusedChange(stateOf(films), refused(null), films, [mark], [])
    expect(change).toMatchObject({ tasks: [{ uid: 9 }], retiredTasks: [9], behind: [mark] })
  })
})

describe("the catalogue", () => {
  it("does not take two indexes that writers would know under one name", () => {
    const other = { ...films, physicalUid: "films__10", uid: "shows" }
    const state = stateOf(films, other)
    const renamed = (deletedBy: number | null) => ({ indexes: [{ ...other, writtenUid: "films", deletedBy }] })
    expect(() => assertNamesDiffer(state, renamed(null))).toThrow("one-index-per-written-name")
    expect(() => assertNamesDiffer(state, renamed(12))).not.toThrow()
    const swapped = { ...films, writtenUid: "shows" }
    expect(() => assertNamesDiffer(state, { indexes: [...renamed(null).indexes, swapped] })).not.toThrow()
  })
})
