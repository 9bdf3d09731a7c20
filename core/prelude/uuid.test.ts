import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { parseUuid, uuidOfBytes } from "./uuid.ts"

const anyBytes = fc.array(fc.nat(255), { minLength: 16, maxLength: 16 })
const uuid = "0cc74c3c-978d-4f02-8ec0-fa7378dd0901"

describe("parseUuid", () => {
  test("each of the four forms, in any case, is the same UUID", () => {
    fc.assert(
      fc.property(anyBytes, fc.boolean(), (bytes, isUpper) => {
        const canonical = uuidOfBytes(bytes)
        const text = isUpper ? canonical.toUpperCase() : canonical
        for (const form of [text, text.replaceAll("-", ""), `{${text}}`, `urn:uuid:${text}`])
          expect(parseUuid(form)).toEqual({ tag: "parsed", uuid: canonical })
      }),
    )
  })

  test("any other text is refused with a reason", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(..."0aF-{}urn:uid") })), (text) => {
        expect(parseUuid(text)).toMatchObject({ tag: "refused", reason: expect.stringMatching(/^invalid /) })
      }),
    )
  })

  // Tried on v1.21.0.
  test.each([
    ["x", "invalid character: expected an optional prefix of `urn:uuid:` followed by [0-9a-fA-F-], found `x` at 1"],
    ["", "invalid length: expected length 32 for simple format, found 0"],
    [uuid.slice(0, -1), "invalid group length in group 4: expected 12, found 11"],
    [
      `${uuid.slice(0, -1)}g`,
      "invalid character: expected an optional prefix of `urn:uuid:` followed by [0-9a-fA-F-], found `g` at 36",
    ],
    ["0cc74c3c-978d-4f02-8ec0fa7378dd0900", "invalid group count: expected 5, found 4"],
  ])("%j is refused: %s", (text, reason) => {
    expect(parseUuid(text)).toEqual({ tag: "refused", reason })
  })
})

describe("uuidOfBytes", () => {
  test("gives a random UUID of RFC 9562: version 4, variant 10", () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        expect(uuidOfBytes(bytes)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
      }),
    )
  })
})
