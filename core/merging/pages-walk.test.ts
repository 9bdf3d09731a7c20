import fc from "fast-check"
import { describe, it } from "vitest"
import { walkMachine } from "#core/prelude/walk-machine.ts"
import { mergeLists } from "./merge-lists.ts"

interface Item {
  readonly rank: number
  readonly value: number
}

/** A reader who turns pages of different sizes. */
interface Walked {
  readonly shown: ReadonlyArray<Head>
  readonly isAtEnd: boolean
}

interface Head extends Item {
  readonly list: number
}

const limitsMost = 5

const step =
  (lists: ReadonlyArray<ReadonlyArray<Item>>, isDistinct: boolean) =>
  ({ shown }: Walked, limit: number): Walked => {
    const seen = new Set<number>()
    const page = mergeLists<Item, Head>(lists, {
      open: (item, list) => ({ ...item, list }),
      compare: (left, right) => left.rank - right.rank,
      accept: isDistinct ? ({ value }) => !seen.has(value) && seen.add(value).size > 0 : null,
      offset: shown.length,
      limit,
    })
    return { shown: [...shown, ...page], isAtEnd: page.length < limit }
  }

const check =
  (lists: ReadonlyArray<ReadonlyArray<Item>>, isDistinct: boolean) =>
  (after: Walked, limit: number, before: Walked): string | null => {
    if (after.shown.length - before.shown.length > limit) return "a page is longer than it was asked for"
    if (before.isAtEnd && after.shown.length > before.shown.length) return "something came after the last page"
    if (isDistinct && new Set(after.shown.map(({ value }) => value)).size !== after.shown.length)
      return "a distinct value was shown twice"
    const positions = lists.map(() => -1)
    for (const { list, rank, value } of after.shown) {
      const ofList = lists[list]!
      let position = positions[list]! + 1
      while (position < ofList.length && (ofList[position]!.rank !== rank || ofList[position]!.value !== value))
        position++
      if (position === ofList.length) return "a list was put into another order, or an item was shown twice"
      positions[list] = position
    }
    const total = isDistinct ? new Set(lists.flat().map(({ value }) => value)).size : lists.flat().length
    return after.isAtEnd && after.shown.length !== total ? "the last page was reached and something is missing" : null
  }

describe("pages of merged lists, page by page", () => {
  it("continue each other, in the order of every list, until everything was shown once", ({ task }) => {
    const item = fc.record({ rank: fc.nat({ max: 6 }), value: fc.nat({ max: 9 }) })
    // Not in order: the engine's own order need not be what the comparator says.
    const lists = fc.array(fc.array(item, { maxLength: 10 }), { minLength: 1, maxLength: 4 })
    const limits = fc.array(fc.integer({ min: 1, max: limitsMost }), { minLength: 10, maxLength: 25 })
    fc.assert(
      fc.property(lists, limits, fc.boolean(), (all, inputs, isDistinct) => {
        const start: Walked = { shown: [], isAtEnd: false }
        walkMachine(task.meta, { start, inputs, step: step(all, isDistinct), check: check(all, isDistinct) })
      }),
      { numRuns: 2_000 },
    )
  })
})
