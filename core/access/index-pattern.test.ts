import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { indexPatternProblem, matchesIndexPattern } from "./index-pattern.ts"

const uid = fc.string({ unit: fc.constantFrom(..."abA0_-"), minLength: 1, maxLength: 6 })

describe("matchesIndexPattern", () => {
  test("a name means itself and nothing else", () => {
    fc.assert(
      fc.property(uid, uid, (one, other) => {
        expect(matchesIndexPattern(one, other)).toBe(one === other)
      }),
    )
  })

  test("a beginning with a star means every name that begins so, and only these", () => {
    fc.assert(
      fc.property(uid, uid, (prefix, rest) => {
        expect(matchesIndexPattern(`${prefix}*`, prefix + rest)).toBe(true)
        expect(matchesIndexPattern(`${prefix}*`, rest)).toBe(rest.startsWith(prefix))
      }),
    )
  })

  test("a star alone means every name", () => {
    fc.assert(
      fc.property(uid, (name) => {
        expect(matchesIndexPattern("*", name)).toBe(true)
      }),
    )
  })
})

describe("indexPatternProblem", () => {
  test("every name, with or without a star, is a pattern", () => {
    fc.assert(
      fc.property(uid, (name) => {
        expect(indexPatternProblem(name)).toBeNull()
        expect(indexPatternProblem(`${name}*`)).toBeNull()
      }),
    )
  })

  // Tried on v1.21.0, which repeats the text without its last star.
  test.each([
    ["a b", "a b"],
    ["", ""],
    ["*a", "*a"],
    ["a**", "a*"],
    ["**", "*"],
  ])("%j is none", (text, shown) => {
    expect(indexPatternProblem(text)).toBe(
      `\`${shown}\` is not a valid index uid pattern. Index uid patterns can be an integer or a string containing only alphanumeric characters, hyphens (-), underscores (_), and optionally end with a star (*).`,
    )
  })
})
