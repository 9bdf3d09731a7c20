import { describe, expect, it } from "vitest"
import { encodeUtf8 } from "#core/prelude/utf8.ts"
import { explainJson, explainNdjson } from "./explain-payload.ts"
import { malformedJson } from "./payload-error.ts"
import { splitPayload } from "./split-payload.ts"

/** What Meilisearch v1.21.0 answered: format, payload, code, detail (without the sentence around it). */
const answers: ReadonlyArray<readonly ["json" | "ndjson", string, string, string]> = [
  ["json", "12", "malformed_payload", "data are neither an object nor a list of objects"],
  ["json", '"x"', "malformed_payload", "data are neither an object nor a list of objects"],
  ["json", "null", "malformed_payload", "data are neither an object nor a list of objects"],
  ["json", "-", "malformed_payload", "EOF while parsing a value at line 1 column 1"],
  ["json", "nul", "malformed_payload", "EOF while parsing a value at line 1 column 3"],
  ["json", "tru", "malformed_payload", "EOF while parsing a value at line 1 column 3"],
  ["json", "truex", "malformed_payload", "data are neither an object nor a list of objects"],
  ["json", "12 x", "malformed_payload", "data are neither an object nor a list of objects"],
  ["json", '"a', "malformed_payload", "EOF while parsing a string at line 1 column 2"],
  ["json", '"\\ud800"', "malformed_payload", "unexpected end of hex escape at line 1 column 8"],
  ["json", " ", "malformed_payload", "EOF while parsing a value at line 1 column 1"],
  ["json", "{id:1}", "malformed_payload", "key must be a string at line 1 column 2"],
  ["json", '{"id":1', "malformed_payload", "EOF while parsing an object at line 1 column 7"],
  ["json", '{"id":1,', "malformed_payload", "EOF while parsing a value at line 1 column 8"],
  ["json", '{"id":1,}', "malformed_payload", "trailing comma at line 1 column 9"],
  ["json", '{"id"', "malformed_payload", "EOF while parsing an object at line 1 column 5"],
  ["json", '{"id":', "malformed_payload", "EOF while parsing a value at line 1 column 6"],
  ["json", '{"id" 1}', "malformed_payload", "expected `:` at line 1 column 7"],
  ["json", '{"id":01}', "malformed_payload", "invalid number at line 1 column 8"],
  ["json", '{"id":1.}', "malformed_payload", "invalid number at line 1 column 9"],
  ["json", '{"id":1e}', "malformed_payload", "invalid number at line 1 column 9"],
  ["json", '{"id":1e+}', "malformed_payload", "invalid number at line 1 column 10"],
  ["json", '{"id":-}', "malformed_payload", "invalid number at line 1 column 8"],
  ["json", '{"id":+1}', "malformed_payload", "expected value at line 1 column 7"],
  ["json", '{"id":1}}', "malformed_payload", "trailing characters at line 1 column 9"],
  ["json", '{"id":1} x', "malformed_payload", "trailing characters at line 1 column 10"],
  ["json", "{} {}", "malformed_payload", "trailing characters at line 1 column 4"],
  ["json", '{"id":1,"x":1e999}', "malformed_payload", "number out of range at line 1 column 17"],
  ["json", '{"id":1,"a":"\\x"}', "malformed_payload", "invalid escape at line 1 column 15"],
  ["json", '{"id":1,"a":"\\u12x4"}', "malformed_payload", "invalid escape at line 1 column 19"],
  ["json", '{"id":1,"a":"\\u12', "malformed_payload", "EOF while parsing a string at line 1 column 17"],
  ["json", '{"id":1,"a":"\\ud800"}', "malformed_payload", "unexpected end of hex escape at line 1 column 20"],
  ["json", '{"id":1,"a":"\\udc00"}', "malformed_payload", "lone leading surrogate in hex escape at line 1 column 19"],
  [
    "json",
    '{"id":1,"a":"\\ud83d\\u0041"}',
    "malformed_payload",
    "lone leading surrogate in hex escape at line 1 column 25",
  ],
  ["json", '{"id":1,"a":"\\ud83d\\n"}', "malformed_payload", "unexpected end of hex escape at line 1 column 21"],
  [
    "json",
    '{"id":1,"a":"\u0001"}',
    "malformed_payload",
    "control character (\\u0000-\\u001F) found while parsing a string at line 1 column 14",
  ],
  ["json", '{"id":1,\n"a":\n tru}', "malformed_payload", "expected ident at line 3 column 5"],
  ["json", "[", "malformed_payload", "EOF while parsing a list at line 1 column 1"],
  ["json", '[{"id":1}', "malformed_payload", "EOF while parsing a list at line 1 column 9"],
  ["json", '[{"id":1},', "malformed_payload", "EOF while parsing a value at line 1 column 10"],
  ["json", '[{"id":1},]', "malformed_payload", "trailing comma at line 1 column 11"],
  ["json", '[{"id":1}{"id":2}]', "malformed_payload", "expected `,` or `]` at line 1 column 10"],
  ["json", '[{"id":1}}', "malformed_payload", "expected `,` or `]` at line 1 column 10"],
  ["json", '[{"id":1},2,]', "malformed_payload", "trailing comma at line 1 column 13"],
  ["json", '[1,{"id":2}]', "malformed_payload", "trailing characters at line 1 column 4"],
  ["json", "[null x", "malformed_payload", "trailing characters at line 1 column 7"],
  ["json", '["x",]', "malformed_payload", "trailing comma at line 1 column 6"],
  ["json", "[[1],2]", "malformed_payload", "trailing characters at line 1 column 6"],
  ["json", "[1]", "internal", "invalid type: integer `1`, expected a map at line 1 column 1"],
  ["json", '[{"id":1},2]', "internal", "invalid type: integer `2`, expected a map at line 1 column 1"],
  ["json", "[null]", "internal", "invalid type: null, expected a map at line 1 column 4"],
  ["json", "[true]", "internal", "invalid type: boolean `true`, expected a map at line 1 column 4"],
  ["json", "[1.5]", "internal", "invalid type: floating point `1.5`, expected a map at line 1 column 3"],
  [
    "json",
    "[18446744073709551616]",
    "internal",
    "invalid type: floating point `1.8446744073709552e19`, expected a map at line 1 column 20",
  ],
  [
    "json",
    '["a\\"b\\n\\u0001\\u00e9\\u200b"]',
    "internal",
    'invalid type: string "a\\"b\\n\\u{1}é\\u{200b}", expected a map at line 1 column 26',
  ],
  ["json", "[[]]", "internal", "invalid type: sequence, expected a map at line 1 column 0"],
  ["json", "\n[\n 5]", "internal", "invalid type: integer `5`, expected a map at line 1 column 1"],
  ["json", "[1e400]", "malformed_payload", "number out of range at line 1 column 5"],
  ["json", '["\\ud800"]', "malformed_payload", "unexpected end of hex escape at line 1 column 8"],
  ["json", '[{"id":1,"\\ud800":1}]', "malformed_payload", "unexpected end of hex escape at line 1 column 16"],
  [
    "json",
    '[{"id":1,"a":"\u0001"}]',
    "malformed_payload",
    "control character (\\u0000-\\u001F) found while parsing a string at line 1 column 14",
  ],
  ["json", '[{"id":1,"a":"\\u12x4"}]', "malformed_payload", "invalid escape at line 1 column 20"],
  ["json", '[{"id":1,"a":[1,]}]', "malformed_payload", "expected value at line 1 column 17"],
  ["json", '[{"id":1,"a":{"b":1,}}]', "malformed_payload", "key must be a string at line 1 column 21"],
  ["json", '[{"id":1,"a":{b:1}}]', "malformed_payload", "key must be a string at line 1 column 15"],
  ["json", '[{"id":1,"a":[1 2]}]', "malformed_payload", "expected `,` or `]` at line 1 column 17"],
  ["json", '[{"id":1,"a":{"b" 1}}]', "malformed_payload", "expected `:` at line 1 column 19"],
  ["json", '[{"id":01}]', "malformed_payload", "invalid number at line 1 column 9"],
  ["json", '[{"id":1e}]', "malformed_payload", "invalid number at line 1 column 10"],
  ["json", '[{"id":.5}]', "malformed_payload", "expected value at line 1 column 8"],
  ["json", "[nul]", "malformed_payload", "expected ident at line 1 column 5"],
  ["json", '[{"id":1,"a":fals}]', "malformed_payload", "expected ident at line 1 column 18"],
  ["json", '[{"id":1,"a":"é}]', "malformed_payload", "EOF while parsing a string at line 1 column 18"],
  ["json", "\ufeff[]", "malformed_payload", "expected value at line 1 column 1"],
  [
    "json",
    '{"id":1,"a":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}',
    "malformed_payload",
    "recursion limit exceeded at line 1 column 139",
  ],
  ["json", '{"id":1,"yyyyyyyyyy\\q":1}', "malformed_payload", "invalid escape at line 1 column 21"],
  ["ndjson", "12", "internal", "invalid type: integer `12`, expected a map at line 1 column 2"],
  ["ndjson", "[1]", "internal", "invalid type: sequence, expected a map at line 1 column 0"],
  ["ndjson", "[]", "internal", "invalid type: sequence, expected a map at line 1 column 0"],
  ["ndjson", '{"id":1},{"id":2}', "malformed_payload", "expected value at line 1 column 9"],
  ["ndjson", '{"id":1} x', "malformed_payload", "expected value at line 1 column 10"],
  ["ndjson", '{"id":1', "malformed_payload", "EOF while parsing an object at line 1 column 7"],
  ["ndjson", '{"\\ud800":1}', "malformed_payload", "unexpected end of hex escape at line 1 column 9"],
  ["ndjson", '{"id":1,}', "malformed_payload", "key must be a string at line 1 column 9"],
  ["ndjson", '{"id":1}12', "internal", "invalid type: integer `12`, expected a map at line 1 column 2"],
  ["ndjson", '{"id":1}nul', "malformed_payload", "EOF while parsing a value at line 1 column 11"],
  ["ndjson", "12x", "malformed_payload", "trailing characters at line 1 column 3"],
  ["ndjson", '{"id":1}\n{"id":2}]', "malformed_payload", "expected value at line 2 column 9"],
  [
    "ndjson",
    '{"id":1}\n{"id":"a}\n',
    "malformed_payload",
    "control character (\\u0000-\\u001F) found while parsing a string at line 2 column 9",
  ],
  ["ndjson", '[{"id":1}]', "internal", "invalid type: sequence, expected a map at line 1 column 0"],
  ["ndjson", "1e400", "malformed_payload", "number out of range at line 1 column 5"],
  ["ndjson", '{"id":1}\n\n{"id":2,"a":tru}', "malformed_payload", "expected ident at line 3 column 16"],
  ["ndjson", '"x"y', "internal", 'invalid type: string "x", expected a map at line 1 column 3'],
  ["ndjson", "null null", "internal", "invalid type: null, expected a map at line 1 column 4"],
]

