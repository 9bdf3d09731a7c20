import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { mergeLists } from "./merge-lists.ts"

interface Item {
  readonly rank: number
  readonly id: number
}

const compare = (left: Item, right: Item): number => left.rank - right.rank || left.id - right.id
const all = { compare, open: (item: Item) => item, accept: null, offset: 0, limit: 1_000 }

/** Documents with few ranks, so that most are ties, dealt to some lists that are each in order. */
const dealt = fc
  .tuple(fc.array(fc.tuple(fc.nat({ max: 5 }), fc.nat({ max: 4 })), { maxLength: 60 }), fc.integer({ min: 1, max: 5 }))
  .map(([pairs, lists]) => {
    const items = pairs.map(([rank, list], id) => ({ rank, list, id }))
    return Array.from({ length: lists }, (_, list) =>
      items
        .filter((item) => item.list % lists === list)
        .map(({ rank, id }): Item => ({ rank, id }))
        .sort(compare),
    )
  })

describe("merging lists", () => {
  test("ordered lists merge into the order of the whole", () => {
    fc.assert(
      fc.property(dealt, (lists) => {
        expect(mergeLists(lists, all)).toEqual(lists.flat().sort(compare))
      }),
    )
  })

  test("page n + 1 continues page n", () => {
    fc.assert(
      fc.property(dealt, fc.integer({ min: 1, max: 7 }), (lists, limit) => {
        const pages: Array<Item> = []
        for (let offset = 0; offset <= 60; offset += limit) pages.push(...mergeLists(lists, { ...all, offset, limit }))
        expect(pages).toEqual(mergeLists(lists, all))
      }),
    )
  })

  test("merging one list changes nothing, in whatever order it is", () => {
    const list = fc.array(fc.record({ rank: fc.nat(), id: fc.nat() }), { maxLength: 20 })
    fc.assert(
      fc.property(list, (items) => {
        expect(mergeLists([[], items], all)).toEqual(items)
      }),
    )
  })

  test("no list is ever sorted again, in whatever order it is", () => {
    const lists = fc.array(fc.array(fc.record({ rank: fc.nat({ max: 9 }), id: fc.nat() })), { maxLength: 4 })
    fc.assert(
      fc.property(lists, (lists) => {
        const merged = mergeLists(lists, { ...all, open: (item, list) => ({ ...item, list }), limit: Infinity })
        const back = lists.map((_, list) =>
          merged.filter((item) => item.list === list).map(({ rank, id }) => ({ rank, id })),
        )
        expect(back).toEqual(lists)
      }),
    )
  })

  test("equal heads leave in the order of their lists", () => {
    const same = { rank: 1, id: 1 }
    const plan = { ...all, open: (item: Item, list: number) => ({ ...item, list }) }
    expect(mergeLists([[same, same], [same], [same]], plan).map((item) => item.list)).toEqual([0, 0, 1, 2])
  })

  test("refused heads count neither for the offset nor for the limit", () => {
    const lists = [
      [1, 2, 3, 4, 5, 6],
      [1, 2, 3, 4, 5, 6],
    ].map((ranks, list) => ranks.map((rank) => ({ rank, id: list })))
    const seen = new Set<number>()
    const accept = (item: Item) => !seen.has(item.rank) && seen.add(item.rank).size > 0
    expect(mergeLists(lists, { ...all, accept, offset: 2, limit: 3 }).map((item) => item.rank)).toEqual([3, 4, 5])
  })

  test("the first twenty of three thousand open no more than twenty-two items and compare each twice at most", () => {
    const lists = [0, 1, 2].map((list) => Array.from({ length: 1_000 }, (_, rank) => ({ rank, id: list })))
    const counted = { opened: 0, compared: 0 }
    const top = mergeLists(lists, {
      ...all,
      limit: 20,
      open: (item: Item) => (counted.opened++, item),
      compare: (left: Item, right: Item) => (counted.compared++, compare(left, right)),
    })
    expect(top.length).toBe(20)
    expect(counted.opened).toBeLessThanOrEqual(22)
    expect(counted.compared).toBeLessThanOrEqual(2 * 22)
  })
})
