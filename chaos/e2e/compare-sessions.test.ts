import { describe, expect, it } from "vitest"
import { compareSessions, taskNumbersStep } from "./compare-sessions.ts"
import type { SessionRecord } from "./run-session.ts"

const record = (firstTaskUid: number, title: string, leaks: ReadonlyArray<string> = []): SessionRecord => ({
  calls: 3,
  tasks: [{ uid: firstTaskUid, step: "add a movie" }],
  leaks,
  steps: [
    { name: "health", outcome: { value: { status: "available" } }, answers: ["GET /health 200"] },
    {
      name: "add a movie",
      outcome: { value: { taskUid: firstTaskUid, enqueuedAt: `20${firstTaskUid + 10}-01-01T00:00:00Z` } },
      answers: ["POST /indexes/movies/documents 202", `GET /tasks/${firstTaskUid} 200`],
    },
    { name: "get a movie", outcome: { value: { Title: title } }, answers: ["GET /indexes/movies/documents/1 200"] },
  ],
})

const withTasks = (second: number): SessionRecord => ({
  ...record(0, "Alien"),
  tasks: [
    { uid: 10, step: "add a movie" },
    { uid: second, step: "get a movie" },
  ],
  steps: [{ name: "get a movie", outcome: { value: { uid: second } }, answers: [`GET /tasks/${second} 200`] }],
})

describe("comparing sessions", () => {
  it("finds sessions equal that differ in dates and in the offset of their task uids", () => {
    expect(compareSessions(record(0, "Alien"), record(41, "Alien"))).toEqual({
      calls: 3,
      steps: 4,
      equal: 4,
      different: [],
      leaks: [],
    })
  })

  it("names the step that differs, and keeps the leaks of the fleet", () => {
    const compared = compareSessions(record(0, "Alien"), record(0, "Aliens", ["get a movie: GET /x 200"]))
    expect(compared.equal).toBe(3)
    expect(compared.different).toEqual([
      { step: "get a movie", differences: [{ path: "value.Title", expected: "Alien", actual: "Aliens" }] },
    ])
    expect(compared.leaks).toEqual(["get a movie: GET /x 200"])
  })

  it("sees another status behind the same value", () => {
    const other = record(0, "Alien")
    const steps = other.steps.map((step) => (step.name === "health" ? { ...step, answers: ["GET /health 203"] } : step))
    expect(compareSessions(record(0, "Alien"), { ...other, steps }).different).toHaveLength(1)
  })

  it("allows a gap in the numbers of tasks, and sees once that they do not grow with the steps", () => {
    expect(compareSessions(withTasks(11), withTasks(12)).different).toEqual([])
    const { different } = compareSessions(withTasks(11), withTasks(9))
    expect(different.map(({ step }) => step)).toEqual([taskNumbersStep])
  })

  it("compares only the steps that were asked for", () => {
    const compared = compareSessions(record(0, "Alien"), record(0, "Aliens"), "health")
    expect([compared.steps, compared.equal]).toEqual([1, 1])
  })

  it("counts a session that broke off as different in every step that is missing", () => {
    const cut = { ...record(0, "Alien"), steps: record(0, "Alien").steps.slice(0, 1) }
    expect(compareSessions(record(0, "Alien"), cut).different.map(({ step }) => step)).toEqual([
      "add a movie",
      "get a movie",
    ])
  })
})
