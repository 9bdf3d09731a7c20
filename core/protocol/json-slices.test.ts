import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import { MalformedJson, readElements, readMembers, skipValue } from "./json-slices.ts"

/** The whole value, rebuilt through slices: scalars by JSON.parse, structure by the scanner. */
const rebuild = (text: string, start: number): unknown => {
  const first = text[start]
  if (first === "{") {
    return Object.fromEntries(readMembers(text, start).map((member) => [member.key, rebuild(text, member.valueStart)]))
  }
  if (first === "[") return readElements(text, start).map((element) => rebuild(text, element.start))
  return JSON.parse(text.slice(start, skipValue(text, start)))
}

const jsonText = fc
  .tuple(fc.json({ maxDepth: 4, stringUnit: "binary" }), fc.constantFrom(0, 1, "\t", "\r\n "))
  // `__proto__` as a key is the one thing that Object.fromEntries and JSON.parse agree on but toEqual does not.
  .map(([text, space]) => JSON.stringify(JSON.parse(text), null, space))

describe("json slices", () => {
  test("rebuilding a value from its slices gives what JSON.parse gives", () => {
    fc.assert(
      fc.property(jsonText, (text) => {
        expect(JSON.stringify(rebuild(text, 0))).toBe(JSON.stringify(JSON.parse(text)))
      }),
      { numRuns: 300 },
    )
  })

  test("a value ends where the next one begins, whatever stands between", () => {
    fc.assert(
      fc.property(fc.array(jsonText, { maxLength: 5 }), fc.constantFrom(",", " ,\n"), (texts, separator) => {
        const array = `[${texts.join(separator)}]`
        const slices = readElements(array)
        expect(slices.map((slice) => array.slice(slice.start, slice.end))).toEqual(texts)
      }),
    )
  })

  test("numbers come out as they were written", () => {
    const text = '{"id":9007199254740993,"price":1.0,"tiny":-0.0e-0}'
    expect(readMembers(text).map((member) => text.slice(member.valueStart, member.valueEnd))).toEqual([
      "9007199254740993",
      "1.0",
      "-0.0e-0",
    ])
  })

  test("quotes, backslashes and brackets inside strings do not end anything", () => {
    const text = String.raw`{"a\"}":"]}\\","b\u0041":["\\\"",{}],"":"\\"}`
    expect(readMembers(text).map((member) => [member.key, text.slice(member.valueStart, member.valueEnd)])).toEqual([
      ['a"}', String.raw`"]}\\"`],
      ["bA", String.raw`["\\\"",{}]`],
      ["", String.raw`"\\"`],
    ])
  })

  test("a text that was cut off is refused wherever it was cut", () => {
    const text = '{"hits":[{"id":1,"t":"a\\"b"},[true,null]],"n":{}}'
    for (let length = 0; length < text.length; length++) {
      expect(() => readMembers(text.slice(0, length)), text.slice(0, length)).toThrow(MalformedJson)
    }
    expect(readMembers(text).length).toBe(2)
  })

  test("what is not JSON is refused", () => {
    for (const text of ["<html>", "[1 2]", '{"a" 1}', '{"a":1 "b":2}', "{a:1}", "[,]"]) {
      expect(() => (text.startsWith("[") ? readElements(text) : readMembers(text)), text).toThrow(MalformedJson)
    }
  })
})
