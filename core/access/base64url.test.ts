import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { decodeBase64Url, encodeBase64Url } from "./base64url.ts"

describe("base64 for URLs", () => {
  test("encodes as Node's Buffer does, and decodes what it encoded", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const text = encodeBase64Url(bytes)
        expect(text).toBe(Buffer.from(bytes).toString("base64url"))
        expect(decodeBase64Url(text)).toEqual({ tag: "decoded", bytes })
      }),
    )
  })

  test("a text that decodes is the only one for its bytes", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."AQgwxyz-_"), maxLength: 9 }), (text) => {
        const decoded = decodeBase64Url(text)
        if (decoded.tag === "decoded") expect(encodeBase64Url(decoded.bytes)).toBe(text)
      }),
    )
  })

  // Tried on v1.21.0.
  test.each([
    ["AAAA.", "Invalid symbol 46, offset 4."],
    ["AAAAA", "Invalid input length: 5"],
    ["AA+A", "Invalid symbol 43, offset 2."],
    ["AB", "Invalid last symbol 66, offset 1."],
  ])("%s is refused: %s", (text, reason) => {
    expect(decodeBase64Url(text)).toEqual({ tag: "refused", reason })
  })
})
