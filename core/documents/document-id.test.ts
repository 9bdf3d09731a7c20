import { describe, expect, it } from "vitest"
import { encodeUtf8 } from "#core/prelude/utf8.ts"
import type { PayloadFormat } from "./payload-format.ts"
import { splitPayload, type SplitPayload } from "./split-payload.ts"

const json: PayloadFormat = { tag: "json" }
const ndjson: PayloadFormat = { tag: "ndjson" }

const split = (text: string, format: PayloadFormat, primaryKey: string | null): SplitPayload => {
  const result = splitPayload(encodeUtf8(text), format, primaryKey)
  if (result.tag === "refused") throw new Error(result.error.message)
  return result.payload
}

const invalid = (shown: string): string =>
  `Document identifier \`${shown}\` is invalid. A document identifier can be of type integer or string, only composed of alphanumeric characters (a-z A-Z 0-9), hyphens (-) and underscores (_), and can not be more than 511 bytes.`

const crash = (error: string): string =>
  `An unexpected crash occurred when processing the task: called \`Result::unwrap()\` on an \`Err\` value: ${error}`

// All answers in this file were measured on Meilisearch v1.21.0.

describe("an id", () => {
  it.each([
    ["0", "0"],
    ["-5", "-5"],
    ["9007199254740993", "9007199254740993"],
    ["18446744073709551615", "18446744073709551615"],
    ["-9223372036854775808", "-9223372036854775808"],
    ['"a-B_9"', "a-B_9"],
    ['"1\\u0061"', "1a"],
    ['"007"', "007"],
    [`"${"a".repeat(511)}"`, "a".repeat(511)],
  ])("written %s is %s", (written, id) => {
    expect(split(`[{"id":${written}}]`, json, null)).toMatchObject({ ids: [id], verdict: null, primaryKey: "id" })
  })

  it("is the same as an integer and as a string", () => {
    const payload = split('[{"id":1},{"id":"1"},{"id":"01"}]', json, null)
    expect(payload.ids).toStrictEqual(["1", "1", "01"])
    expect(payload.distinctIds).toBe(2)
  })

  it.each([
    ["1.0", "1.0"],
    ["1e3", "1000.0"],
    ["1.50", "1.5"],
    ["-0", "-0.0"],
    ["18446744073709551616", "1.8446744073709552e19"],
    ["-9223372036854775809", "-9.223372036854776e18"],
    ["12345678901234567890123", "1.2345678901234568e22"],
    ["1e16", "1e16"],
    ["5e-324", "5e-324"],
    ["null", "null"],
    ["true", "true"],
    ["[1, 2.50]", "[1,2.5]"],
    ["{}", "{}"],
    ['{"a" : 1.0, "b":"\\u00e9\\/\\u0001"}', '{"a":1.0,"b":"é/\\u0001"}'],
    ['""', '""'],
    ['" 1"', '" 1"'],
    ['"a b"', '"a b"'],
    ['"é"', '"é"'],
    ['"a\\u0000\\n\\"b"', '"a\\u0000\\n\\"b"'],
    ['"1\\ud83d\\ude00"', '"1😀"'],
    [`"${"a".repeat(512)}"`, `"${"a".repeat(512)}"`],
  ])("written %s is invalid and shown as %s", (written, shown) => {
    expect(split(`[{"id":${written}}]`, json, null)).toMatchObject({
      ids: [],
      verdict: { code: "invalid_document_id", message: invalid(shown) },
    })
  })

  it.each([
    ["1e999", 'Error("number out of range", line: 1, column: 5)'],
    ["[1e999]", 'Error("number out of range", line: 1, column: 6)'],
    ['"\\ud800"', 'Error("unexpected end of hex escape", line: 1, column: 8)'],
  ])("written %s makes the task crash", (written, error) => {
    expect(split(`[{"id":${written}}]`, json, null).verdict).toMatchObject({ code: "internal", message: crash(error) })
  })
})

