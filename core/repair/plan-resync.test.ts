import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { TaskRecord, Touched } from "#core/tasks/task-record.ts"
import { planResync } from "./plan-resync.ts"

const write = (uid: number, touched: Touched, shards: ReadonlyArray<number>): TaskRecord =>
  ({ uid, touched, shards }) as unknown as TaskRecord

/** Ids end in the number of their shard. */
const shardOfId = (id: string): number => Number(id.at(-1))

const writes = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc
        .array(fc.stringMatching(/^[a-z]{1,3}[0-3]$/), { maxLength: 5 })
        .map((ids): Touched => ({ tag: "ids", ids })),
    },
    { weight: 1, arbitrary: fc.constant<Touched>({ tag: "bulk" }) },
    { weight: 1, arbitrary: fc.constant<Touched>({ tag: "nothing" }) },
  ),
  { maxLength: 12 },
)

describe("what a replica may have missed", () => {
  it("contains every document of the shard that a write since then has touched", () => {
    fc.assert(
      fc.property(writes, fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 3 }), (drawn, since, shard) => {
        const log = drawn.map((touched, position) => write(position + 1, touched, [0, 2]))
        const scope = planResync(shard, since, log, shardOfId)
        const missed = log.filter((one) => one.uid >= since)
        if (scope.tag === "shard") {
          expect(missed.some((one) => one.touched.tag === "bulk" && one.shards.includes(shard))).toBe(true)
          return
        }
        for (const one of missed)
          if (one.touched.tag === "ids")
            for (const id of one.touched.ids) expect(scope.ids.includes(id)).toBe(shardOfId(id) === shard)
      }),
      { numRuns: 1_000 },
    )
  })

  it("is everything when nothing is known of the replica", () => {
    expect(planResync(1, 0, [], shardOfId)).toEqual({ tag: "shard" })
  })

  it("is nothing when only settings were changed", () => {
    expect(planResync(1, 3, [write(3, { tag: "nothing" }, [0, 1])], shardOfId)).toEqual({ tag: "ids", ids: [] })
  })
})
