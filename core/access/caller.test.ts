import fc from "fast-check"
import { describe, expect, test } from "vitest"
import {
  type Caller,
  mayCreateIndex,
  maySeeAllIndexes,
  maySeeIndex,
  tenantFilterOf,
  unrestrictedCaller,
} from "./caller.ts"
import { matchesIndexPattern } from "./index-pattern.ts"
import type { TenantRule } from "./read-claims.ts"

const uid = fc.string({ unit: fc.constantFrom(..."ab"), minLength: 1, maxLength: 4 })
const pattern = fc.tuple(uid, fc.constantFrom("", "*")).map((parts) => parts.join(""))
const patterns = fc.uniqueArray(fc.oneof(pattern, fc.constant("*")), { maxLength: 5 })
const caller = (keyIndexes: ReadonlyArray<string>, rules: ReadonlyArray<TenantRule> | null = null): Caller => ({
  keyIndexes,
  tenantRules: rules,
  mayCreateIndexes: true,
})
const rulesOf = (list: ReadonlyArray<string>) => list.map((one) => ({ pattern: one, filter: `rule = '${one}'` }))

describe("maySeeIndex", () => {
  test("an index is seen when the key and the token both mean it", () => {
    fc.assert(
      fc.property(patterns, patterns, uid, (keyIndexes, tenant, index) => {
        const means = (list: ReadonlyArray<string>) => list.some((one) => matchesIndexPattern(one, index))
        expect(maySeeIndex(caller(keyIndexes), index)).toBe(means(keyIndexes))
        expect(maySeeIndex(caller(keyIndexes, rulesOf(tenant)), index)).toBe(means(keyIndexes) && means(tenant))
      }),
    )
  })

  test("who may see all indexes may see each one", () => {
    fc.assert(
      fc.property(patterns, uid, (keyIndexes, index) => {
        if (maySeeAllIndexes(caller(keyIndexes))) expect(maySeeIndex(caller(keyIndexes), index)).toBe(true)
      }),
    )
  })

  test("what may not be seen may not be created", () => {
    fc.assert(
      fc.property(patterns, uid, (keyIndexes, index) => {
        expect(mayCreateIndex(caller(keyIndexes), index)).toBe(maySeeIndex(caller(keyIndexes), index))
      }),
    )
    expect(mayCreateIndex({ ...unrestrictedCaller, mayCreateIndexes: false }, "a")).toBe(false)
  })
})

describe("tenantFilterOf", () => {
  test("the rule for the exact name wins, else the one with the longest pattern; the order of the token does not matter", () => {
    fc.assert(
      fc.property(patterns, uid, fc.boolean(), (list, index, isReversed) => {
        const meaning = list.filter((one) => matchesIndexPattern(one, index))
        const longest = meaning.toSorted((one, other) => other.length - one.length)[0]
        const expected = meaning.includes(index) ? index : longest
        const rules = rulesOf(isReversed ? list.toReversed() : list)
        expect(tenantFilterOf(caller(["*"], rules), index)).toBe(expected === undefined ? null : `rule = '${expected}'`)
      }),
    )
  })

  test("a rule without a filter lifts that of a wider pattern", () => {
    const rules = [
      { pattern: "*", filter: "u = 1" },
      { pattern: "films", filter: null },
    ]
    expect(tenantFilterOf(caller(["*"], rules), "films")).toBeNull()
    expect(tenantFilterOf(caller(["*"], rules), "books")).toBe("u = 1")
  })

  test("without a token there is no filter", () => {
    expect(tenantFilterOf(unrestrictedCaller, "films")).toBeNull()
  })
})
