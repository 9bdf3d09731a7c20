import fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { Json } from "#core/prelude/json.ts"
import { shardClause } from "#core/protocol/hidden-fields.ts"
import { andShardClause, fuseFilters } from "./and-shard-clause.ts"
import type { FilterExpression } from "./filter-expression.ts"
import { parseFilterValue } from "./parse-filter-value.ts"
import { printFilter } from "./print-filter.ts"

const text = fc.constantFrom(
  "a = 1",
  "a = 1 OR b = 2",
  "NOT c EXISTS",
  "a = 1) OR (b = 2",
  "x =",
  "",
  "'",
  "a IN [1] AND b = 2",
)
const filter: fc.Arbitrary<Json | undefined> = fc.oneof(
  fc.constantFrom(undefined, null, ""),
  text,
  fc.array(fc.oneof(text, fc.array(text, { maxLength: 3 })), { maxLength: 3 }),
)

const conjuncts = (expression: FilterExpression | null): ReadonlyArray<string> =>
  expression === null
    ? []
    : expression.tag === "and"
      ? expression.operands.flatMap(conjuncts)
      : [printFilter(expression)]

const meaning = (value: Json | undefined): ReadonlyArray<string> | "refused" => {
  const parsed = parseFilterValue(value)
  return parsed.tag === "refused" ? "refused" : conjuncts(parsed.expression)
}

describe("andShardClause", () => {
  test("keeps what the client's filter keeps, but only in the given shards", () => {
    fc.assert(
      fc.property(filter, fc.uniqueArray(fc.nat(63), { minLength: 1, maxLength: 4 }), (value, shards) => {
        const own = meaning(value)
        const clause = meaning(shardClause(shards))
        expect(meaning(andShardClause(value, shards))).toEqual(own === "refused" ? own : [...own, ...clause])
      }),
    )
  })

  const clause = '_miroir_shard IN ["!!!!#", "!!!!%"]'
  test.each<[Json | undefined, Json]>([
    [undefined, clause],
    [null, clause],
    ["", clause],
    [[], clause],
    ["a = 1 OR b = 2", ["a = 1 OR b = 2", clause]],
    [
      ["a = 1", ["b = 2", "c = 3"]],
      ["a = 1", ["b = 2", "c = 3"], clause],
    ],
  ])("%j becomes %j", (value, fused) => {
    expect(andShardClause(value, [1, 2])).toEqual(fused)
  })
})

describe("fuseFilters", () => {
  test("an absent filter changes nothing", () => {
    fc.assert(
      fc.property(filter, (value) => {
        expect(meaning(fuseFilters(value, undefined))).toEqual(meaning(value))
        expect(meaning(fuseFilters(null, value))).toEqual(meaning(value))
      }),
    )
  })

  test("two absent filters are none", () => {
    expect(fuseFilters(undefined, [])).toBeNull()
  })
})
