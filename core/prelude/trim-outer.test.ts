import * as fc from "fast-check"
import { expect, test } from "vitest"
import { rustWhiteSpace, trimOuter } from "./trim-outer.ts"

test("what is trimmed are the characters at both ends, and none inside", () => {
  const character = fc.oneof(
    fc.constantFrom(" ", "\n", "\u0085", "\u3000", "\ufeff", "a"),
    fc.string({ unit: "grapheme", maxLength: 1 }),
  )
  fc.assert(
    fc.property(fc.array(character, { maxLength: 12 }), (characters) => {
      const text = characters.join("")
      expect(trimOuter(text, rustWhiteSpace)).toBe(text.replaceAll(/^\p{White_Space}+|\p{White_Space}+$/gu, ""))
    }),
  )
})

test("a long gap inside a text costs no more than any other part of it", () => {
  const text = `a${" ".repeat(500_000)}a`
  expect(trimOuter(` ${text} `, rustWhiteSpace)).toBe(text)
})
