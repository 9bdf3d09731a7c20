import { describe, expect, it } from "vitest"
import type { Json } from "#core/prelude/json.ts"
import { checkWebhook, readWebhookPatch, viewWebhook } from "./webhook.ts"

const uuid = "dcbbb08b-46b3-4b93-8ca7-6d72a964a2ef"
const none = { uuid, url: "", headers: {} }

/** What becomes of a body: the code and the text of its refusal, or the webhook. */
const outcomeOf = (body: Json, before = none) => {
  const read = readWebhookPatch(body)
  if (read.tag === "refused") return [read.error.code, read.error.message]
  const checked = checkWebhook(before, read.patch)
  return checked.tag === "refused" ? [checked.error.code, checked.error.message] : checked.webhook
}

const headers = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`h${n}`, "1"]))

describe("the body of a webhook", () => {
  // Each answer was read off v1.21.0.
  it.each<[Json, string, string]>([
    [{}, "invalid_webhook_url", `The URL for the webhook \`${uuid}\` is missing.`],
    [{ headers: { "a b": "x" } }, "invalid_webhook_url", `The URL for the webhook \`${uuid}\` is missing.`],
    [
      { url: 1 },
      "invalid_webhook_url",
      "Invalid value type at `.url`: expected a string, but found a positive integer: `1`",
    ],
    [{ url: "abc" }, "invalid_webhook_url", "Invalid URL `abc`: relative URL without a base"],
    [{ url: "http://[::1" }, "invalid_webhook_url", "Invalid URL `http://[::1`: invalid IPv6 address"],
    [{ url: "http://a:99999" }, "invalid_webhook_url", "Invalid URL `http://a:99999`: invalid port number"],
    [{ url: "http://" }, "invalid_webhook_url", "Invalid URL `http://`: empty host"],
    [
      { url: "abc", headers: { "a b": "x" } },
      "invalid_webhook_headers",
      "Invalid header name `a b`: invalid HTTP header name",
    ],
    [
      { url: "http://a", headers: { "": "1" } },
      "invalid_webhook_headers",
      "Invalid header name ``: invalid HTTP header name",
    ],
    [
      { url: "http://a", headers: { a: "v\n" } },
      "invalid_webhook_headers",
      "Invalid header value `a`: failed to parse header value",
    ],
    [
      { url: "http://a", headers: { a: 1 } },
      "invalid_webhook_headers",
      "Invalid value type at `.headers.a`: expected a string, but found a positive integer: `1`",
    ],
    [
      { url: "http://a", headers: 3 },
      "invalid_webhook_headers",
      "Invalid value type at `.headers`: expected an object, but found a positive integer: `3`",
    ],
    [
      { url: "http://a", uuid: "x" },
      "immutable_webhook_uuid",
      "Immutable field `uuid`: expected one of `url`, `headers`",
    ],
    [
      { url: "http://a", isEditable: true },
      "immutable_webhook_is_editable",
      "Immutable field `isEditable`: expected one of `url`, `headers`",
    ],
    [{ url: "http://a", foo: true }, "bad_request", "Unknown field `foo`: expected one of `url`, `headers`"],
    [[], "bad_request", "Invalid value type: expected an object, but found an array: `[]`"],
  ])("%j is refused", (body, code, message) => expect(outcomeOf(body)).toEqual([code, message]))

  it("may hold 200 headers and no more", () => {
    expect(outcomeOf({ url: "http://a", headers: headers(200) })).toMatchObject({ url: "http://a" })
    expect(outcomeOf({ url: "http://a", headers: headers(201) })).toEqual([
      "invalid_webhook_headers",
      `Too many headers for the webhook \`${uuid}\`. Please limit the number of headers to 200. Hint: To remove an already defined header set its value to \`null\``,
    ])
  })

  it.each(["ftp://a/b c", "HTTP://Example.COM", "mailto:a@b", "http://u:p@a.b:80/x?y=1#f", "http://[::1]:80/"])(
    "takes the URL %s as it is",
    (url) => expect(outcomeOf({ url })).toEqual({ uuid, url, headers: {} }),
  )

  it("null makes an empty header in a new webhook and takes one away from an old one", () => {
    expect(outcomeOf({ url: "http://a", headers: { "x-b": null, A: "1" } })).toEqual({
      uuid,
      url: "http://a",
      headers: { A: "1", "x-b": "" },
    })
    const old = { uuid, url: "http://a", headers: { "X-A": "v", b: "1" } }
    expect(outcomeOf({ headers: { "X-A": null, c: "2" } }, old)).toEqual({ ...old, headers: { b: "1", c: "2" } })
    expect(outcomeOf({ headers: null }, old)).toEqual({ ...old, headers: {} })
  })

  it("newer engines hide the secret of an authorization header", () => {
    const webhook = { uuid, url: "http://a", headers: { Authorization: "Bearer abcdefghijkl", b: "1" } }
    expect(viewWebhook(webhook, false)).toEqual({ uuid, isEditable: true, url: "http://a", headers: webhook.headers })
    expect(viewWebhook(webhook, true)).toMatchObject({ headers: { Authorization: "BeXXX...", b: "1" } })
  })
})
