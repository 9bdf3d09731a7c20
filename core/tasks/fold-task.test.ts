import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { foldTask } from "./fold-task.ts"
import type { NodeTask, TaskRecord, TaskStatus } from "./task-record.ts"

const failure = { message: "m", code: "invalid_document_geo_field", type: "invalid_request", link: "" }

const part = (over: Partial<NodeTask>): NodeTask => ({
  nodeId: "a",
  taskUid: 1,
  role: "main",
  counts: false,
  shards: [0],
  state: "succeeded",
  details: null,
  error: over.state === "failed" ? failure : null,
  startedAtMs: 20,
  finishedAtMs: 30,
  ...over,
})

const task = (nodeTasks: ReadonlyArray<NodeTask>, over: Partial<TaskRecord> = {}): TaskRecord => ({
  uid: 7,
  kind: "documentAdditionOrUpdate",
  indexUid: "movies",
  physicalUid: "movies__1",
  state: "enqueued",
  shards: [0],
  touched: { tag: "nothing" },
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
  ...over,
})

const inSync = () => false

describe("a task of several nodes", () => {
  const parts = fc.array(
    fc.record({
      node: fc.integer({ min: 0, max: 3 }),
      state: fc.constantFrom<TaskStatus>("enqueued", "processing", "succeeded", "failed"),
      shards: fc.uniqueArray(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 3 }),
      behind: fc.boolean(),
    }),
    { minLength: 1, maxLength: 6 },
  )

  it("ends when and only when every part has ended that some replica in sync depends on", () => {
    fc.assert(
      fc.property(parts, (drawn) => {
        const behind = new Set(drawn.filter((one) => one.behind).map((one) => `n${one.node}`))
        const nodeTasks = drawn.map((one, position) =>
          part({ nodeId: `n${one.node}`, taskUid: position, state: one.state, shards: one.shards }),
        )
        const folded = foldTask(task(nodeTasks), (nodeId) => behind.has(nodeId), 50)
        const isOpen = nodeTasks.some(
          (one) => !behind.has(one.nodeId) && (one.state === "enqueued" || one.state === "processing"),
        )
        expect(folded.tag).toBe(isOpen ? "unfinished" : "finished")
      }),
      { numRuns: 1_000 },
    )
  })

  it("never leaves a replica in sync that failed what another one applied", () => {
    fc.assert(
      fc.property(parts, (drawn) => {
        const nodeTasks = drawn.map((one, position) =>
          part({ nodeId: `n${position}`, taskUid: position, state: one.state, shards: one.shards }),
        )
        const folded = foldTask(task(nodeTasks), inSync, 50)
        if (folded.tag !== "finished") return
        for (const failed of nodeTasks.filter((one) => one.state === "failed"))
          for (const shard of failed.shards) {
            const isApplied = nodeTasks.some((one) => one.state === "succeeded" && one.shards.includes(shard))
            const isMarked = folded.failed.some((one) => one.nodeId === failed.nodeId && one.shard === shard)
            expect(isMarked).toBe(isApplied)
          }
      }),
      { numRuns: 1_000 },
    )
  })

  it("fails when every replica of one shard failed, although other shards succeeded", () => {
    const folded = foldTask(
      task([
        part({ nodeId: "a", state: "failed", shards: [0] }),
        part({ nodeId: "b", state: "failed", shards: [0] }),
        part({ nodeId: "c", shards: [1] }),
      ]),
      inSync,
      50,
    )
    expect(folded).toMatchObject({ tag: "finished", failed: [], task: { state: "failed", error: failure } })
  })

  it("adds up the counters of the parts that count, and no others", () => {
    const folded = foldTask(
      task(
        [
          part({ nodeId: "a", counts: true, details: { deletedDocuments: 2 } }),
          part({ nodeId: "b", counts: false, details: { deletedDocuments: 2 } }),
          part({ nodeId: "c", counts: true, details: { deletedDocuments: 3 }, shards: [1] }),
        ],
        { details: { providedIds: 9, deletedDocuments: null }, detailsWhenDone: null },
      ),
      inSync,
      50,
    )
    expect(folded).toMatchObject({ tag: "finished", task: { details: { providedIds: 9, deletedDocuments: 5 } } })
  })

  it("fails with what the proxy knew beforehand, and then has indexed nothing", () => {
    const folded = foldTask(task([part({})], { verdict: failure }), inSync, 50)
    expect(folded).toMatchObject({
      tag: "finished",
      task: { state: "failed", error: failure, details: { receivedDocuments: 3, indexedDocuments: 0 } },
    })
  })

  it("fails settings that one node refuses, and puts nobody behind for it", () => {
    const folded = foldTask(
      task([part({ nodeId: "a" }), part({ nodeId: "b", state: "failed" })], { kind: "settingsUpdate" }),
      inSync,
      50,
    )
    expect(folded).toMatchObject({
      tag: "finished",
      failed: [],
      task: { state: "failed", error: failure },
    })
  })

  it("puts a node behind on which the index could not be made ready", () => {
    const folded = foldTask(
      task([
        part({ nodeId: "a" }),
        part({ nodeId: "b" }),
        part({ nodeId: "b", role: "prelude", taskUid: 2, state: "failed" }),
      ]),
      inSync,
      50,
    )
    expect(folded).toMatchObject({
      tag: "finished",
      failed: [{ nodeId: "b", shard: 0 }],
      isReady: true,
      task: { state: "succeeded" },
    })
  })

  it("leaves the index unseen when it could not be made ready on a node that stays in sync", () => {
    const folded = foldTask(task([part({}), part({ role: "prelude", taskUid: 2, state: "failed" })]), inSync, 50)
    expect(folded).toMatchObject({ tag: "finished", failed: [], isReady: false, task: { state: "failed" } })
  })

  it("does not wait for a replica that is behind", () => {
    const folded = foldTask(
      task([part({ nodeId: "a" }), part({ nodeId: "b", state: "enqueued" })]),
      (nodeId) => nodeId === "b",
      50,
    )
    expect(folded).toMatchObject({ tag: "finished", task: { state: "succeeded", details: { indexedDocuments: 2 } } })
  })
})
