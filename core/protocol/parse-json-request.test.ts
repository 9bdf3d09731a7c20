import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { encodeUtf8 } from "#core/prelude/utf8.ts"
import { parseJsonBody } from "./parse-json-request.ts"

const json = "application/json"

describe("parseJsonBody", () => {
  test("every JSON value is parsed, with its text as sent", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const text = JSON.stringify(value, null, 1)
        expect(parseJsonBody(encodeUtf8(text), json)).toEqual({ tag: "parsed", value: JSON.parse(text), text })
      }),
    )
  })

  test("no bytes make it throw", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
        expect(["parsed", "refused"]).toContain(parseJsonBody(bytes, json).tag)
      }),
    )
  })

  // Tried on v1.21.0.
  test.each([
    "application/json; charset=utf-8",
    "application/json;charset=latin1",
    "APPLICATION/JSON",
    "text/json",
    "application/vnd.api+json",
    "application/json+xml",
    "application/json+",
    "application/json;",
    'application/json; a="b c"',
  ])("%s is JSON", (contentType) => {
    expect(parseJsonBody(encodeUtf8("{}"), contentType).tag).toBe("parsed")
  })

  test.each([
    "",
    "json",
    "text/plain; charset=x",
    "application/x-ndjson",
    "application/+json",
    "application/json, text/plain",
    "application/json; charset",
    "application/json ;charset=utf-8",
    "application/json;;a=b",
    "image/svg+xml",
  ])("%j is not JSON", (contentType) => {
    expect(parseJsonBody(encodeUtf8("{}"), contentType)).toMatchObject({
      tag: "refused",
      error: {
        code: "invalid_content_type",
        message: `The Content-Type \`${contentType}\` is invalid. Accepted values for the Content-Type header are: \`application/json\``,
      },
    })
  })

  test.each([
    [
      undefined,
      "",
      "missing_content_type",
      "A Content-Type header is missing. Accepted values for the Content-Type header are: `application/json`",
    ],
    [json, "", "missing_payload", "A json payload is missing."],
    [
      json,
      " ",
      "malformed_payload",
      "The json payload provided is malformed. `EOF while parsing a value at line 1 column 1`.",
    ],
    [
      json,
      "{",
      "malformed_payload",
      "The json payload provided is malformed. `EOF while parsing an object at line 1 column 1`.",
    ],
    [
      json,
      '{"a":1}x',
      "malformed_payload",
      "The json payload provided is malformed. `trailing characters at line 1 column 8`.",
    ],
    [
      json,
      "\ufeff{}",
      "malformed_payload",
      "The json payload provided is malformed. `expected value at line 1 column 1`.",
    ],
    [
      json,
      "[1E400]",
      "malformed_payload",
      "The json payload provided is malformed. `number out of range at line 1 column 6`.",
    ],
  ])("with content type %s, %j is refused as %s", (contentType, text, code, message) => {
    expect(parseJsonBody(encodeUtf8(text), contentType)).toMatchObject({ tag: "refused", error: { code, message } })
  })
})
