import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { encodeShard, encodeVersion, hiddenMembers, shardClause, shardCountMax } from "./hidden-fields.ts"

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

  it("that would not fit break an invariant rather than name another shard", () => {
    expect(() => encodeShard(shardCountMax)).toThrow(/hidden-values-fit/)
    expect(() => encodeVersion(-1)).toThrow(/hidden-values-fit/)
  })

  it("stand in documents and filters as these texts", () => {
    expect(hiddenMembers(8, 1)).toBe('"_miroir_shard":"!!!##","_miroir_version":"!!!!!!!!!!!#"')
    expect(shardClause([0, 6])).toBe('_miroir_shard IN ["!!!!!", "!!!!,"]')
  })
})
