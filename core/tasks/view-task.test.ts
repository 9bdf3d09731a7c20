import { describe, expect, test } from "vitest"
import type { TaskRecord } from "./task-record.ts"
import { summarizeTask, viewTask } from "./view-task.ts"

const task: TaskRecord = {
  uid: 7,
  kind: "documentAdditionOrUpdate",
  indexUid: "movies",
  physicalUid: "movies__3",
  state: "succeeded",
  shards: [0, 1],
  touched: { tag: "bulk" },
  epoch: 1,
  owner: "proxy-a",
  verdict: null,
  nodeTasks: [],
  details: { receivedDocuments: 2, indexedDocuments: 2 },
  detailsWhenDone: null,
  change: null,
  error: null,
  canceledBy: null,
  enqueuedAtMs: Date.UTC(2026, 10, 20, 23, 25, 20, 838),
  startedAtMs: Date.UTC(2026, 10, 20, 23, 25, 20, 840),
  finishedAtMs: Date.UTC(2026, 10, 20, 23, 25, 21, 46),
}

describe("viewTask", () => {
  test("shows what Meilisearch shows, in its order, and nothing of ours", () => {
    expect(JSON.stringify(viewTask(task))).toBe(
      '{"uid":7,"batchUid":7,"indexUid":"movies","status":"succeeded","type":"documentAdditionOrUpdate","canceledBy":null,' +
        '"details":{"receivedDocuments":2,"indexedDocuments":2},"error":null,"duration":"PT0.206S",' +
        '"enqueuedAt":"2026-11-20T23:25:20.838Z","startedAt":"2026-11-20T23:25:20.84Z","finishedAt":"2026-11-20T23:25:21.046Z"}',
    )
  })

  test("a task that waits has no batch, no details, no duration and no later times", () => {
    const waiting: TaskRecord = { ...task, state: "dispatching", details: null, startedAtMs: null, finishedAtMs: null }
    expect(JSON.stringify(viewTask(waiting))).toBe(
      '{"uid":7,"batchUid":null,"indexUid":"movies","status":"enqueued","type":"documentAdditionOrUpdate","canceledBy":null,' +
        '"error":null,"duration":null,"enqueuedAt":"2026-11-20T23:25:20.838Z","startedAt":null,"finishedAt":null}',
    )
  })

  test("clocks that disagree make no negative duration", () => {
    expect(viewTask({ ...task, finishedAtMs: 0 })).toMatchObject({ duration: null })
  })

  test("an error is shown with its four fields", () => {
    const error = { message: "m", code: "internal", type: "internal", link: "l" }
    expect(viewTask({ ...task, state: "failed", error })).toMatchObject({ status: "failed", error })
  })
})

describe("summarizeTask", () => {
  test("is the answer to a write", () => {
    expect(JSON.stringify(summarizeTask({ ...task, state: "dispatching" }))).toBe(
      '{"taskUid":7,"indexUid":"movies","status":"enqueued","type":"documentAdditionOrUpdate","enqueuedAt":"2026-11-20T23:25:20.838Z"}',
    )
  })
})
