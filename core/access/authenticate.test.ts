import { createHmac } from "node:crypto"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { RequiredAction } from "#core/protocol/key-actions.ts"
import { type ApiKey, textOfKey } from "./api-key.ts"
import { type KnownKeys, type Required, authenticate } from "./authenticate.ts"
import { unrestrictedCaller } from "./caller.ts"
import type { Hmac } from "./hmac.ts"

const hmac: Hmac = (algorithm, key, message) => createHmac(algorithm, key).update(message).digest()
const masterKey = "masterkey-masterkey"
const nowMs = 1_760_000_000_000
const textOf = (uid: string) => textOfKey(hmac, masterKey, uid)

const key = (change: Partial<ApiKey> = {}): ApiKey => ({
  uid: "0cc74c3c-978d-4f02-8ec0-fa7378dd0901",
  name: null,
  description: null,
  actions: ["search"],
  indexes: ["a*"],
  expiresAt: null,
  expiresAtMs: null,
  createdAtMs: 0,
  updatedAtMs: 0,
  ...change,
})

const known = (keys: ReadonlyArray<ApiKey>, change: Partial<KnownKeys> = {}): KnownKeys => ({
  masterKey,
  keyByUid: (uid) => keys.find((one) => one.uid === uid) ?? null,
  keyByText: (text) => keys.find((one) => textOf(one.uid) === text) ?? null,
  textOf,
  hmac,
  nowMs,
  limitsScopedKeys: false,
  ...change,
})

const search: Required = { action: "search", index: "a1" }
const bearer = (one: ApiKey): string => `Bearer ${textOf(one.uid)}`
const message = (header: string | undefined, required: Required, keys: KnownKeys): string | null => {
  const authenticated = authenticate(header, required, keys)
  return authenticated.tag === "refused" ? authenticated.error.message : null
}

const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url")
const tenantToken = (uid: string, searchRules: unknown): string => {
  const text = `${base64({ alg: "HS256" })}.${base64({ apiKeyUid: uid, searchRules })}`
  return `${text}.${createHmac("sha256", textOf(uid)).update(text).digest("base64url")}`
}

const mayCreate = (actions: ReadonlyArray<string>): boolean => {
  const one = key({ actions })
  const authenticated = authenticate(bearer(one), { action: "documents.add", index: "a1" }, known([one]))
  return authenticated.tag === "allowed" && authenticated.caller.mayCreateIndexes
}

const invalid = "The provided API key is invalid."

describe("authenticate", () => {
  test("the master key may do everything, and nobody is above it", () => {
    fc.assert(
      fc.property(fc.constantFrom<Required["action"]>("search", "keys.delete", "documents.*", "master"), (action) => {
        const authenticated = authenticate(`Bearer ${masterKey}`, { action, index: null }, known([]))
        expect(authenticated).toEqual({ tag: "allowed", caller: unrestrictedCaller })
        const all = key({ actions: ["*"], indexes: ["*"] })
        expect(message(bearer(all), { action, index: null }, known([all]))).toBe(action === "master" ? invalid : null)
      }),
    )
  })

  test("a key opens what it grants on the indexes that it means, and nothing else", () => {
    const actions = fc.subarray<RequiredAction>(["search", "documents.get", "tasks.get"])
    const indexes = fc.subarray(["a1", "a*", "b", "*"])
    const required = fc.record({
      action: fc.constantFrom<RequiredAction>("search", "documents.get", "tasks.get"),
      index: fc.constantFrom(null, "a1", "a2", "b", "c"),
    })
    fc.assert(
      fc.property(actions, indexes, required, (held, patterns, asked) => {
        const one = key({ actions: held, indexes: patterns })
        const means = (pattern: string) =>
          asked.index === null ||
          pattern === asked.index ||
          pattern === "*" ||
          (pattern === "a*" && asked.index[0] === "a")
        const isAllowed = held.includes(asked.action) && patterns.some(means)
        expect(authenticate(bearer(one), asked, known([one])).tag).toBe(isAllowed ? "allowed" : "refused")
      }),
    )
  })

  test("a key opens until the moment at which it expires", () => {
    for (const [expiresAtMs, opens] of [
      [nowMs + 1, true],
      [nowMs, false],
      [nowMs - 1, false],
    ] as const) {
      const one = key({ expiresAtMs })
      expect(message(bearer(one), search, known([one]))).toBe(opens ? null : invalid)
    }
  })

  test("a key that was deleted opens nothing, and neither does a token made with it", () => {
    const one = key()
    expect(message(bearer(one), search, known([]))).toBe(invalid)
    const token = `Bearer ${tenantToken(one.uid, ["*"])}`
    expect(message(token, search, known([one]))).toBeNull()
    expect(message(token, search, known([]))).toBe(invalid)
  })

  test("a tenant token opens what both it and its key mean, and carries its rules", () => {
    const one = key()
    const token = `Bearer ${tenantToken(one.uid, { a1: { filter: "u = 1" } })}`
    expect(authenticate(token, search, known([one]))).toMatchObject({
      tag: "allowed",
      caller: { keyIndexes: ["a*"], tenantRules: [{ pattern: "a1", filter: "u = 1" }] },
    })
  })

  test("a tenant token only searches", () => {
    const one = key({ actions: ["*"], indexes: ["*"] })
    const token = `Bearer ${tenantToken(one.uid, ["*"])}`
    expect(message(token, { action: "documents.get", index: "a1" }, known([one]))).toBe(invalid)
    expect(message(token, { action: "search", index: null }, known([one]))).toBeNull()
  })

  // Tried on v1.21.0, with its spelling.
  test("indexes are looked at before the action, those of the token before those of the key", () => {
    const one = key({ actions: [], indexes: ["z", "a*", "z"] })
    const withRules = (rules: unknown) => `Bearer ${tenantToken(one.uid, rules)}`
    const asked: Required = { action: "search", index: "b" }
    expect(message(bearer(one), asked, known([one]))).toBe(
      'The API key cannot acces the index `b`, authorized indexes are ["a*", "z"].',
    )
    expect(message(withRules(["z", "a"]), asked, known([one]))).toBe(
      'The provided tenant token cannot acces the index `b`, allowed indexes are ["a", "z"].',
    )
    expect(message(withRules(["*"]), asked, known([one]))).toBe(
      "The API key used to generate this tenant token cannot acces the index `b`.",
    )
    expect(message(bearer(one), search, known([one]))).toBe(invalid)
  })

  test("keys cannot be managed without a master key; everything else is open", () => {
    const open = known([], { masterKey: null })
    for (const header of [undefined, "Bearer x"]) {
      expect(authenticate(header, { action: "keys.get", index: null }, open)).toMatchObject({
        error: { code: "missing_master_key" },
      })
      expect(authenticate(header, search, open)).toEqual({ tag: "allowed", caller: unrestrictedCaller })
    }
  })

  test("only a key that may create indexes creates them with its writes", () => {
    expect(mayCreate(["documents.add", "indexes.create"])).toBe(true)
    expect(mayCreate(["documents.*", "indexes.get"])).toBe(false)
  })

  test("since v1.50 a key for some indexes opens a route without an index only where the handler looks at them", () => {
    const one = key({ actions: ["*"] })
    const since150 = known([one], { limitsScopedKeys: true })
    expect(message(bearer(one), { action: "version", index: null }, known([one]))).toBeNull()
    expect(message(bearer(one), { action: "version", index: null }, since150)).toBe(invalid)
    expect(message(bearer(one), { action: "tasks.get", index: null }, since150)).toBeNull()
  })
})
