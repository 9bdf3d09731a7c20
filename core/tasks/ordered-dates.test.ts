import * as fc from "fast-check"
import { expect, it } from "vitest"
import { withOrderedDates } from "./ordered-dates.ts"
import type { TaskRecord } from "./task-record.ts"

const date = fc.option(fc.nat(20))

it("dates of a task never go back, and those that are right stay", () => {
  fc.assert(
    fc.property(fc.nat(20), date, date, (enqueuedAtMs, startedAtMs, finishedAtMs) => {
      const task = { enqueuedAtMs, startedAtMs, finishedAtMs } as TaskRecord
      const ordered = withOrderedDates(task)
      const shown = [ordered.enqueuedAtMs, ordered.startedAtMs, ordered.finishedAtMs].filter((one) => one !== null)
      expect(shown).toEqual([...shown].sort((one, other) => one - other))
      const given = [enqueuedAtMs, startedAtMs, finishedAtMs].filter((one) => one !== null)
      if (given.every((one, at) => one >= (given[at - 1] ?? 0))) expect(ordered).toBe(task)
    }),
  )
})
