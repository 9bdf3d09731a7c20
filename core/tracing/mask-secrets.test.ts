import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type KnownSecrets, maskAnswer, maskSpoken } from "./mask-secrets.ts"

const uid = "6062abda-a5aa-4414-ac91-ecd7944c0f8d"
const keyText = "ab".repeat(32)
const known: KnownSecrets = {
  texts: ["the-master-key"],
  keyUidOf: (text) => (text === keyText ? uid : null),
}
const masked = (target: string, body: unknown, answer: unknown) =>
  maskSpoken({ target, body: JSON.stringify(body), answer: JSON.stringify(answer) }, known)

/** Texts that appear in nothing else. */
const secret = fc.stringMatching(/^[A-Za-z0-9+/="\\ äé-]{4,30}$/).map((text) => `§${text}§`)

describe("masking", () => {
  it("leaves no secret of any text in what stands in its place, nor in an answer that repeats it", () => {
    const places: ReadonlyArray<readonly [string, (value: string) => unknown]> = [
      ["/indexes/m/settings", (value) => ({ embedders: { one: { apiKey: value } } })],
      ["/indexes/m/settings/embedders", (value) => ({ one: { headers: { a: value } } })],
      ["/webhooks", (value) => ({ url: "http://a/", headers: { a: [value] } })],
      ["/export", (value) => ({ apiKey: value, url: `http://a/${value}` })],
      ["/network", (value) => ({ remotes: { one: { searchApiKey: value } } })],
      ["/chats/one/settings", (value) => ({ apiKey: value })],
    ]
    fc.assert(
      fc.property(fc.constantFrom(...places), secret, ([target, bodyWith], value) => {
        const { body, answer } = masked(target, bodyWith(value), { message: `unknown value ${value}`, again: value })
        const inner = JSON.stringify(value).slice(1, -1)
        expect(`${body}${answer}`).not.toContain(inner)
      }),
    )
  })

  it("leaves everything of a search and of documents as it is, digit for digit", () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom("/indexes/m/documents", "/indexes/m/search", "/multi-search"),
        (value, target) => {
          const text = JSON.stringify(value, null, 1)
          expect(maskSpoken({ target, body: text, answer: text }, known)).toEqual({ target, body: text, answer: text })
        },
      ),
    )
  })

  it("gives what it has masked already again as it is, so that recorded and replayed answers can be compared", () => {
    const target = "/webhooks"
    const answer = JSON.stringify({ results: [{ url: "https://hooks.example/x", headers: { a: "a-secret" } }] })
    const once = maskAnswer(answer, target)
    expect(once).toBe('{"results":[{"url":"https://masked.invalid/","headers":{"a":"********"}}]}')
    expect(maskAnswer(once, target)).toBe(once)
  })

  it("keeps where an embedder is, without its password and its parameters", () => {
    const at = (url: string) => masked("/indexes/m/settings", { embedders: { e: { source: "ollama", url } } }, "").body
    expect(at("http://10.0.0.1:11434/api/embed")).toContain("http://10.0.0.1:11434/api/embed")
    for (const url of ["http://user:password@host/", "http://host/?token=password", "password"])
      expect(at(url)).not.toContain("password")
  })

  it("names a key in a path by its uid, and hides what else may be somebody's key there", () => {
    expect(masked(`/keys/${keyText}`, {}, {}).target).toBe(`/keys/key-${uid}`)
    expect(masked(`/keys/${uid}`, {}, {}).target).toBe(`/keys/${uid}`)
    const guess = masked("/keys/a-guessed-key", {}, { message: "API key `a-guessed-key` not found." })
    expect(guess).toMatchObject({ target: "/keys/********", answer: '{"message":"API key `********` not found."}' })
  })

  it("knows the places of secrets also where their paths are percent-encoded, as the routes do", () => {
    const { body } = masked("/webhook%73", { headers: { a: "a-secret" } }, {})
    expect(body).toBe('{"headers":{"a":"********"}}')
    expect(masked("/%6beys/a-guessed-key", {}, {}).target).toBe("/%6beys/********")
    expect(masked(`/%6beys/${keyText}`, {}, {}).target).toBe(`/%6beys/key-${uid}`)
  })

  it("hides keys that are known wherever they stand", () => {
    const { body, target } = masked(`/indexes/m/search?q=the-master-key`, { q: `x ${keyText} y` }, {})
    expect([body, target]).toEqual(['{"q":"x ******** y"}', "/indexes/m/search?q=********"])
  })

  it("knows the names of secrets also where they are written with escapes", () => {
    const spoken = { target: "/webhooks", body: '{"h\\u0065aders":{"a":"a-secret"}}', answer: "" }
    expect(maskSpoken(spoken, known).body).toBe('{"headers":{"a":"********"}}')
    expect(maskSpoken({ ...spoken, body: '{"h\\u0065aders":{"a":"a-secret"' }, known).body).toBeNull()
  })

  it("hides what stands in a member that is there twice, whichever of them counts", () => {
    const spoken = (body: string) => maskSpoken({ target: "/webhooks", body, answer: body }, known)
    for (const text of [
      '{"headers":{"a":"a-secret"},"headers":{}}',
      '{"headers":{"a":"a-secret"},"headers":null}',
      '{"headers":{},"headers":{"a":"a-secret"}}',
      '{"headers":{"a":"a-secret","a":""}}',
      ' [1.0,{"url":"http://a-secret/","\\u0075rl":1}]',
    ]) {
      const { body, answer } = spoken(text)
      expect(`${body}${answer}`, text).not.toContain("a-secret")
      expect(body).not.toBeNull()
    }
    const harmless = ' {"headers":{},"headers":{"a":""},"n":1.0}'
    expect(spoken(harmless)).toMatchObject({ body: harmless, answer: harmless })
  })

  it("gives up a body that it cannot read where secrets stand, and keeps one in which none can be", () => {
    const broken = (body: string) => maskSpoken({ target: "/webhooks", body, answer: "" }, known).body
    expect(broken('{"headers": {"a": "secret"')).toBeNull()
    expect(broken('{"name": ')).toBe('{"name": ')
  })
})
