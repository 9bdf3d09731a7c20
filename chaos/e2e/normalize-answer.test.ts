import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { exceptions, nameTasks, normalizeAnswer, normalizeExchange } from "./normalize-answer.ts"

/** A session whose first task has this uid. */
const startingAt = (uid: number) => nameTasks([{ uid, step: "create an index" }])

const excepted = new Set(exceptions.flatMap(({ members }) => members))

describe("normalizing answers", () => {
  it("leaves every member alone that no exception names", () => {
    const members = fc.dictionary(
      fc.string().filter((name) => !excepted.has(name)),
      fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null)),
      { noNullPrototype: true },
    )
    fc.assert(
      fc.property(members, fc.nat(), (object, firstTaskUid) => {
        expect(normalizeAnswer([object, { hits: [object] }], startingAt(firstTaskUid))).toEqual([
          object,
          { hits: [object] },
        ])
      }),
    )
  })

  it("makes tasks equal whose uids differ by the offset of their sessions, and only those", () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(1000), fc.nat(1000), (position, first, second) => {
        const here = normalizeAnswer({ taskUid: first + position }, startingAt(first))
        expect(normalizeAnswer({ taskUid: second + position }, startingAt(second))).toEqual(here)
        expect(normalizeAnswer({ taskUid: second + position + 1 }, startingAt(second))).not.toEqual(here)
      }),
    )
  })

  it("keeps dates, durations and sizes that have a wrong shape", () => {
    const wrong = {
      enqueuedAt: "2024-01-01 10:00:00",
      duration: "12 ms",
      databaseSize: "1 MiB",
      finishedAt: null,
      uid: "movies",
    }
    expect(normalizeAnswer(wrong, startingAt(0))).toEqual(wrong)
  })

  it("tells a missing date from a date", () => {
    const finished = normalizeAnswer({ finishedAt: "2026-11-20T23:25:20.838Z", duration: "PT0.009330S" }, startingAt(0))
    expect(finished).toEqual({ finishedAt: "an instant", duration: "a duration" })
    expect(normalizeAnswer({ finishedAt: null, duration: null }, startingAt(0))).toEqual({
      finishedAt: null,
      duration: null,
    })
  })

  it("gives a reason for each exception", () => {
    for (const { members, reason } of exceptions)
      expect([members.length > 0, reason.endsWith(".")]).toEqual([true, true])
  })

  it("names tasks after the steps that made them", () => {
    const names = nameTasks([
      { uid: 10, step: "create an index" },
      { uid: 12, step: "add in batches" },
      { uid: 13, step: "add in batches" },
    ])
    expect(normalizeAnswer({ uid: 10, batchUid: 3, next: 13, from: null }, names)).toEqual({
      uid: 'the task of "create an index"',
      batchUid: "a batch",
      next: 'the task of "add in batches", number 2',
      from: null,
    })
    expect(normalizeExchange("GET /tasks/12 200", names)).toBe('GET /tasks/the task of "add in batches" 200')
    expect(normalizeExchange("GET /tasks/4000000 404", names)).toBe("GET /tasks/4000000 404")
    expect(normalizeExchange("GET /indexes/7 200", names)).toBe("GET /indexes/7 200")
  })
})
