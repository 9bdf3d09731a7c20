import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { filterGrammar150 } from "./filter-grammar.ts"
import { parseFilter } from "./parse-filter.ts"
import { printFilter } from "./print-filter.ts"

const pieces = [
  "a",
  "b",
  " ",
  " ",
  "=",
  "!",
  "<",
  "(",
  ")",
  "[",
  "]",
  ",",
  "'",
  '"',
  "\\",
  "AND",
  "OR",
  "NOT",
  "IN",
  "TO",
]
const words = [
  "EXISTS",
  "IS",
  "NULL",
  "1",
  ".5",
  "_geo",
  "_geoRadius(",
  "_vectors",
  ".x",
  "🦀",
  "é",
  "\n",
  "\\u00e9",
  "STARTS WITH",
]
const soup = fc.array(fc.constantFrom(...pieces, ...words), { maxLength: 14 }).map((parts) => parts.join(""))

const shape = (text: string): unknown => {
  const parsed = parseFilter(text)
  return parsed.tag === "parsed" ? parsed.expression && printFilter(parsed.expression) : parsed.message
}

const nested = (depth: number) => `${"(".repeat(depth)}a=1${")".repeat(depth)}`

const operations =
  "Was expecting an operation `=`, `!=`, `>=`, `>`, `<=`, `<`, `IN`, `NOT IN`, `TO`, `EXISTS`, `NOT EXISTS`, `IS NULL`, `IS NOT NULL`, `IS EMPTY`, `IS NOT EMPTY`, `CONTAINS`, `NOT CONTAINS`, `STARTS WITH`, `NOT STARTS WITH`, `_geoRadius`, or `_geoBoundingBox`"

