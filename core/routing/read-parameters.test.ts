import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { countMax } from "./large-counts.ts"
import { type ParameterKind, readParameters } from "./read-parameters.ts"

const read = (kind: ParameterKind, text: string): unknown => readParameters([["x", text]], { x: kind })?.body["x"]

// All outcomes measured on v1.21.0; undefined: a node says what is wrong.
describe("a value of a query string", () => {
  test.each(["0x1", " 1", "1 ", "", " ", "1_0", "1e", ".", "+", "0b1", "1d", "inf", "nan", "1e400", "0.5f"])(
    "%j is no number",
    (text) => {
      expect(read("number", text)).toBeUndefined()
    },
  )

  test.each([
    ["1", 1],
    ["+1", 1],
    ["-0", -0],
    [".5", 0.5],
    ["5.", 5],
    ["00.5", 0.5],
    ["1E-2", 0.01],
  ])("%s is the number %d", (text, number) => {
    expect(read("number", text)).toBe(number)
  })

  test("every number that JavaScript prints is read as itself", () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true })
    fc.assert(
      fc.property(number, (drawn) => {
        expect(read("number", String(drawn))).toBe(Number(String(drawn)))
      }),
    )
  })

  test.each([
    ["1,2,3", [1, 2, 3]],
    ["1,,2", [1, 2]],
    [",1,2,", [1, 2]],
    ["", []],
    [",", []],
    ["1,1e400,-inf", [1, 1e39, -1e39]],
    ["+Infinity,-1e400", [1e39, -1e39]],
    ["1,0x1", undefined],
    ["1, 2", undefined],
    ["1,nan", undefined],
  ])("%j are the numbers %j", (text, numbers) => {
    expect(read("numbers", text)).toEqual(numbers)
  })

  test.each(["null", " null "])("a filter that is %j is for a node to refuse", (text) => {
    expect(read("filter", text)).toBeUndefined()
  })

  test("a sort is cut at the commas outside of parentheses", () => {
    expect(read("sort", "_geoPoint(1, 2):asc,b:desc")).toEqual(["_geoPoint(1, 2):asc", "b:desc"])
  })
})

describe("a count of a query string", () => {
  test.each([
    ["5", 5, undefined],
    ["+5", 5, undefined],
    ["00000000000000000000000005", 5, undefined],
    ["9007199254740991", countMax, undefined],
    ["9007199254740993", countMax, "9007199254740993"],
    ["+018446744073709551615", countMax, "18446744073709551615"],
  ])("%s is calculated with as %d, and repeated as %s", (text, number, digits) => {
    const large = digits === undefined ? {} : { x: digits }
    expect(readParameters([["x", text]], { x: "count" })).toEqual({ body: { x: number }, large })
  })

  test.each(["18446744073709551616", "-1", "-0", "", " 5", "1.0", "1e2", "++5"])("%j is no count", (text) => {
    expect(read("count", text)).toBeUndefined()
  })

  test("of a name that is repeated the last value counts", () => {
    const large = "18446744073709551615"
    const pairs = (...texts: ReadonlyArray<string>) => texts.map((text) => ["x", text] as const)
    expect(readParameters(pairs(large, "1"), { x: "count" })).toEqual({ body: { x: 1 }, large: {} })
    expect(readParameters(pairs("1", large), { x: "count" })?.large).toEqual({ x: large })
  })
})
