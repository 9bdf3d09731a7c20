import { describe, expect, it } from "vitest"
import type { NodeTask, TaskRecord, Touched } from "#core/tasks/task-record.ts"
import { isOnTarget, openOnTarget, uncopiedWrites } from "./uncopied-writes.ts"

const repaired = { targetId: "n1", shards: [0, 1] }

const part = (of: Partial<NodeTask> = {}): NodeTask => ({
  nodeId: "n1",
  taskUid: 7,
  role: "main",
  counts: false,
  shards: [0, 1, 2],
  state: "enqueued",
  details: null,
  error: null,
  startedAtMs: null,
  finishedAtMs: null,
  ...of,
})

// Nothing else of a task is looked at.
const write = (of: Partial<TaskRecord> = {}): TaskRecord =>
  ({ state: "enqueued", shards: [0], touched: ids("a"), nodeTasks: [part()], ...of }) as TaskRecord
const ids = (...names: ReadonlyArray<string>): Touched => ({ tag: "ids", ids: names })

const isUncopied = (one: TaskRecord, unsettled: ReadonlyArray<string> = []): boolean =>
  uncopiedWrites([one], new Set(unsettled), repaired).length > 0

describe("a write that came while replicas were copied", () => {
  it("needs no copy where the target has taken it, applied or not", () => {
    for (const state of ["enqueued", "processing", "succeeded"] as const)
      expect(isUncopied(write({ nodeTasks: [part({ state })] }), ["b"])).toBe(false)
  })

  it("is copied when the target may not have it", () => {
    expect(isUncopied(write({ state: "dispatching" }))).toBe(true)
    expect(isUncopied(write({ nodeTasks: [part({ nodeId: "n2" })] }))).toBe(true)
    expect(isUncopied(write({ nodeTasks: [part({ role: "prelude" })] }))).toBe(true)
    for (const state of ["failed", "canceled"] as const)
      expect(isUncopied(write({ nodeTasks: [part({ state })] }))).toBe(true)
  })

  it("is copied when only a part of it is certain to be there", () => {
    expect(isUncopied(write({ shards: [0, 1], nodeTasks: [part({ shards: [0] })] }))).toBe(true)
    expect(isUncopied(write({ nodeTasks: [part(), part({ taskUid: 8 })] }))).toBe(true)
  })

  it("is copied when it touched what a copy may have overwritten, or nobody knows what it touched", () => {
    expect(isUncopied(write({ touched: ids("a", "b") }), ["b"])).toBe(true)
    expect(isUncopied(write({ touched: { tag: "bulk" } }))).toBe(true)
  })

  it("is of no concern in other shards, or without documents", () => {
    expect(isUncopied(write({ shards: [2], nodeTasks: [] }))).toBe(false)
    expect(isUncopied(write({ touched: { tag: "nothing" }, nodeTasks: [] }))).toBe(false)
  })

  it("is waited for on the target when it has ended without it", () => {
    expect(openOnTarget([write({ state: "succeeded" }), write()], repaired)).toEqual([7])
    expect(openOnTarget([write({ state: "succeeded", nodeTasks: [part({ state: "succeeded" })] })], repaired)).toEqual(
      [],
    )
    expect(isOnTarget(write({ state: "succeeded" }), repaired)).toBe(true)
  })
})