describe("parseFilter", () => {
  test("any text is either parsed or refused with a message that ends in the whole filter", () => {
    fc.assert(
      fc.property(soup, (text) => {
        const parsed = parseFilter(text)
        if (parsed.tag === "refused") expect(parsed.message).toMatch(/^[^\n]+\n\d+:\d+ /)
        if (parsed.tag === "refused") expect(parsed.message.endsWith(` ${text}`)).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  test("what was parsed once parses to the same when printed", () => {
    fc.assert(
      fc.property(soup, (text) => {
        const parsed = parseFilter(text)
        if (parsed.tag === "refused" || parsed.expression === null) return
        const printed = printFilter(parsed.expression)
        expect(shape(printed)).toBe(printed)
      }),
      { numRuns: 2000 },
    )
  })

  test("a value points at its source, without its quotes", () => {
    const text = "price = 'a \\'b'"
    const parsed = parseFilter(text)
    expect(parsed).toEqual({
      tag: "parsed",
      expression: {
        tag: "compare",
        attribute: { text: "price", quoted: false, start: 0, end: 5 },
        operator: "=",
        value: { text: "a 'b", quoted: true, start: 9, end: 14 },
      },
    })
  })

  test.each(["", " ", "\n\u00a0"])("blank text %j is the empty filter", (text) => {
    expect(parseFilter(text)).toEqual({ tag: "parsed", expression: null })
  })

  test.each([
    ["a = 1 OR b = 2 AND NOT c = 3", "a = 1 OR b = 2 AND NOT c = 3"],
    ["NOT NOT NOT a = 1", "NOT a = 1"],
    ["a IN[x,'y',]", 'a IN [x, "y"]'],
    ["a IN []", "a IN []"],
    ["a CONTAINSfoo", "a CONTAINS foo"],
    ["a NOT  STARTS WITH x", "a NOT STARTS WITH x"],
    ["a='\\u{1F980}\\x41\\101\\/'", 'a = "🦀AA/"'],
    ["a='\\u{41'", 'a = "A"'],
    ["_geoBoundingBox([+1.,.2],[3E-2, 4])", "_geoBoundingBox([+1., .2], [3E-2, 4])"],
    ["_vectors EXISTS", "_vectors EXISTS"],
    ["_vectors.x = 1", '"_vectors.x" = 1'],
    ["ANDROID = 1", "ANDROID = 1"],
    ["a =\u00a01", "a = 1"],
  ])("accepts %j as the engine does", (text, expected) => {
    expect(shape(text)).toBe(expected)
  })

  // Every message below was read from v1.21.0.
  test.each([
    [
      "a EXISTS ",
      "Found unexpected characters at the end of the filter: ` `. You probably forgot an `OR` or an `AND` rule.\n9:10",
    ],
    [
      "a = 1 b = 2",
      "Found unexpected characters at the end of the filter: `b = 2`. You probably forgot an `OR` or an `AND` rule.\n7:12",
    ],
    [
      "a = 1\u200b\u0301",
      "Found unexpected characters at the end of the filter: `\\u{200b}\u0301`. You probably forgot an `OR` or an `AND` rule.\n6:8",
    ],
    ["(a = 1", "Expression `(a = 1` is missing the following closing delimiter: `)`.\n1:7"],
    ["a = \"x'", 'Expression `\\"x\\\'` is missing the following closing delimiter: `"`.\n5:8'],
    ["a =", "Was expecting a value but instead got nothing.\n4:4"],
    ["a\n=\n🦀", "Was expecting a value but instead got `🦀`.\n1:2"],
    [
      "a = AND",
      "Was expecting a value but instead got `AND`, which is a reserved keyword. To use `AND` as a field name or a value, surround it by quotes.\n5:8",
    ],
    [
      "AND = 1",
      "Was expecting a value but instead got `AND`, which is a reserved keyword. To use `AND` as a field name or a value, surround it by quotes.\n1:4",
    ],
    ["a", `${operations} at \`a\`.\n1:2`],
    ["a = 1 AND", `${operations} but instead got nothing.\n10:10`],
    ["'\\q' = 1", `${operations} at \`\\'\\\\q\\' = 1\`.\n1:9`],
    ["_geoPolygon([1,2],[3,4],[5,6])", `${operations} at \`_geoPolygon([1,2],[3,4],[5,6])\`.\n1:31`],
    ["a = 'x\\q'", "Malformed value: `x\\\\q`.\n6:9"],
    ["a = 'x\\xZZ'", "Found an invalid escaped sequence number: `x\\\\xZZ`.\n6:11"],
    ["a IN x", "Expected `[` after `IN` keyword.\n6:7"],
    ["a IN [x", "Expected matching `]` after the list of field names given to `IN[`\n8:8"],
    ["a IN [x, AND]", "Expected only comma-separated field names inside `IN[..]` but instead found `AND]`.\n10:14"],
    [
      "_geoPointx = 1",
      "`_geoPoint` is a reserved keyword and thus can't be used as a filter expression. Use the `_geoRadius(latitude, longitude, distance)` or `_geoBoundingBox([latitude, longitude], [latitude, longitude])` built-in rules to filter on `_geo` coordinates.\n1:15",
    ],
    [
      "_geoRadius(1,2)",
      "The `_geoRadius` filter expects three arguments: `_geoRadius(latitude, longitude, radius)`.\n16:16",
    ],
    [
      "_geoRadius(1e,2,3)",
      "The `_geoRadius` filter expects three arguments: `_geoRadius(latitude, longitude, radius)`.\n1:19",
    ],
    ["a = _geoRadius(1,2,3)", "The `_geoRadius` filter is an operation and can't be used as a value.\n5:22"],
    [
      "_geoBoundingBox([1,2])",
      "The `_geoBoundingBox` filter expects two pairs of arguments: `_geoBoundingBox([latitude, longitude], [latitude, longitude])`.\n23:23",
    ],
    ["_vectors. EXISTS", "Was expecting embedder name but found nothing.\n10:11"],
    ["_vectors.'\\q' EXISTS", "The vector filter's embedder name is invalid.\n10:21"],
    ["_vectors.'x EXISTS", "The quotes in one of the values are inconsistent.\n10:19"],
    ["_vectors.x", "The vector filter has leftover tokens.\n11:11"],
    ["_vectors.x foo", "Was expecting an operation like `EXISTS` or `NOT EXISTS` after the vector filter.\n12:15"],
    ["_vectors.x.fragments EXISTS", "The vector filter is missing a fragment name.\n21:28"],
    [
      "_vectors.x.regenerat EXISTS",
      "Was expecting one of `fragments`, `userProvided`, `documentTemplate`, `regenerate` or nothing, but instead found `regenerat`. Did you mean `regenerate`?\n12:21",
    ],
    ["_vectors.x.'userProvided' EXISTS", "Was expecting this part to be unquoted.\n13:25"],
    [
      "_vectors.x.userProvided.foo EXISTS",
      "Vector filter can only accept one of `fragments`, `userProvided`, `documentTemplate` or `regenerate`, but found both `userProvided` and `foo`.\n25:28",
    ],
    [
      "_vectors.x. EXISTS",
      "Was expecting one of `.fragments`, `.userProvided`, `.documentTemplate`, `.regenerate` or nothing, but instead found a point without a valid value.\n11:12",
    ],
  ])("refuses %j in the engine's words", (text, message) => {
    expect(parseFilter(text)).toEqual({ tag: "refused", message: `${message} ${text}` })
  })

  test.each(["a = 'x\\u'", "a IN ['\\x4']", "'\\u' = 1"])("refuses %j, at which the engine itself fails", (text) => {
    expect(parseFilter(text).tag).toBe("refused")
  })

  test("49 parentheses or 197 negations are the most", () => {
    expect(parseFilter(nested(49)).tag).toBe("parsed")
    expect(shape(nested(50))).toMatch(/^The filter exceeded the maximum depth limit.*\n51:104 /)
    expect(parseFilter(`${"NOT ".repeat(197)}a=1`).tag).toBe("parsed")
    expect(shape(`${"NOT ".repeat(198)}a=1`)).toMatch(/^The filter exceeded the maximum depth limit.*\n793:796 /)
  })

  test("a filter of 100,000 members in one chain is parsed", () => {
    const parsed = parseFilter(Array.from({ length: 100_000 }, (_, index) => `a = ${index}`).join(" OR "))
    expect(parsed.tag === "parsed" && parsed.expression?.tag === "or" && parsed.expression.operands.length).toBe(
      100_000,
    )
  })

  test("polygons and resolutions belong to later engines only", () => {
    for (const text of ["_geoPolygon([1,2],[3,4],[5,6])", "_geoRadius(1,2,3,4)"]) {
      expect(parseFilter(text).tag).toBe("refused")
      expect(parseFilter(text, filterGrammar150).tag).toBe("parsed")
    }
    expect(parseFilter("_geoPolygon([1,2],[3,4])", filterGrammar150).tag).toBe("refused")
  })
})
