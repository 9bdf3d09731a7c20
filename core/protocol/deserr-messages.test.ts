import { describe, expect, test } from "vitest"
import {
  invalidValue,
  missingField,
  notABoolean,
  notAPositiveInteger,
  type Place,
  unknownField,
  unknownParameter,
  unknownValue,
  wrongType,
} from "./deserr-messages.ts"

const body = (path: string): Place => ({ tag: "body", path })
const query = (parameter: string): Place => ({ tag: "query", parameter })

// Every expected text was read from v1.21.0, but for lists of several kinds.
describe("messages about the shape of a request", () => {
  test.each([
    [body(""), "an object", [], "Invalid value type: expected an object, but found an array: `[]`"],
    [body(""), "an object", null, "Invalid value type: expected an object, but found null"],
    [body(".q"), "a string", 1, "Invalid value type at `.q`: expected a string, but found a positive integer: `1`"],
    [body(".q"), "a string", -4, "Invalid value type at `.q`: expected a string, but found a negative integer: `-4`"],
    [body(".q"), "a string", true, "Invalid value type at `.q`: expected a string, but found a boolean: `true`"],
    [
      body(".limit"),
      "a positive integer",
      1.5,
      "Invalid value type at `.limit`: expected a positive integer, but found a number: `1.5`",
    ],
    [
      body(".limit"),
      "a positive integer",
      1e20,
      "Invalid value type at `.limit`: expected a positive integer, but found a number: `1e20`",
    ],
    [
      body(".limit"),
      "a positive integer",
      "a",
      'Invalid value type at `.limit`: expected a positive integer, but found a string: `"a"`',
    ],
    [
      body(".q"),
      "a string",
      { a: [1, "x"] },
      'Invalid value type at `.q`: expected a string, but found an object: `{"a":[1,"x"]}`',
    ],
    [query("q"), "a string", [], "Invalid value type for parameter `q`: expected a string, but found an array: `[]`"],
  ] as const)("at %j, %s is not %j", (place, kind, found, message) => {
    expect(wrongType(place, [kind], found)).toBe(message)
  })

  test("several accepted kinds are listed like words", () => {
    expect(wrongType(body(".x"), ["a string", "an array"], 1)).toContain("expected a string or an array, but")
    expect(wrongType(body(".x"), ["null", "a string", "an array"], 1)).toContain(
      "expected null, a string, or an array, but",
    )
  })

  test.each([
    ["", "uid", "Missing field `uid`"],
    [".hybrid", "embedder", "Missing field `embedder` inside `.hybrid`"],
    [".queries[0]", "indexUid", "Missing field `indexUid` inside `.queries[0]`"],
  ])("in %j, %s is missing", (path, field, message) => {
    expect(missingField(body(path), field)).toBe(message)
  })

  test("a missing parameter has no place", () => {
    expect(missingField(query("filter"), "filter")).toBe("Missing parameter `filter`")
  })

  test.each([
    [
      "",
      "primaryKe",
      ["uid", "primaryKey"],
      "Unknown field `primaryKe`: did you mean `primaryKey`? expected one of `uid`, `primaryKey`",
    ],
    ["", "zzzzz", ["uid", "primaryKey"], "Unknown field `zzzzz`: expected one of `uid`, `primaryKey`"],
    [
      ".hybrid",
      "semanticRati",
      ["semanticRatio", "embedder"],
      "Unknown field `semanticRati` inside `.hybrid`: did you mean `semanticRatio`? expected one of `semanticRatio`, `embedder`",
    ],
  ])("in %j there is no %s", (path, field, accepted, message) => {
    expect(unknownField(path, field, accepted)).toBe(message)
  })

  test.each([
    ["uid", "expected"],
    ["lim", "expected"],
    ["ofset", "did you mean `offset`? expected"],
    ["ofsets", "expected"],
    ["limits", "did you mean `limit`? expected"],
  ])("parameter %s: %s one of …", (parameter, start) => {
    expect(unknownParameter(parameter, ["offset", "limit"])).toBe(
      `Unknown parameter \`${parameter}\`: ${start} one of \`offset\`, \`limit\``,
    )
  })

  test("values of an enumeration are suggested like names", () => {
    const accepted = ["last", "all", "frequency"]
    const list = "expected one of `last`, `all`, `frequency`"
    expect(unknownValue(body(".matchingStrategy"), "las", accepted)).toBe(
      `Unknown value \`las\` at \`.matchingStrategy\`: ${list}`,
    )
    expect(unknownValue(query("matchingStrategy"), "frequence", accepted)).toBe(
      `Unknown value \`frequence\` for parameter \`matchingStrategy\`: did you mean \`frequency\`? ${list}`,
    )
  })

  test("other mistakes carry their reason", () => {
    expect(invalidValue(query("uids[1]"), notAPositiveInteger("x"))).toBe(
      "Invalid value in parameter `uids[1]`: could not parse `x` as a positive integer",
    )
    expect(invalidValue(query("reverse"), notABoolean("TRUE"))).toBe(
      "Invalid value in parameter `reverse`: could not parse `TRUE` as a boolean, expected either `true` or `false`",
    )
    expect(invalidValue(body(".uid"), "no")).toBe("Invalid value at `.uid`: no")
  })
})
