import { expect, test } from "vitest"
import { decodeUtf8, encodeUtf8 } from "#core/prelude/utf8.ts"
import type { ApiRequest } from "#core/protocol/http-message.ts"
import { boundLimit } from "./bound-limit.ts"

const ask = (method: "GET" | "POST", query: string, body: string): ApiRequest => ({
  method,
  path: "/indexes/films/similar",
  query,
  headers: {},
  body: encodeUtf8(body),
})
const query = (text: string): string => boundLimit(ask("GET", text, "")).query
const body = (text: string): string => decodeUtf8(boundLimit(ask("POST", "", text)).body)

test("a limit for which a node would need more memory than it has is never shown to it", () => {
  expect(query("id=1&limit=9007199254740993&filter=a%3D1")).toBe("id=1&limit=10000000&filter=a%3D1")
  expect(query("l%69mit=%2B%39007199254740993&limit=18446744073709551615")).toBe("limit=10000000&limit=10000000")
  expect(body('{"id":1.0,"limit":9007199254740993,"l\\u0069mit": 18446744073709551615}')).toBe(
    '{"id":1.0,"limit":10000000,"l\\u0069mit": 10000000}',
  )
})

test.each(["id=1&limit=10000000", "limit=18446744073709551616", "limit=-1", "offset=9007199254740993", "limit=", ""])(
  "%j stays as the client wrote it",
  (text) => {
    expect(query(text)).toBe(text)
  },
)

test.each(['{"limit":20}', '{"limit":18446744073709551616}', '{"limit":"99999999"}', "[1]", "12", '{"limit":'])(
  "the body %s stays as the client wrote it",
  (text) => {
    expect(body(text)).toBe(text)
  },
)
