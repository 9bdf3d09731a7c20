import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { decodeUtf8, encodeUtf8 } from "#core/prelude/utf8.ts"
import { csvToNdjson } from "./csv-to-ndjson.ts"
import { csvNumber } from "./csv-value.ts"

const rewrite = (text: string | Uint8Array, delimiter = ","): string => {
  const result = csvToNdjson(typeof text === "string" ? encodeUtf8(text) : text, delimiter)
  if (result.tag === "refused") throw new Error(result.error.message)
  return decodeUtf8(result.bytes)
}

const refusal = (text: Uint8Array): string => {
  const result = csvToNdjson(text, ",")
  return result.tag === "refused" ? result.error.message : "accepted"
}

const bytes = (...parts: ReadonlyArray<string | ReadonlyArray<number>>): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === "string" ? [...encodeUtf8(part)] : part)))

const cell = fc.oneof(
  fc.constantFrom("", " ", '"', ",", "\n", "\r\n", "a,b", 'say "hi"', "\u0001", "\\"),
  fc.string({ unit: "grapheme", maxLength: 8 }),
)
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`

describe("CSV", () => {
  it("comes out as the cells that went in", () => {
    const table = fc.array(fc.tuple(cell, cell, cell), { maxLength: 8 })
    fc.assert(
      fc.property(
        table,
        fc.constantFrom("\n", "\r\n", "\r"),
        fc.constantFrom(",", ";", "\t", "|"),
        (rows, end, comma) => {
          const text = [["id", "a", "b"].join(comma), ...rows.map((row) => row.map(quoted).join(comma)), ""].join(end)
          const expected = rows.map(
            ([id, a, b]) => `${JSON.stringify({ id: id || null, a: a || null, b: b || null })}\n`,
          )
          expect(rewrite(text, comma)).toBe(expected.join(""))
        },
      ),
    )
  })

  // What one node (Meilisearch v1.21.0) stores.
  it.each([
    ["id,name\n1,a\n", '{"id":"1","name":"a"}\n'],
    ["id:number,name\n1,a\n2,\n", '{"id":1,"name":"a"}\n{"id":2,"name":null}\n'],
    ["id:number,b:boolean\n 7 , false \n8,\n,true\n", '{"id":7,"b":false}\n{"id":8,"b":null}\n{"id":null,"b":true}\n'],
    ['id,a\n1,"x""y"\n', '{"id":"1","a":"x\\"y"}\n'],
    ['id,a\n1,"x\ny"\n2,"un', '{"id":"1","a":"x\\ny"}\n{"id":"2","a":"un"}\n'],
    ['id,a\n1,"x"y"z\n', '{"id":"1","a":"xy\\"z"}\n'],
    ['id,a\n1,x"y"\n', '{"id":"1","a":"x\\"y\\""}\n'],
    ['id,a\n1, "x"\n', '{"id":"1","a":" \\"x\\""}\n'],
    ["\n\nid,a\r\n\r\n1,x\r2,y", '{"id":"1","a":"x"}\n{"id":"2","a":"y"}\n'],
    ["\ufeffid,a\n1,x\n", '{"id":"1","a":"x"}\n'],
    ["id,a,a\n1,2,3\n", '{"id":"1","a":"3"}\n'],
    ["a,id,a:number\nx,1,2\n", '{"a":2,"id":"1"}\n'],
    ["id,,\n1,2,3\n", '{"id":"1","":"3"}\n'],
    ["id,a:b:number,c:foo,d:\n1,5,6,7\n", '{"id":"1","a:b":5,"c:foo":"6","d:":"7"}\n'],
    [":number,id\n3,5\n", '{"":3,"id":"5"}\n'],
    ["id\n", ""],
    ["\n", ""],
  ])("%j becomes %j", (text, expected) => {
    expect(rewrite(text)).toBe(expected)
  })

  it.each([
    ["007", "7"],
    ["+5", "5"],
    ["-0", "0"],
    ["9223372036854775807", "9223372036854775807"],
    ["9223372036854775808", "9.223372036854776e18"],
    ["1.50", "1.5"],
    ["1e3", "1000.0"],
    [".5", "0.5"],
    ["5.", "5.0"],
    ["0.1e-7", "1e-8"],
    ["inf", "null"],
    ["NaN", "null"],
    ["1E400", "null"],
    ["\u00a05\u2003", "5"],
  ])("has %j as the number %s", (written, number) => {
    expect(rewrite(`n:number\n${written}\n`)).toBe(`{"n":${number}}\n`)
  })

  it.each([
    ["spaces inside", `1${" ".repeat(500_000)}1`, null],
    ["digits before a letter", `${"1".repeat(500_000)}x`, null],
    ["too many digits for any number", "9".repeat(5_000_000), "null"],
    ["zeros before a digit", `${"0".repeat(500_000)}5`, "5"],
  ])("reads a cell of %s in one way through it, however long it is", (_what, written, number) => {
    expect(csvNumber(written)).toBe(number)
  })

  it("prints a number that it takes as it stands like one that it has read and printed", () => {
    const digits = fc.stringMatching(/^-?[0-9]{1,17}(\.[0-9]{0,9})?$/)
    const double = fc.double({ noNaN: true, noDefaultInfinity: true }).map(String)
    const small = fc.double({ min: -1000, max: 1000, noNaN: true }).map((value) => value.toFixed(5))
    fc.assert(
      fc.property(fc.oneof(digits, double, small), (written) => {
        expect(rewrite(`n:number\n${written}\n`)).toBe(`{"n":${csvNumber(written)}}\n`)
      }),
      { numRuns: 300 },
    )
  })

  it("keeps records apart that are longer, and of more cells, than any before", () => {
    const row = (cells: number, text: string) => Array.from({ length: cells }, () => text).join(",")
    const header = Array.from({ length: 40 }, (_none, place) => `c${place}`)
    const lines = [header.join(","), row(40, "a"), row(40, "\u0001".repeat(2_000)), row(40, "")]
    const records = ["a", "\u0001".repeat(2_000), null].map((value) =>
      JSON.stringify(Object.fromEntries(header.map((name) => [name, value]))),
    )
    expect(rewrite(lines.join("\n"))).toBe(`${records.join("\n")}\n`)
  })

  it("takes a sequence that ends in another cell for two mistakes", () => {
    const text = bytes("a,b\n", [0xe2, 0x82], ",", [0xac], "\n")
    expect(refusal(text)).toContain("invalid UTF-8 in field 0 near byte index 0")
  })

  it.each([
    [bytes("id,n:number\n1,0x1\n"), 'Error parsing number "0x1" at line 1: invalid float literal'],
    [bytes('id,n:number\n\n1,5\n2,"a\nb"\n'), 'Error parsing number "a\\nb" at line 2: invalid float literal'],
    [bytes("n:number\n\ufeff5\n"), 'Error parsing number "\\u{feff}5" at line 1: invalid float literal'],
    [bytes("n:number\n.\n"), 'Error parsing number "." at line 1: invalid float literal'],
    [bytes("b:boolean\nTRUE\n"), 'Error parsing boolean "TRUE" at line 1: provided string was not `true` or `false`'],
    [
      bytes("id,a\n1,2,3\n"),
      "CSV error: record 1 (line: 2, byte: 5): found record with 3 fields, but the previous record has 2 fields",
    ],
    [
      bytes("\n\nid,a\n\n1,2\n\n3\n"),
      "CSV error: record 2 (line: 6, byte: 12): found record with 1 fields, but the previous record has 2 fields",
    ],
    [
      bytes("id,a\r\n1,2\r\n\r\n3\r\n"),
      "CSV error: record 2 (line: 2, byte: 10): found record with 1 fields, but the previous record has 2 fields",
    ],
    [
      bytes("id,a\n1,x\n2,y", [0xe2, 0x82], "\n"),
      "CSV parse error: record 2 (line 3, field: 1, byte: 9): invalid utf-8: invalid UTF-8 in field 1 near byte index 1",
    ],
    [
      bytes("id,", [0xff], "a\n1,x\n"),
      "CSV parse error: record 0 (line 1, field: 1, byte: 0): invalid utf-8: invalid UTF-8 in field 1 near byte index 0",
    ],
  ])("is refused like one node refuses it (%#)", (text, detail) => {
    expect(refusal(text)).toBe(`The \`csv\` payload provided is malformed: \`${detail}\`.`)
  })
})
