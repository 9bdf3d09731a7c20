import { describe, expect, test } from "vitest"
import type { Json } from "#core/prelude/json.ts"
import { type Network, patchedNetwork } from "./network.ts"

// Codes and messages were read from Meilisearch v1.21.0.

const empty: Network = { self: null, remotes: {} }
const one: Network = { self: "me", remotes: { a: { url: "http://a", searchApiKey: "k", writeApiKey: null } } }
const patch = (before: Network, value: Json) => patchedNetwork(before, value, ["remotes", "self", "sharding"])

const kept = (before: Network, value: Json): Network => {
  const patched = patch(before, value)
  if (patched.tag === "refused") throw new Error(patched.error.message)
  return patched.network
}

describe("a patch of the network", () => {
  test("leaves what it does not name", () => {
    expect(kept(one, {})).toEqual(one)
    expect(kept(one, { self: "you" })).toEqual({ ...one, self: "you" })
    expect(kept(one, { remotes: { a: { url: "http://b" } } }).remotes["a"]).toEqual({
      url: "http://b",
      searchApiKey: "k",
      writeApiKey: null,
    })
  })

  test("takes away what it says is null", () => {
    expect(kept(one, { self: null }).self).toBeNull()
    expect(kept(one, { remotes: { a: null } }).remotes).toEqual({})
    expect(kept(one, { remotes: null }).remotes).toEqual({})
    expect(kept(one, { remotes: { a: { searchApiKey: null } } }).remotes["a"]?.searchApiKey).toBeNull()
  })

  test("shows remotes by their names", () => {
    expect(Object.keys(kept(one, { remotes: { b: { url: "http://b" }, A: { url: "http://c" } } }).remotes)).toEqual([
      "A",
      "a",
      "b",
    ])
  })

  test("a member that every object of JavaScript has is unknown in a remote", () => {
    for (const name of ["constructor", "toString", "__proto__"])
      for (const value of ["null", "3"]) {
        const patched = patch(empty, JSON.parse(`{"remotes":{"a":{"url":"http://a","${name}":${value}}}}`) as Json)
        const message = `Unknown field \`${name}\` inside \`.remotes.a\`: expected one of \`url\`, \`searchApiKey\`, \`writeApiKey\``
        expect(patched).toMatchObject({ tag: "refused", error: { code: "invalid_network_remotes", message } })
      }
  })

  test.each<[Json, string, string]>([
    [[], "bad_request", "Invalid value type: expected an object, but found an array: `[]`"],
    [{ foo: 1 }, "bad_request", "Unknown field `foo`: expected one of `remotes`, `self`, `sharding`"],
    [
      { self: 3 },
      "invalid_network_self",
      "Invalid value type at `.self`: expected a string, but found a positive integer: `3`",
    ],
    [
      { remotes: { a: 3 } },
      "invalid_network_remotes",
      "Invalid value type at `.remotes.a`: expected an object, but found a positive integer: `3`",
    ],
    [
      { remotes: { a: { uri: null } } },
      "invalid_network_remotes",
      "Unknown field `uri` inside `.remotes.a`: expected one of `url`, `searchApiKey`, `writeApiKey`",
    ],
    [{ remotes: { b: { searchApiKey: "k" } } }, "missing_network_url", "Missing field `.remotes.b.url`"],
    [
      { remotes: { b: { url: "nope" } } },
      "invalid_network_url",
      "Invalid `.remotes.b.url` (`nope`): relative URL without a base",
    ],
    [
      { sharding: true },
      "invalid_network_sharding",
      "`.sharding`: enabling the sharding requires `.self` to be set\n  - Hint: Disable `sharding` or set `self` to a value.",
    ],
  ])("is refused in the engine's words: %j", (value, code, message) => {
    expect(patch(empty, value)).toMatchObject({ tag: "refused", error: { code, message } })
  })

  test("cannot make other servers share the documents", () => {
    expect(patch(one, { sharding: true })).toMatchObject({ error: { code: "miroir_not_supported" } })
  })
})
