import * as fc from "fast-check"
import { expect, test } from "vitest"
import { encodeUtf8 } from "#core/prelude/utf8.ts"
import { compareCodePoints } from "./compare-code-points.ts"

const compareBytes = (left: Uint8Array, right: Uint8Array): number => {
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    if (left[index] !== right[index]) return left[index]! - right[index]!
  }
  return left.length - right.length
}

test("texts compare like their UTF-8 bytes", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", "é", "\ud7ff", "\ue000", "ﬁ", "日", "😀", "\u{10ffff}") })
  fc.assert(
    fc.property(text, text, (left, right) => {
      const expected = Math.sign(compareBytes(encodeUtf8(left), encodeUtf8(right)))
      expect(Math.sign(compareCodePoints(left, right))).toBe(expected)
    }),
  )
})

test("an emoji comes after the last letters of the basic plane, which JavaScript's own order denies", () => {
  expect(["😀", "ﬁ"].sort(compareCodePoints)).toEqual(["ﬁ", "😀"])
  expect(["😀", "ﬁ"].sort()).toEqual(["😀", "ﬁ"])
})
