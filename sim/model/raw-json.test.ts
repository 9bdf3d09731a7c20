import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { printNumber } from "./print-number.ts"
import { isRawNumber, parseFirstRawValue, parseRawValues, printRaw, type RawValue } from "./raw-json.ts"

describe("raw JSON", () => {
  it("prints what JSON.stringify prints, when there are no numbers", () => {
    const value = fc.jsonValue({ maxDepth: 4 }).map((json) => JSON.parse(JSON.stringify(json, textNumbers)))
    fc.assert(
      fc.property(value, (json) => {
        const text = JSON.stringify(json)
        expect(parseRawValues(text)?.map(printRaw)).toEqual([text])
        expect(parseRawValues(JSON.stringify(json, null, 2))?.map(printRaw)).toEqual([text])
      }),
    )
  })

  it("keeps every digit of a 64-bit integer", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }), (integer) => {
        expect(printRaw(only(`${integer}`))).toBe(`${integer}`)
      }),
    )
  })

  it("prints other numbers so that they read as the same double", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        const printed = printRaw(only(JSON.stringify(number)))
        expect(Number(printed)).toBe(Number(JSON.stringify(number)))
        expect(printRaw(only(printed))).toBe(printed)
      }),
    )
  })

  it.each([
    ["1.0", "1.0"],
    ["1e3", "1000.0"],
    ["-0", "-0.0"],
    ["0.1000", "0.1"],
    ["1.5E-7", "1.5e-7"],
    ["0.00001", "0.00001"],
    ["1e16", "1e16"],
    ["1234567890123456.5", "1234567890123456.5"],
    ["18446744073709551616", "1.8446744073709552e19"],
    ["123456789012345678901234567890", "1.2345678901234568e29"],
  ])("the engine prints %s as %s", (digits, printed) => {
    expect(printNumber(digits)).toBe(printed)
  })

  it.each(["", "{", "[1,]", '{"a"}', '{"a":1,}', "01", "1.", "tru", '"\u0001"', "[1 2]", '"\\x"', "1e999"])(
    "%j is refused",
    (text) => {
      expect(parseFirstRawValue(text)).toBeNull()
    },
  )

  it("takes the last of members with the same name, at the place of the first", () => {
    expect(printRaw(only('{"a":1,"b":2,"a":3}'))).toBe('{"a":3,"b":2}')
  })
})

const textNumbers = (_key: string, value: unknown): unknown => (typeof value === "number" ? `${value}` : value)

const only = (text: string): RawValue => {
  const value = parseFirstRawValue(text)?.value ?? null
  expect(value === null || typeof value === "boolean" || isRawNumber(value) || typeof value === "object").toBe(true)
  return value
}
