import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  encodeShard,
  encodeVersion,
  hiddenMembers,
  shardClause,
  shardCountMax,
  stampPosition,
} from "./hidden-fields.ts"

const separators = /^[!#%&*+,]+$/

describe("hidden values", () => {
  it("consist of separator characters only, in a fixed width", () => {
    fc.assert(
      fc.property(fc.nat({ max: shardCountMax - 1 }), fc.nat({ max: 0xffff_ffff }), (shard, version) => {
        expect(encodeShard(shard)).toMatch(separators)
        expect(encodeShard(shard)).toHaveLength(5)
        expect(encodeVersion(version)).toMatch(separators)
        expect(encodeVersion(version)).toHaveLength(12)
      }),
    )
  })

  it("compare as text like the numbers that they stand for", () => {
    fc.assert(
      fc.property(fc.nat({ max: 0xffff_ffff }), fc.nat({ max: 0xffff_ffff }), (one, other) => {
        expect(Math.sign(one - other)).toBe(
          encodeVersion(one) < encodeVersion(other) ? -1 : encodeVersion(one) > encodeVersion(other) ? 1 : 0,
        )
      }),
      { numRuns: 1_000 },
    )
  })

  it("a position that is stamped is the position that is printed, and none changes the version", () => {
    const encoder = new TextEncoder()
    fc.assert(
      fc.property(fc.nat({ max: 0xffff_ffff }), (position) => {
        const bytes = encoder.encode(hiddenMembers(5, 77))
        stampPosition(bytes, bytes.length - 2, position)
        expect(new TextDecoder().decode(bytes)).toBe(hiddenMembers(5, 77, position))
        expect(hiddenMembers(5, 77, position).startsWith(hiddenMembers(5, 77).slice(0, -10))).toBe(true)
      }),
    )
  })

  it("that would not fit break an invariant rather than name another shard", () => {
    expect(() => encodeShard(shardCountMax)).toThrow(/hidden-values-fit/)
    expect(() => encodeVersion(-1)).toThrow(/hidden-values-fit/)
  })

  it("stand in documents and filters as these texts", () => {
    expect(hiddenMembers(8, 1)).toBe('"_miroir_shard":"!!!##","_miroir_version":"!!!!!!!!!!!#!!!!!!!!!"')
    expect(hiddenMembers(8, 1, 8)).toBe('"_miroir_shard":"!!!##","_miroir_version":"!!!!!!!!!!!#!!!!!!!##"')
    expect(shardClause([0, 6])).toBe('_miroir_shard IN ["!!!!!", "!!!!,"]')
  })
})
