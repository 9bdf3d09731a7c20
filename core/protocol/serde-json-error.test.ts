import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { encodeUtf8 } from "#core/prelude/utf8.ts"
import { readOneValue, serdeJsonError } from "./serde-json-error.ts"

const open = "[".repeat(127)
const close = "]".repeat(127)

/** What Meilisearch v1.21.0 says of these request bodies. */
const answers: ReadonlyArray<readonly [string, string | null]> = [
  [" ", "EOF while parsing a value at line 1 column 1"],
  ["nul", "EOF while parsing a value at line 1 column 3"],
  ['{"q":"\\ud800"}', "unexpected end of hex escape at line 1 column 13"],
  ['{"q":"\\udc00"}', "lone leading surrogate in hex escape at line 1 column 12"],
  ['{"q":"x"} x', "trailing characters at line 1 column 11"],
  ['{"q":1e999}', "number out of range at line 1 column 10"],
  ['{"q":"\u0001"}', "control character (\\u0000-\\u001F) found while parsing a string at line 1 column 7"],
  ['{"q":"\\u12x4"}', "invalid escape at line 1 column 12"],
  ['{"q":"\\u12', "EOF while parsing a string at line 1 column 10"],
  ['{"q":"x",}', "trailing comma at line 1 column 10"],
  ["{q:1}", "key must be a string at line 1 column 2"],
  ['{"q" 1}', "expected `:` at line 1 column 6"],
  ['{"q":[1 2]}', "expected `,` or `]` at line 1 column 9"],
  ['{"q":1 "r":2}', "expected `,` or `}` at line 1 column 8"],
  ['{"q":[1', "EOF while parsing a list at line 1 column 7"],
  ['{"q":1', "EOF while parsing an object at line 1 column 6"],
  ['{"q":', "EOF while parsing a value at line 1 column 5"],
  ['{"q":\n tru}', "expected ident at line 2 column 5"],
  ['{"q":01}', "invalid number at line 1 column 7"],
  ['{"q":1.}', "invalid number at line 1 column 8"],
  ['{"q":-}', "invalid number at line 1 column 7"],
  ['{"q":]', "expected value at line 1 column 6"],
  [`{"q":${open}${close}}`, "recursion limit exceeded at line 1 column 132"],
  [`{"q":${open.slice(1)}${close.slice(1)}}`, null],
  ['{"q":0e99999999999}', null],
  ['{"q":1e-99999999999}', null],
]

describe("serdeJsonError", () => {
  it.each(answers)("says of %j what the engine says", (text, expected) => {
    expect(serdeJsonError(text)).toBe(expected)
    expect(serdeJsonError(encodeUtf8(text))).toBe(expected)
  })

  it("says of bytes that are no UTF-8 where the string ends", () => {
    expect(serdeJsonError(Uint8Array.from([0x22, 0xff, 0x22]))).toBe("invalid unicode code point at line 1 column 3")
  })

  it("takes every JSON text of ordinary numbers and well-formed strings", () => {
    fc.assert(
      fc.property(fc.json({ stringUnit: "grapheme", maxDepth: 6 }), (text) => {
        expect(serdeJsonError(text)).toBeNull()
      }),
    )
  })

  it("refuses whatever JSON.parse refuses", () => {
    const broken = fc
      .tuple(
        fc.json({ maxDepth: 3 }),
        fc.nat(),
        fc.constantFrom("", ",", '"', "{", "]", "\\", "0", "-", "e", "\n", "t"),
      )
      .map(([text, place, extra]) => {
        const at = place % (text.length + 1)
        return text.slice(0, at) + extra + text.slice(at + 1)
      })
    fc.assert(
      fc.property(broken, (text) => {
        if (!parses(text)) expect(serdeJsonError(text)).not.toBeNull()
      }),
      { numRuns: 1000 },
    )
  })
})

describe("a value as serde_json prints it", () => {
  it("means what it meant before", () => {
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { depthSize: "small" },
        fc.constantFrom(null, true, false),
        fc.maxSafeInteger(),
        fc.string({ unit: "grapheme" }),
        fc.array(tie("value"), { maxLength: 4 }),
        fc.dictionary(fc.string({ unit: "grapheme" }), tie("value"), { maxKeys: 4, noNullPrototype: true }),
      ),
    }))
    fc.assert(
      fc.property(value, (value) => {
        const printed = readOneValue({ bytes: encodeUtf8(JSON.stringify(value, null, 2)), index: 0 })
        expect(printed).toBe(JSON.stringify(value))
      }),
    )
  })

  it("is a double within fourteen digits of the nearest one", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e300, max: 1e300 }), (number) => {
        if (Math.abs(number) < 1e-300) return
        const printed = Number(readOneValue({ bytes: encodeUtf8(number.toExponential()), index: 0 }))
        expect(Math.abs(printed - number)).toBeLessThanOrEqual(Math.abs(number) * 1e-14)
      }),
    )
  })

  it.each([
    ["1e3", "1000.0"],
    ["1e15", "1000000000000000.0"],
    ["1e16", "1e16"],
    ["-0", "-0.0"],
    ["0.00001", "0.00001"],
    ["9.5e-7", "9.5e-7"],
    ["123456.789e-7", "0.0123456789"],
    ["1.7976931348623157e308", "1.7976931348623157e308"],
    ["5e-324", "5e-324"],
    // Not the nearest double: the engine multiplies digits by a power of ten.
    ["7.038531e-26", "7.038530999999999e-26"],
    ["18446744073709551615", "18446744073709551615"],
    ["18446744073709551616", "1.8446744073709552e19"],
    ["-9223372036854775808", "-9223372036854775808"],
    ["-9223372036854775809", "-9.223372036854776e18"],
    ["12345678901234567890123", "1.2345678901234568e22"],
    ['{"b": 1, "a": 2.50, "b": 3}', '{"b":3,"a":2.5}'],
    ['"\\u00e9\\/\\u001F\\u007f"', '"é/\\u001f\u007f"'],
  ])("%s is printed as %s", (text, expected) => {
    expect(readOneValue({ bytes: encodeUtf8(text), index: 0 })).toBe(expected)
  })
})

const parses = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
