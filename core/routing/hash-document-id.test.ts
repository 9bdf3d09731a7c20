import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import xxhash from "xxhash-wasm"
import { shardCountMax } from "#core/protocol/hidden-fields.ts"
import { shardOf } from "./hash-document-id.ts"

const oracle = await xxhash()
const encoder = new TextEncoder()

describe("shardOf", () => {
  test.each([
    ["user:123", 64, 46],
    ["user:456", 64, 48],
    ["product:abc", 64, 24],
    ["order:xyz", 64, 10],
    ["alpha", 128, 104],
    ["beta", 128, 91],
  ])("the document %s of an index with %i shards is filed in shard %i for ever", (id, shardCount, shard) => {
    expect(shardOf(id, shardCount)).toBe(shard)
  })

  test("the shard is the whole 64-bit hash of the terminated id, modulo the count", () => {
    const shardCounts = fc.oneof(fc.integer({ min: 1, max: shardCountMax }), fc.constantFrom(1, 2, 64, shardCountMax))
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), shardCounts, (id, shardCount) => {
        const wanted = oracle.h64Raw(Uint8Array.of(...encoder.encode(id), 0xff)) % BigInt(shardCount)
        expect(shardOf(id, shardCount)).toBe(Number(wanted))
      }),
      { numRuns: 3000 },
    )
  })

  test("consecutive ids fill 64 shards evenly", () => {
    const counts = Array<number>(64).fill(0)
    for (let id = 0; id < 64_000; id++) counts[shardOf(String(id), 64)]!++
    expect(Math.min(...counts)).toBeGreaterThan(850)
    expect(Math.max(...counts)).toBeLessThan(1150)
  })

  test.each([0, -1, 1.5, shardCountMax + 1, Number.NaN])("a count of %d shards is refused", (shardCount) => {
    expect(() => shardOf("a", shardCount)).toThrow("shard-count-is-in-range")
  })
})
