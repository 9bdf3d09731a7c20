import { Effect } from "effect"
import { describe, expect, test } from "vitest"
import { Hashing } from "#core/ports/hashing.ts"
import { nodeHashingLayer } from "./node-hashing.ts"

const { hmac } = Effect.runSync(Effect.provide(Hashing, nodeHashingLayer))
const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")

describe("hmac", () => {
  // Test case 2 of RFC 4231.
  test.each([
    ["sha256", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"],
    ["sha384", "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649"],
    [
      "sha512",
      "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
    ],
  ] as const)("%s is that of RFC 4231", (algorithm, expected) => {
    expect(hex(hmac(algorithm, "Jefe", "what do ya want for nothing?"))).toBe(expected)
  })

  test("text and its bytes in UTF-8 give the same", () => {
    const [key, message] = ["clé", "zwölf"].map((text) => new TextEncoder().encode(text))
    expect(hmac("sha256", key!, message!)).toEqual(hmac("sha256", "clé", "zwölf"))
  })

  test("the derivation of an API key is that of the engine", () => {
    // Made by v1.21.0 with the master key `masterkey-masterkey`.
    expect(hex(hmac("sha256", "masterkey-masterkey", "0cc74c3c-978d-4f02-8ec0-fa7378dd0901"))).toBe(
      "10c0701ad067e5e8a7805c5cfc05c41605435712267c9444cf7f7df239fe3f5e",
    )
  })
})
