import { describe, expect, it } from "vitest"
import { families } from "./families.ts"
import { makeSequences } from "./make-sequences.ts"
import type { Family, Sequence, WireRequest } from "./sequence.ts"

const requestsOf = ({ steps }: Sequence): ReadonlyArray<WireRequest> =>
  steps.filter((step): step is WireRequest => typeof step !== "function")

const all = (family: Family, seed = 1): ReadonlyArray<Sequence> =>
  makeSequences(family, { seed, only: null, drawnPerFamily: null })

describe("the sequences of a family", () => {
  it("are the same every time, so that a difference can be repeated", () => {
    for (const family of families) {
      expect(all(family).map(requestsOf)).toEqual(all(family).map(requestsOf))
    }
  })

  it("do not depend on how many others are drawn", () => {
    for (const family of families.filter(({ drawnCount }) => drawnCount > 1)) {
      const number = family.written.length + 1
      const alone = makeSequences(family, { seed: 5, only: number, drawnPerFamily: null })
      const among = makeSequences(family, { seed: 5, only: null, drawnPerFamily: 2 })
      expect(alone.map(requestsOf)).toEqual([among[number]].map((found) => requestsOf(found as Sequence)))
    }
  })

  it("change with the seed", () => {
    for (const family of families.filter(({ drawnCount }) => drawnCount > 1)) {
      expect(all(family, 2).map(requestsOf)).not.toEqual(all(family).map(requestsOf))
    }
  })

  it("have paths that a socket takes as they are", () => {
    for (const { path } of families.flatMap((family) => all(family)).flatMap(requestsOf)) {
      expect(path).toMatch(/^\/[\x21-\x7e]*$/)
    }
  })

  it("number more than three hundred, with more than two thousand requests", () => {
    const sequences = families.flatMap((family) => all(family))
    expect(sequences.length).toBeGreaterThanOrEqual(300)
    expect(sequences.reduce((sum, { steps }) => sum + steps.length, 0)).toBeGreaterThanOrEqual(2_000)
  })
})
