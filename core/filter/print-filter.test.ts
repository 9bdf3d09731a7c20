import fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { FilterCondition, FilterExpression, FilterPoint, FilterValue, VectorPart } from "./filter-expression.ts"
import { filterGrammar150 } from "./filter-grammar.ts"
import { parseFilter } from "./parse-filter.ts"
import { printFilter, quote } from "./print-filter.ts"

const at = { start: 0, end: 0 }
const anyText = fc.string({ unit: "binary", maxLength: 8 })
const nasty = fc.constantFrom(
  "",
  "\\",
  '"',
  "'",
  '\\"',
  "\\n",
  "a\nb",
  "AND",
  "_geo",
  "_geoRadius",
  "a]b",
  "🦀",
  "x = 1",
)
const quoted = fc.oneof(anyText, nasty).map((text): FilterValue => ({ text, quoted: true, ...at }))
const bareText = fc.constantFrom("a", "c.d", "-3.5", "été", "日本", "ANDx", "_x", "and", "1e5")
const value = fc.oneof(
  bareText.map((text): FilterValue => ({ text, quoted: false, ...at })),
  quoted,
)
const number = fc
  .constantFrom("1", "-2.5", "+3", ".5", "4.", "1e2")
  .map((text): FilterValue => ({ text, quoted: false, ...at }))
const point: fc.Arbitrary<FilterPoint> = fc.record({ latitude: number, longitude: number })
const part: fc.Arbitrary<VectorPart> = fc.oneof(
  fc.record({ tag: fc.constantFrom("any", "userProvided", "documentTemplate", "regenerate") }),
  fc.record({ tag: fc.constant("fragment" as const), name: quoted }),
)

const condition: fc.Arbitrary<FilterCondition> = fc.oneof(
  fc.record({
    tag: fc.constant("compare" as const),
    attribute: value,
    operator: fc.constantFrom("=", "!=", ">", ">=", "<", "<="),
    value,
  }),
  fc.record({ tag: fc.constant("between" as const), attribute: value, from: value, to: value }),
  fc.record({ tag: fc.constant("in" as const), attribute: value, values: fc.array(value, { maxLength: 4 }) }),
  fc.record({ tag: fc.constantFrom("exists", "isNull", "isEmpty"), attribute: value }),
  fc.record({ tag: fc.constantFrom("contains", "startsWith"), attribute: value, value }),
  fc.record({
    tag: fc.constant("geoRadius" as const),
    center: point,
    radius: number,
    resolution: fc.option(number, { nil: null }),
  }),
  fc.record({ tag: fc.constant("geoBoundingBox" as const), topRight: point, bottomLeft: point }),
  fc.record({ tag: fc.constant("geoPolygon" as const), points: fc.array(point, { minLength: 3, maxLength: 5 }) }),
  fc.record({ tag: fc.constant("vectorExists" as const), embedder: quoted, part }),
  fc.record({
    tag: fc.constant("vectorExists" as const),
    embedder: fc.constant(null),
    part: fc.constant({ tag: "any" }),
  }),
)

/** Expressions in their normal form: chains of at least two, no negation right inside a negation. */
const expression: fc.Arbitrary<FilterExpression> = fc.letrec<{ any: FilterExpression; plain: FilterExpression }>(
  (tie) => ({
    plain: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      condition,
      fc.record({ tag: fc.constantFrom("or", "and"), operands: fc.array(tie("any"), { minLength: 2, maxLength: 4 }) }),
    ),
    any: fc.oneof(tie("plain"), fc.record({ tag: fc.constant("not" as const), operand: tie("plain") })),
  }),
).any

const withoutOffsets = (parsed: unknown): unknown =>
  JSON.parse(JSON.stringify(parsed, (key, member) => (key === "start" || key === "end" ? 0 : member)))

describe("printFilter", () => {
  test("what is printed parses to the same expression", () => {
    fc.assert(
      fc.property(expression, (expected) => {
        const parsed = parseFilter(printFilter(expected), filterGrammar150)
        expect(withoutOffsets(parsed)).toEqual({ tag: "parsed", expression: expected })
      }),
      { numRuns: 1000 },
    )
  })

  test("any text survives as a quoted value", () => {
    fc.assert(
      fc.property(fc.oneof(anyText, nasty), (text) => {
        const parsed = parseFilter(`a = ${quote(text)}`)
        expect(parsed).toMatchObject({ tag: "parsed", expression: { tag: "compare", value: { text } } })
      }),
    )
  })

  test.each([
    ["NOT (a = 1)", "NOT a = 1"],
    ["NOT a IN [x, 'y z']", 'a NOT IN [x, "y z"]'],
    ["a IS NOT NULL", "a IS NOT NULL"],
    ["NOT (a = 1 OR b = 2) AND c EXISTS", "NOT (a = 1 OR b = 2) AND c EXISTS"],
    ["(a = 1 AND b = 2) OR c 1 TO 3", "a = 1 AND b = 2 OR c 1 TO 3"],
    ["_geoRadius( 1 ,2, 3)", "_geoRadius(1, 2, 3)"],
    ["_vectors.'my model'.fragments.x NOT  EXISTS", '_vectors."my model".fragments.x NOT EXISTS'],
  ])("%s is printed as %s", (text, canonical) => {
    const parsed = parseFilter(text)
    expect(parsed.tag === "parsed" && parsed.expression !== null && printFilter(parsed.expression)).toBe(canonical)
  })

  test("a filter at the limit of nesting is still within it when printed", () => {
    const deep = `${"(".repeat(48)}NOT a IN [1] AND b = 2${")".repeat(48)}`
    const parsed = parseFilter(deep)
    expect(
      parsed.tag === "parsed" && parsed.expression !== null && parseFilter(printFilter(parsed.expression)).tag,
    ).toBe("parsed")
  })
})
