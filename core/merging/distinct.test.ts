import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { createDistinct } from "./distinct.ts"
import { mergeLists } from "./merge-lists.ts"

/** Indexes of the hits that stay. */
const kept = (values: ReadonlyArray<unknown>): Array<number> => {
  const isFirst = createDistinct()
  return values.flatMap((value, index) => (isFirst(value === undefined ? [] : [value]) ? [index] : []))
}

describe("distinct hits", () => {
  test("equal values collide as they do on the engine", () => {
    // As v1.21.0 answered for these values, in this order.
    const values = [
      [1],
      [[1]],
      [2, [3]],
      3,
      "A",
      "a",
      true,
      "true",
      { a: 1 },
      [],
      null,
      "",
      2 ** 53 + 2,
      9007199254740994,
    ]
    expect(kept(values)).toEqual([0, 2, 4, 6, 8, 9, 10, 11, 12])
    expect(kept([1, 1.0, "1", " 1", "01"])).toEqual([0, 2, 4])
  })

  test("hits without a value are never repeated", () => {
    expect(kept([undefined, undefined, null, null])).toEqual([0, 1, 2, 3])
  })

  test("an array collides on any of its values, and one that was refused blocks nothing", () => {
    expect(kept([["v", "w"], ["w", "x"], ["x"], ["v"]])).toEqual([0, 2])
  })

  test("winners of the parts are enough for the winners of the whole where each hit has one value", () => {
    const hits = fc.array(fc.record({ value: fc.nat({ max: 6 }), list: fc.nat({ max: 2 }) }), { maxLength: 40 })
    fc.assert(
      fc.property(hits, fc.integer({ min: 1, max: 5 }), (hits, limit) => {
        const numbered = hits.map((hit, rank) => ({ ...hit, rank }))
        const winners = (of: typeof numbered) =>
          of.filter(
            (
              (isFirst) => (hit) =>
                isFirst([hit.value])
            )(createDistinct()),
          )
        const isFirst = createDistinct()
        const merged = mergeLists(
          [0, 1, 2].map((list) => winners(numbered.filter((hit) => hit.list === list)).slice(0, limit)),
          {
            open: (hit) => hit,
            compare: (left, right) => left.rank - right.rank,
            accept: (hit) => isFirst([hit.value]),
            offset: 0,
            limit,
          },
        )
        expect(merged).toEqual(winners(numbered).slice(0, limit))
      }),
    )
  })
})