const sentence = (format: string, detail: string): string =>
  `The \`${format}\` payload provided is malformed. \`Couldn't serialize document value: ${detail}\`.`

describe("a payload that is no list of objects", () => {
  it.each(answers)("is refused like one node refuses it: %s %j", (format, text, code, detail) => {
    const result = splitPayload(encodeUtf8(text), { tag: format }, null)
    const message = code === "internal" ? detail : sentence(format, detail)
    expect(result).toMatchObject({ tag: "refused", error: { code, message } })
  })

  it.each(answers)("is explained by the exact reader alone: %s %j", (format, text, code) => {
    const explain = format === "json" ? explainJson : explainNdjson
    expect(explain(encodeUtf8(text))?.code).toBe(code)
  })

  it("is explained with the first 50 and the last 85 bytes of a detail of more than 138", () => {
    const bytes138 = "a".repeat(50) + "b".repeat(3) + "c".repeat(85)
    expect(malformedJson("json", bytes138).message).toBe(sentence("json", bytes138))
    const bytes139 = "a".repeat(50) + "b".repeat(4) + "c".repeat(85)
    expect(malformedJson("json", bytes139).message).toBe(sentence("json", `${"a".repeat(50)}...${"c".repeat(85)}`))
  })

  it("is refused as missing when it has no byte", () => {
    for (const format of [{ tag: "json" }, { tag: "ndjson" }, { tag: "csv", delimiter: "," }] as const) {
      const result = splitPayload(new Uint8Array(), format, null)
      expect(result).toMatchObject({
        tag: "refused",
        error: { code: "missing_payload", message: `A ${format.tag} payload is missing.` },
      })
    }
  })

  it.each([
    ["a stray continuation", [0x80]],
    ["a lead without its continuation", [0xc3]],
    ["an overlong form", [0xc0, 0x80]],
    ["a surrogate", [0xed, 0xa0, 0x80]],
    ["a code point beyond U+10FFFF", [0xf4, 0x90, 0x80, 0x80]],
  ])("is refused when it is not UTF-8: %s", (_what, bytes) => {
    const payload = Uint8Array.from([...encodeUtf8('[{"id":1,"a":"'), ...bytes, ...encodeUtf8('"}]')])
    const result = splitPayload(payload, { tag: "json" }, null)
    const detail = `invalid unicode code point at line 1 column ${payload.length - 1}`
    expect(result).toMatchObject({ tag: "refused", error: { message: sentence("json", detail) } })
  })
})