describe("a key", () => {
  it.each([
    ['[{"a":{"b":1}}]', "a.b", "1"],
    ['[{"a.b":1}]', "a.b", "1"],
    ['[{"a":{"b":{"c":5}}}]', "a.b.c", "5"],
    ['[{"a.b":{"c":5}}]', "a.b.c", "5"],
    ['[{"a":{"b.c":5}}]', "a.b.c", "5"],
    ['[{".a":1}]', ".a", "1"],
    ['[{"a.":1}]', "a.", "1"],
    ['[{"\\u0069d":5}]', "id", "5"],
    ['[{"id":{"id":1},"x":{"id":2},"key":3}]', "key", "3"],
    // The last of repeated members counts in a list, and on every level in a single object.
    ['[{"id":1,"id":2}]', "id", "2"],
    ['[{"id":1,"\\u0069d":2}]', "id", "2"],
    ['[{"a":{"b":1},"a":{"b":2}}]', "a.b", "2"],
    ['{"a":{"b":1,"b":2}}', "a.b", "2"],
  ])("finds in %s under %s the id %s", (text, key, id) => {
    const payload = split(text, json, key)
    expect(payload).toMatchObject({ ids: [id], verdict: null })
    const [start = 0] = payload.starts
    const [end = 0] = payload.ends
    // The nodes get NDJSON, where repeated members are too many: what is sent must have one.
    const sent = new TextDecoder().decode(payload.bytes.subarray(start, end))
    expect(split(sent, ndjson, key)).toMatchObject({ ids: [id], verdict: null })
  })

  it.each([
    ['{"id":1,"id":2}', ndjson, "id", '{"id":2}'],
    ['[{"a":{"b":1,"b":2}}]', json, "a.b", '{"a":{"b":2}}'],
    ['{"a":{"b":1},"a":{"b":2}}', ndjson, "a.b", '{"a":{"b":2}}'],
    ['[{"a.b":1,"a":{"b":2}}]', json, "a.b", '{"a.b":1,"a":{"b":2}}'],
  ])("is found too often in %s", (text, format, key, shown) => {
    expect(split(text, format, key).verdict).toMatchObject({
      code: "invalid_document_id",
      message: `Document have too many matching \`${key}\` attribute: \`${shown}\`.`,
    })
  })

  it.each([
    ['[{"id":1},{"a" : 1.50,"b":"\\u00e9"}]', json, "id", '{"a":1.5,"b":"é"}'],
    ['{"id":1}{"b":1,"a":12345678901234567890123,"b":2}', ndjson, "id", '{"b":2,"a":1.2345678901234568e22}'],
    ['[{"id":1},{}]', json, "id", "{}"],
    ['[{"a":[{"b":1}]}]', json, "a.b", '{"a":[{"b":1}]}'],
    ['[{"a":5}]', json, "a.b", '{"a":5}'],
    ['[{"":1}]', json, "", '{"":1}'],
    ['[{"ID":1}]', json, "id", '{"ID":1}'],
  ])("is missing in %s", (text, format, key, shown) => {
    expect(split(text, format, key).verdict).toMatchObject({
      code: "missing_document_id",
      message: `Document doesn't have a \`${key}\` attribute: \`${shown}\`.`,
    })
  })
})

describe("a key that nobody gave", () => {
  const advice = "Please specify the primary key manually using the `primaryKey` query parameter."

  it.each([
    ['[{"userID":1}]', "userID"],
    ['[{"x.id":1}]', "x.id"],
    ['[{"\\u0069d":1,"id":2}]', "id"],
    ['[{"id":1,"ıd":1,"idx":1}]', "id"],
  ])("is inferred from the first document: %s", (text, key) => {
    expect(split(text, json, null)).toMatchObject({ primaryKey: key, verdict: null })
  })

  it.each(['[{"x":1}]', "{}", '[{"x":1},{"id":1}]', '[{"İd":1}]'])("is not found in %s", (text) => {
    const message = `The primary key inference failed as the engine did not find any field ending with \`id\` in its name. ${advice}`
    expect(split(text, json, null)).toMatchObject({
      primaryKey: null,
      verdict: { code: "index_primary_key_no_candidate_found", message },
    })
  })

  it.each([
    ['[{"a_id":1,"ID":2}]', 2, "ID", "a_id"],
    ['[{"id":1,"bid":2,"aId":3}]', 3, "aId", "bid"],
    ['[{"zid":1,"ﬁid":2,"\\ud83d\\ude00id":1,"\\ufb01id":2}]', 3, "zid", "ﬁid"],
  ])("has several candidates in %s", (text, count, first, second) => {
    const message = `The primary key inference failed as the engine found ${count} fields ending with \`id\` in their names: '${first}' and '${second}'. ${advice}`
    expect(split(text, json, null).verdict).toMatchObject({
      code: "index_primary_key_multiple_candidates_found",
      message,
    })
  })

  it.each(["[]", " \n "])("stays unknown when there is no document: %j", (text) => {
    expect(split(text, text === "[]" ? json : ndjson, null)).toMatchObject({
      primaryKey: null,
      verdict: null,
      count: 0,
    })
  })
})

describe("the verdict", () => {
  it("is that of the first bad document", () => {
    expect(split('[{"id":1},{"id":"a b"},{"x":1}]', json, null).verdict?.message).toBe(invalid('"a b"'))
  })

  it("judges ids before values", () => {
    expect(split('[{"id":1,"s":"\\ud800"},{"id":"a b"}]', json, null).verdict?.message).toBe(invalid('"a b"'))
  })

  it.each([
    ['[{"id":1,"a":"\\ud800"}]', "unexpected end of hex escape at line 1 column 8"],
    ['[{"id":1},{"id":2,"a":{"\\udc00":1}}]', "lone leading surrogate in hex escape at line 1 column 8"],
    ['[{"id":2,"b":1e999},{"id":1,"a":"\\ud800"}]', "number out of range at line 1 column 5"],
    [`[{"id":1,"a":${"[".repeat(128)}${"]".repeat(128)}}]`, "recursion limit exceeded at line 1 column 128"],
  ])("is internal for a value that the engine cannot read: %s", (text, fault) => {
    expect(split(text, json, null).verdict).toMatchObject({ code: "internal", message: `internal: ${fault}.` })
  })

  it.each([
    '[{"id":1,"a":"\\ud800","a":1}]',
    '[{"id":1,"a":"\\ud83d\\ude00"}]',
    `[{"id":1,"a":${"[".repeat(127)}${"]".repeat(127)}}]`,
    `[{"id":1,"a":${"9".repeat(305)}}]`,
    '[{"id":1,"a":0e999}]',
  ])("is none for a value that looks bad and is not: %s", (text) => {
    expect(split(text, json, null).verdict).toBeNull()
  })
})
