import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { IndexRecord } from "#core/catalogue/index-record.ts"
import { catalogueAfter } from "./finish-task.ts"
import { foldTask } from "./fold-task.ts"
import type { NodeTask, TaskRecord, TaskStatus } from "./task-record.ts"

const part = (nodeId: string, state: TaskStatus, shards: ReadonlyArray<number>): NodeTask => ({
  nodeId,
  taskUid: 1,
  role: "main",
  counts: false,
  shards,
  state,
  details: null,
  error: null,
  startedAtMs: 20,
  finishedAtMs: 30,
})

const task = (nodeTasks: ReadonlyArray<NodeTask>, change: Partial<TaskRecord> = {}): TaskRecord => ({
  uid: 7,
  kind: "documentAdditionOrUpdate",
  indexUid: "films",
  physicalUid: "films__1",
  state: "enqueued",
  shards: [0, 1],
  touched: { tag: "bulk" },
  epoch: 1,
  owner: "p",
  verdict: null,
  nodeTasks,
  details: { receivedDocuments: 3, indexedDocuments: null },
  detailsWhenDone: { indexedDocuments: 2 },
  change: null,
  error: null,
  canceledBy: null,
  enqueuedAtMs: 10,
  startedAtMs: null,
  finishedAtMs: null,
  ...change,
})

const settings: Partial<TaskRecord> = {
  kind: "settingsUpdate",
  touched: { tag: "nothing" },
  details: {},
  change: { tag: "patch-settings", patch: { stopWords: ["a"] } },
}

const ended = (folded: ReturnType<typeof foldTask>) => {
  if (folded.tag !== "finished") throw new Error("every part has ended")
  return folded
}

/** Two shards on four nodes: shard 0 on a and b, shard 1 on c and d. */
const placed = fc
  .tuple(...["a", "b", "c", "d"].map(() => fc.constantFrom<TaskStatus>("succeeded", "canceled")))
  .map((states) => ["a", "b", "c", "d"].map((node, at) => part(node, states[at] ?? "canceled", [at < 2 ? 0 : 1])))

const fold = (parts: ReadonlyArray<NodeTask>, change: Partial<TaskRecord> = {}) =>
  ended(foldTask(task(parts, change), () => false, 50))

const isSucceeded = (one: NodeTask): boolean => one.state === "succeeded"

describe("a task that was canceled while nodes worked on it", () => {
  it("puts behind exactly the replicas that lack what another replica of their shard has applied", () => {
    fc.assert(
      fc.property(placed, fc.boolean(), (parts, isOfSettings) => {
        const { failed } = fold(parts, isOfSettings ? settings : {})
        const lacking = parts.filter(
          (one) => !isSucceeded(one) && parts.some((other) => isSucceeded(other) && other.shards[0] === one.shards[0]),
        )
        expect(failed.map((one) => one.nodeId)).toEqual(lacking.map((one) => one.nodeId))
      }),
    )
  })

  it("has succeeded with documents when every shard was applied somewhere, and is canceled otherwise", () => {
    fc.assert(
      fc.property(placed, (parts) => {
        const isWhole = [0, 1].every((shard) => parts.some((one) => isSucceeded(one) && one.shards[0] === shard))
        const folded = fold(parts).task
        expect(folded.state).toBe(isWhole ? "succeeded" : "canceled")
        expect(folded.details?.["indexedDocuments"]).toBe(isWhole ? 2 : 0)
        expect(folded.error).toBeNull()
      }),
    )
  })

  it("has succeeded with a change of the index as soon as one node has applied it", () => {
    fc.assert(
      fc.property(placed, (parts) => {
        expect(fold(parts, settings).task.state).toBe(parts.some(isSucceeded) ? "succeeded" : "canceled")
      }),
    )
  })

  it("is canceled, not failed, when the proxy knew beforehand that it would fail", () => {
    const verdict = { message: "m", code: "invalid_document_id", type: "invalid_request", link: "" }
    const { state, error } = fold([part("a", "canceled", [0, 1])], { verdict }).task
    expect([state, error]).toEqual(["canceled", null])
  })

  it("does not count replicas that were behind already", () => {
    const parts = [part("a", "succeeded", [0, 1]), part("b", "canceled", [0, 1])]
    const folded = ended(foldTask(task(parts), (nodeId) => nodeId === "a", 50))
    expect(folded.task.state).toBe("canceled")
  })
})

describe("an index whose first write was canceled", () => {
  const hidden: IndexRecord = {
    physicalUid: "films__7",
    uid: "films",
    primaryKey: "id",
    shardCount: 2,
    placement: {},
    settings: {},
    settingsVersion: 0,
    visible: false,
    deletedBy: null,
    createdAtMs: 0,
    updatedAtMs: 0,
    revision: 4,
  }
  const canceled = fold([part("a", "canceled", [0, 1])]).task

  it("goes, unless another write counts on it", () => {
    expect(catalogueAfter(hidden, canceled, { isAwaited: false, isNameTaken: false, isReady: true })).toEqual({
      removedIndexes: [{ ...hidden, revision: 5 }],
    })
    expect(catalogueAfter(hidden, canceled, { isAwaited: true, isNameTaken: false, isReady: true })).toEqual({})
  })

  it("is seen when a part of the write was applied", () => {
    const partly = fold([part("a", "succeeded", [0]), part("b", "canceled", [1])]).task
    expect(
      catalogueAfter(hidden, partly, { isAwaited: false, isNameTaken: false, isReady: true }).indexes,
    ).toMatchObject([{ visible: true, revision: 5 }])
  })

  it("stays as it is when it was seen before", () => {
    expect(
      catalogueAfter({ ...hidden, visible: true }, canceled, { isAwaited: false, isNameTaken: false, isReady: true }),
    ).toEqual({})
  })
})
