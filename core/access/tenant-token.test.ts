import { createHmac } from "node:crypto"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { Hmac } from "./hmac.ts"
import { checkTenantToken, readTenantToken } from "./tenant-token.ts"

const hmac: Hmac = (algorithm, key, message) => createHmac(algorithm, key).update(message).digest()
const keyText = "8a7c1b0ed1e0d6a4d3ba1e4d13a4f1e09d2f0bc7e4b1f44d3a1a0d2c8f9e7b61"
const uid = "0cc74c3c-978d-4f02-8ec0-fa7378dd0901"
const nowMs = 1_760_000_000_000
const base64 = (text: string): string => Buffer.from(text).toString("base64url")

/** Written as Python does, with spaces: positions in messages were taken from such tokens. */
const spaced = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(spaced).join(", ")}]`
  if (typeof value !== "object" || value === null) return JSON.stringify(value)
  return `{${Object.entries(value)
    .map(([name, member]) => `${JSON.stringify(name)}: ${spaced(member)}`)
    .join(", ")}}`
}

const sign = (payload: string, header: object = { alg: "HS256", typ: "JWT" }, secret = keyText): string => {
  const message = `${base64(spaced(header))}.${base64(payload)}`
  const { alg } = header as { alg?: string }
  const hash = alg === "HS384" ? "sha384" : alg === "HS512" ? "sha512" : "sha256"
  return `${message}.${createHmac(hash, secret).update(message).digest("base64url")}`
}
const claims = { apiKeyUid: uid, searchRules: ["*"] }
const token = (change: object = {}, header?: object, secret?: string): string =>
  sign(spaced({ ...claims, ...change }), header, secret)

/** The complaint about a token; null where it is good. */
const complaint = (text: string): string | null => {
  const read = readTenantToken(text)
  if (read.tag === "absent") return "absent"
  return read.tag === "refused" ? read.message : checkTenantToken(read, keyText, hmac, nowMs)
}

describe("a tenant token", () => {
  test("signed with the key by one of the three algorithms is good, whatever it says", () => {
    const rules = fc.oneof(
      fc.array(fc.string()),
      fc.dictionary(fc.string(), fc.option(fc.record({ filter: fc.jsonValue() }, { requiredKeys: [] }))),
    )
    fc.assert(
      fc.property(fc.constantFrom("HS256", "HS384", "HS512"), rules, (alg, searchRules) => {
        const text = sign(JSON.stringify({ apiKeyUid: uid, searchRules, extra: [searchRules] }), { alg })
        expect(complaint(text)).toBeNull()
        const read = readTenantToken(text)
        const patterns = Array.isArray(searchRules) ? searchRules : Object.keys(searchRules)
        expect(read.tag === "read" && read.claims.rules.map((rule) => rule.pattern)).toEqual(patterns)
      }),
    )
  })

  test("with one character changed is not good", () => {
    const good = token()
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.constantFrom(..."ABCxyz019-_."), (position, character) => {
        const changed = good.slice(0, position) + character + good.slice(position + 1)
        if (changed !== good) expect(complaint(changed)).not.toBeNull()
      }),
    )
  })

  test("carries the filter of each rule; a list of patterns filters nothing", () => {
    const rules = { a: { filter: "u = 1" }, "b*": { filter: ["x", ["y", "z"]] }, c: null, d: {}, e: { filter: null } }
    const read = readTenantToken(token({ searchRules: rules }))
    expect(read.tag === "read" && read.claims.rules).toEqual([
      { pattern: "a", filter: "u = 1" },
      { pattern: "b*", filter: ["x", ["y", "z"]] },
      { pattern: "c", filter: null },
      { pattern: "d", filter: null },
      { pattern: "e", filter: null },
    ])
  })

  test("is good in the second in which it expires, and expired in the next", () => {
    expect(complaint(token({ exp: 1_760_000_000 }))).toBeNull()
    expect(complaint(token({ exp: 1_759_999_999 }))).toBe(
      "Tenant token expired. Was valid up to `1759999999` and we're now `1760000000`.",
    )
    expect(complaint(token({ exp: null }))).toBeNull()
  })

  test("of another key is not good", () => {
    expect(complaint(token({}, undefined, "x"))).toBe("Could not decode tenant token, InvalidSignature.")
  })

  test.each(["", "x", "a.b", keyText, token().split(".").slice(0, 2).join(".")])("%j is no tenant token", (text) => {
    expect(complaint(text)).toBe("absent")
  })

  const algorithms =
    "`HS256`, `HS384`, `HS512`, `ES256`, `ES384`, `RS256`, `RS384`, `RS512`, `PS256`, `PS384`, `PS512`, `EdDSA`"
  const noRules = "JSON error: data did not match any variant of untagged enum SearchRules at line 1 column"

  // Tried on v1.21.0.
  test.each<[string, string]>([
    [token({}, { alg: "RS256" }), "InvalidAlgorithm"],
    [
      token({}, { alg: "none" }),
      `JSON error: unknown variant \`none\`, expected one of ${algorithms} at line 1 column 14`,
    ],
    [token({}, { typ: "JWT" }), "JSON error: missing field `alg` at line 1 column 14"],
    [
      token({}, { alg: "HS256", typ: 1 }),
      "JSON error: invalid type: integer `1`, expected a string at line 1 column 25",
    ],
    [token({ aud: "x" }), "InvalidAudience"],
    [token({ searchRules: "*" }), `${noRules} 73`],
    [token({ searchRules: null }), `${noRules} 74`],
    [token({ searchRules: { "*": "u = 1" } }), `${noRules} 84`],
    [sign(spaced({ searchRules: ["*"] })), "JSON error: missing field `apiKeyUid` at line 1 column 22"],
    [sign(spaced({ apiKeyUid: uid })), "JSON error: missing field `searchRules` at line 1 column 53"],
    [token({ exp: "x" }), 'JSON error: invalid type: string "x", expected i64 at line 1 column 86'],
    [
      token({ exp: 1795221609.5 }),
      "JSON error: invalid type: floating point `1795221609.5`, expected i64 at line 1 column 95",
    ],
    [
      token({ apiKeyUid: "x" }),
      "JSON error: UUID parsing failed: invalid character: expected an optional prefix of `urn:uuid:` followed by [0-9a-fA-F-], found `x` at 1 at line 1 column 17",
    ],
    [token({ apiKeyUid: 1 }), "JSON error: invalid type: integer `1`, expected a UUID string at line 1 column 15"],
    [
      sign(`{"apiKeyUid":"${uid}","searchRules":["b1"],"searchRules":["*"]}`),
      "JSON error: duplicate field `searchRules` at line 1 column 86",
    ],
    [sign("x"), "JSON error: expected value at line 1 column 1"],
    [`x${token()}`.replace("xeyJ", "xe!J"), "Base64 error: Invalid symbol 33, offset 2."],
  ])("%# is refused: %s", (text, reason) => {
    expect(complaint(text)).toBe(`Could not decode tenant token, ${reason}.`)
  })
})
