import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { coverShards, planReads } from "./covering-set.ts"

const nodeIds = ["n1", "n2", "n3", "n4", "n5"]

/** A placement of one group, replicas that may not be read, shards to cover in any order with repetitions, a seed. */
const inputs = fc
  .record({
    placement: fc.array(fc.uniqueArray(fc.constantFrom(...nodeIds), { maxLength: 3 }), { minLength: 1, maxLength: 40 }),
    forbidden: fc.array(fc.tuple(fc.constantFrom(...nodeIds), fc.nat(39)), { maxLength: 40 }),
    seed: fc.integer(),
  })
  .chain((fixed) =>
    fc.array(fc.nat(fixed.placement.length - 1), { maxLength: 60 }).map((shards) => {
      const unreadable = new Set(fixed.forbidden.map(([nodeId, shard]) => `${nodeId} ${shard}`))
      const mayRead = (nodeId: string, shard: number): boolean => !unreadable.has(`${nodeId} ${shard}`)
      return { placement: fixed.placement, seed: fixed.seed, shards, mayRead }
    }),
  )

const always = (): boolean => true

describe("coverShards", () => {
  test("every shard with a readable replica is read exactly once, from such a replica; the others are uncovered", () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { reads, uncovered } = coverShards(input)
        const read = reads.flatMap(({ nodeId, shards }) => shards.map((shard) => ({ nodeId, shard })))
        for (const { nodeId, shard } of read) {
          expect(input.placement[shard]).toContain(nodeId)
          expect(input.mayRead(nodeId, shard)).toBe(true)
        }
        for (const shard of uncovered)
          expect(input.placement[shard]!.filter((nodeId) => input.mayRead(nodeId, shard))).toEqual([])
        const answered = [...read.map(({ shard }) => shard), ...uncovered].sort((left, right) => left - right)
        expect(answered).toEqual([...new Set(input.shards)].sort((left, right) => left - right))
      }),
    )
  })

  test("shards ascend inside a read, reads ascend by node id, and no read is empty", () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { reads, uncovered } = coverShards(input)
        for (const ascending of [...reads.map((read) => read.shards), uncovered])
          expect(ascending).toEqual([...new Set(ascending)].sort((left, right) => left - right))
        expect(reads.map((read) => read.nodeId)).toEqual([...new Set(reads.map((read) => read.nodeId))].sort())
        expect(reads.every((read) => read.shards.length > 0)).toBe(true)
      }),
    )
  })

  test("no shard has another readable replica on a node that reads two shards fewer", () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { reads } = coverShards(input)
        const loadOf = (id: string): number => reads.find((read) => read.nodeId === id)?.shards.length ?? 0
        for (const { nodeId, shards } of reads)
          for (const shard of shards)
            for (const other of input.placement[shard]!)
              if (input.mayRead(other, shard)) expect(loadOf(other)).toBeGreaterThanOrEqual(loadOf(nodeId) - 1)
      }),
    )
  })

  test("the same input and seed give the same reads, whatever the order in which the shards were asked for", () => {
    fc.assert(
      fc.property(inputs, (input) => {
        expect(coverShards({ ...input, shards: input.shards.toReversed() })).toEqual(coverShards(input))
      }),
    )
  })

  test("every readable replica is chosen for some seed", () => {
    const placement = [
      ["n1", "n2"],
      ["n2", "n3"],
      ["n3", "n1"],
      ["n1", "n2", "n3"],
    ]
    const seen = placement.map(() => new Set<string>())
    for (let seed = 0; seed < 200; seed++)
      for (const read of coverShards({ placement, mayRead: always, shards: [0, 1, 2, 3], seed }).reads)
        for (const shard of read.shards) seen[shard]!.add(read.nodeId)
    expect(seen.map((nodes) => [...nodes].sort())).toEqual(placement.map((nodes) => nodes.toSorted()))
  })

  test("64 shards that every node holds are shared as evenly as three nodes can", () => {
    const placement = Array.from({ length: 64 }, () => ["n1", "n2", "n3"])
    const { reads } = coverShards({ placement, mayRead: always, shards: [...placement.keys()], seed: 7 })
    expect(reads.map((read) => read.shards.length).sort()).toEqual([21, 21, 22])
  })

  test("a shard number outside the placement is uncovered", () => {
    expect(coverShards({ placement: [["n1"]], mayRead: always, shards: [0, 1], seed: 0 })).toEqual({
      reads: [{ nodeId: "n1", shards: [0] }],
      uncovered: [1],
    })
  })
})

describe("planReads", () => {
  test("a node of last choice is asked only where no group can do without any, and only for shards that nobody else has", () => {
    fc.assert(
      fc.property(inputs, inputs, fc.subarray(nodeIds), (one, other, last) => {
        const isLastChoice = (nodeId: string): boolean => last.includes(nodeId)
        const shards = one.shards.filter((shard) => shard < other.placement.length)
        const placement = { a: one.placement, b: other.placement }
        const input = { ...one, shards, placement, groups: ["a", "b"], isLastChoice }
        const { reads, uncovered } = planReads(input)
        const strict = planReads({
          ...input,
          isLastChoice: () => false,
          mayRead: (nodeId, shard) => !isLastChoice(nodeId) && input.mayRead(nodeId, shard),
        })
        const asked = reads.filter(({ nodeId }) => isLastChoice(nodeId))
        if (strict.uncovered.length === 0) expect(asked).toEqual([])
        expect(uncovered).toEqual(planReads({ ...input, isLastChoice: () => false }).uncovered)
      }),
    )
  })

  const placement = { a: [["a1"], ["a2"], ["a1"]], b: [["b1"], ["b1"], ["b1"]], c: [["c1"], ["c2"], ["c3"]] }
  const plan = (groups: ReadonlyArray<string>, down: ReadonlyArray<string>) =>
    planReads({ placement, groups, mayRead: (id) => !down.includes(id), shards: [0, 1, 2], seed: 3 })

  test("the preferred group answers while it covers everything", () => {
    expect(plan(["b", "a"], [])).toEqual({ groupId: "b", reads: [{ nodeId: "b1", shards: [0, 1, 2] }], uncovered: [] })
  })

  test("a group that covers everything is taken before a preferred one that does not", () => {
    expect(plan(["a", "b"], ["a2"]).groupId).toBe("b")
  })

  test("where no group covers everything, the one that misses fewest shards answers", () => {
    expect(plan(["a", "b", "c"], ["a1", "b1", "c2"])).toMatchObject({ groupId: "c", uncovered: [1] })
  })

  test("at a tie the preferred group answers, and a group without a placement covers nothing", () => {
    expect(plan(["unknown", "c", "a"], ["c1", "a2"])).toMatchObject({ groupId: "c", uncovered: [0] })
    expect(plan(["unknown"], [])).toMatchObject({ groupId: "unknown", reads: [], uncovered: [0, 1, 2] })
  })

  test("no group at all is a broken invariant, not an empty answer", () => {
    expect(() => plan([], [])).toThrow("a-search-has-a-group")
  })
})
