import fc from "fast-check"
import { describe, expect, test, vi } from "vitest"
import { decodeUtf8, encodeUtf8 } from "#core/prelude/utf8.ts"
import { isDoubtfulJson } from "./doubtful-json.ts"
import { parseJsonBody } from "./parse-json-request.ts"
import { serdeJsonError } from "./serde-json-error.ts"

/** Parts of texts that readers of JSON disagree about, or come close to it. */
const part = fc.oneof(
  fc.constantFrom(...'{}[],:" \n\t\\', "\u0000", "\ufeff", "\u2028", "é", "😀", "\ud800"),
  fc.constantFrom(
    "null",
    "true",
    "tru",
    '"a":',
    '"a":1,"a":2',
    '"__proto__":',
    "-",
    "0",
    "01",
    "1.",
    ".5",
    "+1",
    "NaN",
  ),
  fc.constantFrom("\\ud83d\\ude00", "\\ud83d", "\\ude00", "\\uD83Dx", "\\u00e9", "\\\\ud83d", "\\x", "\\ud83d\\n"),
  fc
    .tuple(fc.nat(340), fc.constantFrom("", "."), fc.nat(40), fc.constantFrom("", "e", "E-", "e+"), fc.nat(999))
    .map(([whole, dot, rest, exponent, power]) => {
      const digits = `${"7".repeat(whole)}${dot}${"3".repeat(rest)}`
      return exponent === "" ? digits : `${digits}${exponent}${power}`
    }),
  fc.nat(130).map((depth) => "[".repeat(depth)),
  fc.nat(130).map((depth) => "]".repeat(depth)),
  fc.tuple(fc.constantFrom("[", '{"a":'), fc.nat(130)).map(([open, depth]) => {
    return open.repeat(depth) + "1" + (open === "[" ? "]" : "}").repeat(depth)
  }),
)
/** Whole texts with such a part in a place where it may be a value. */
const text = fc.oneof(
  fc.array(part, { maxLength: 5 }).map((parts) => parts.join("")),
  part.map((value) => `{"a":${value}}`),
  part.map((value) => `["${value}"]`),
  fc.tuple(part, part).map(([one, other]) => `[${one},"${other}"]`),
  fc.json({ maxDepth: 4 }),
)
const bytes = fc.oneof(
  text.map((drawn) => encodeUtf8(drawn)),
  fc.tuple(text, fc.uint8Array({ maxLength: 3 })).map(([drawn, rest]) => Uint8Array.of(...encodeUtf8(drawn), ...rest)),
)

describe("the quick way to read a body", () => {
  test("has the outcome of the exact reader for every text", () => {
    fc.assert(
      fc.property(bytes, (body) => {
        const problem = serdeJsonError(body)
        const parsed = parseJsonBody(body, "application/json")
        if (body.length === 0) return
        if (problem === null) {
          const text = decodeUtf8(body)
          expect(parsed).toEqual({ tag: "parsed", value: JSON.parse(text), text })
        } else {
          const message = `The json payload provided is malformed. \`${problem}\`.`
          expect(parsed).toMatchObject({ tag: "refused", error: { code: "malformed_payload", message } })
        }
      }),
      { numRuns: 3000 },
    )
  })

  test.each([
    ['"\\ud800"', true],
    ['"\\ude00\\ud83d"', true],
    ['"\\ud83d\\ude00"', false],
    ['"\\\\ud800"', false],
    ["1e999", true],
    ['"1e999"', false],
    [`${"9".repeat(250)}e99`, true],
    ["-1.5e+10", false],
    ["[".repeat(127) + "]".repeat(127), false],
    ["[".repeat(128) + "]".repeat(128), true],
    [`"${"[".repeat(200)}"`, false],
    [`[${"[],".repeat(200)}1]`, false],
  ])("%s is left to the exact reader: %s", (drawn, expected) => {
    expect(isDoubtfulJson(encodeUtf8(drawn))).toBe(expected)
  })

  test("neither way makes an integer of arbitrary size of the numbers of an ordinary vector", () => {
    const vector = Array.from({ length: 1536 }, (_, index) => `${index % 2 === 0 ? "-" : ""}0.0${1e14 + index}`)
    const body = encodeUtf8(`{"vector":[${vector.join(",")}]}`)
    const made = vi.spyOn(globalThis, "BigInt")
    try {
      parseJsonBody(body, "application/json")
      expect(made).not.toHaveBeenCalled()
      serdeJsonError(body)
      expect(made).not.toHaveBeenCalled()
    } finally {
      made.mockRestore()
    }
  })
})
