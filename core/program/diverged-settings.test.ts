import { describe, expect, it } from "vitest"
import type { IndexRecord } from "#core/catalogue/index-record.ts"
import type { BehindMark } from "#core/ports/store.ts"
import type { NodeTask, TaskRecord } from "#core/tasks/task-record.ts"
import { makeClusterState } from "./cluster-state.ts"
import { divergedNodes } from "./diverged-settings.ts"

const films: IndexRecord = {
  physicalUid: "films__1",
  uid: "films",
  primaryKey: "id",
  shardCount: 1,
  placement: { g: [["a", "b", "c"]] },
  settings: {},
  settingsVersion: 0,
  visible: true,
  deletedBy: null,
  createdAtMs: 0,
  updatedAtMs: 0,
  revision: 0,
}

const stateOf = (record: IndexRecord, behind: ReadonlyArray<BehindMark> = []) =>
  makeClusterState(
    { revision: 0, topology: null, indexes: [record], behind, nodes: [], records: [] },
    { epoch: 1, replicationFactor: 3, defaultShardCount: 1, groups: [] },
  )

const part = (nodeId: string, state: "succeeded" | "failed"): NodeTask => ({
  nodeId,
  taskUid: 1,
  role: "main",
  counts: false,
  shards: [0],
  state,
  details: null,
  error: null,
  startedAtMs: null,
  finishedAtMs: null,
})

const change = (uid: number, nodeTasks: ReadonlyArray<NodeTask>): TaskRecord => ({
  uid,
  kind: "settingsUpdate",
  indexUid: "films",
  physicalUid: "films__1",
  state: "failed",
  shards: [0],
  touched: { tag: "nothing" },
  epoch: 1,
  owner: "p",
  verdict: null,
  nodeTasks,
  details: null,
  detailsWhenDone: null,
  change: { tag: "patch-settings", patch: { stopWords: ["the"] } },
  error: null,
  canceledBy: null,
  enqueuedAtMs: 0,
  startedAtMs: null,
  finishedAtMs: 1,
})

const refused = [part("a", "failed"), part("b", "failed"), part("c", "failed")]

describe("settings of a change that has failed", () => {
  it("stay on no node when all have refused them", () => {
    expect(divergedNodes(stateOf(films), change(9, refused), [])).toEqual([])
  })

  it("may stand on a node that applied them, and on one that had no part in the change", () => {
    const task = change(9, [part("a", "failed"), part("b", "succeeded")])
    expect(divergedNodes(stateOf(films), task, [])).toEqual(["b", "c"])
  })

  it("may stand on a node that refused them and got them by a repair", () => {
    const mark = { physicalUid: "films__1", shard: 0, nodeId: "a", sinceVersion: 3, reason: "" }
    expect(divergedNodes(stateOf(films, [mark]), change(9, refused), [])).toEqual(["a"])
  })

  it("may stand anywhere when a later write brought them along to an index that nobody has seen", () => {
    const unseen = { ...films, visible: false }
    expect(divergedNodes(stateOf(unseen), change(9, refused), [change(10, [])])).toEqual(["a", "b", "c"])
    expect(divergedNodes(stateOf(unseen), change(9, refused), [change(9, refused)])).toEqual([])
  })
})
