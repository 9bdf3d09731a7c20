import { describe, expect, test } from "vitest"
import type { Json } from "#core/prelude/json.ts"
import { engineCapabilities } from "#core/protocol/engine-capabilities.ts"
import { keyActionsBefore150 } from "#core/protocol/key-actions.ts"
import { readKeyChange, readNewKey } from "./read-key-request.ts"

const nowMs = Date.UTC(2026, 0, 1)
const complete = { actions: ["search"], indexes: ["a"], expiresAt: null }
const read = (body: Json, version = "1.21.0") => readNewKey(body, nowMs, engineCapabilities(version))
const errorOf = (body: Json, version?: string) => {
  const result = read(body, version)
  return result.tag === "refused" ? [result.error.code, result.error.message] : null
}

const listOfActions = keyActionsBefore150.map((action) => `\`${action}\``).join(", ")

describe("readNewKey", () => {
  test("a complete body is read; what is left out is null", () => {
    expect(read(complete)).toEqual({
      tag: "read",
      value: { ...complete, uid: null, name: null, description: null, expiresAtMs: null },
    })
    const full = { name: "n", description: "d", uid: "0CC74C3C978D4F028EC0FA7378DD0901", expiresAt: "2050-01-01" }
    expect(read({ ...complete, ...full })).toMatchObject({
      value: {
        name: "n",
        description: "d",
        uid: "0cc74c3c-978d-4f02-8ec0-fa7378dd0901",
        expiresAt: "2050-01-01T00:00:00Z",
        expiresAtMs: Date.UTC(2050, 0, 1),
      },
    })
  })

  // Tried on v1.21.0.
  test.each<[Json, string, string]>([
    [{}, "missing_api_key_actions", "Missing field `actions`"],
    [{ actions: ["search"] }, "missing_api_key_indexes", "Missing field `indexes`"],
    [{ actions: ["search"], indexes: ["a"] }, "missing_api_key_expires_at", "Missing field `expiresAt`"],
    [[], "bad_request", "Invalid value type: expected an object, but found an array: `[]`"],
    [
      { ...complete, name: 1 },
      "invalid_api_key_name",
      "Invalid value type at `.name`: expected a string, but found a positive integer: `1`",
    ],
    [
      { ...complete, description: ["x"] },
      "invalid_api_key_description",
      'Invalid value type at `.description`: expected a string, but found an array: `["x"]`',
    ],
    [
      { ...complete, uid: null },
      "invalid_api_key_uid",
      "Invalid value type at `.uid`: expected a string, but found null",
    ],
    [
      { ...complete, uid: "" },
      "invalid_api_key_uid",
      "Invalid value at `.uid`: invalid length: expected length 32 for simple format, found 0",
    ],
    [
      { ...complete, actions: "search" },
      "invalid_api_key_actions",
      'Invalid value type at `.actions`: expected an array, but found a string: `"search"`',
    ],
    [
      { ...complete, actions: ["search", "document.add"] },
      "invalid_api_key_actions",
      `Unknown value \`document.add\` at \`.actions[1]\`: did you mean \`documents.add\`? expected one of ${listOfActions}`,
    ],
    [
      { ...complete, indexes: ["a b"] },
      "invalid_api_key_indexes",
      "Invalid value at `.indexes[0]`: `a b` is not a valid index uid pattern. Index uid patterns can be an integer or a string containing only alphanumeric characters, hyphens (-), underscores (_), and optionally end with a star (*).",
    ],
    [
      { ...complete, expiresAt: "2000-01-01" },
      "invalid_api_key_expires_at",
      "Invalid value at `.expiresAt`: `2000-01-01` is not a valid date. It should follow the RFC 3339 format to represents a date or datetime in the future or specified as a null value. e.g. 'YYYY-MM-DD' or 'YYYY-MM-DD HH:MM:SS'.\n",
    ],
    [
      { ...complete, key: "x" },
      "bad_request",
      "Unknown field `key`: expected one of `description`, `name`, `uid`, `actions`, `indexes`, `expiresAt`",
    ],
  ])("%j is refused", (body, code, message) => {
    expect(errorOf(body)).toEqual([code, message])
  })

  test("the first mistake in the order of the body is the answer, before what is missing", () => {
    expect(errorOf({ name: 1, foo: 2 })?.[0]).toBe("invalid_api_key_name")
    expect(errorOf({ foo: 2, name: 1 })?.[0]).toBe("bad_request")
  })

  test("only since v1.50 a key for some indexes is kept from actions on the whole server", () => {
    const body = { ...complete, actions: ["search", "keys.get"] }
    expect(errorOf(body)).toBeNull()
    expect(errorOf(body, "1.50.0")?.[0]).toBe("index_scoped_api_key_with_global_action")
    expect(errorOf({ ...body, indexes: ["a", "*"] }, "1.50.0")).toBeNull()
    expect(errorOf({ ...complete, actions: ["tasks.get", "indexes.*"] }, "1.50.0")).toBeNull()
  })

  test("actions that came with v1.50 are unknown before", () => {
    expect(errorOf({ ...complete, actions: ["fields.post"] })?.[0]).toBe("invalid_api_key_actions")
    expect(errorOf({ ...complete, actions: ["fields.post"] }, "1.50.0")).toBeNull()
  })
})

describe("readKeyChange", () => {
  test("name and description may change, also to null; what is left out stays", () => {
    expect(readKeyChange({})).toEqual({ tag: "read", value: {} })
    expect(readKeyChange({ name: "x", description: null })).toEqual({
      tag: "read",
      value: { name: "x", description: null },
    })
  })

  // Tried on v1.21.0.
  test.each<[Json, string, string]>([
    [{ uid: 1 }, "immutable_api_key_uid", "Immutable field `uid`: expected one of `description`, `name`"],
    [
      { name: "ok", actions: [] },
      "immutable_api_key_actions",
      "Immutable field `actions`: expected one of `description`, `name`",
    ],
    [{ key: "x" }, "bad_request", "Unknown field `key`: expected one of `description`, `name`"],
    ["x", "bad_request", 'Invalid value type: expected an object, but found a string: `"x"`'],
    [{ foo: 1, uid: 2 }, "bad_request", "Unknown field `foo`: expected one of `description`, `name`"],
  ])("%j is refused", (body, code, message) => {
    expect(readKeyChange(body)).toMatchObject({ tag: "refused", error: { code, message } })
  })

  test("a name that every object of JavaScript has is as unknown as any other", () => {
    for (const name of ["constructor", "toString", "__proto__"]) {
      const message = `Unknown field \`${name}\`: expected one of \`description\`, \`name\``
      const body = JSON.parse(`{"${name}":1}`) as Json
      expect(readKeyChange(body)).toMatchObject({ tag: "refused", error: { code: "bad_request", message } })
    }
  })
})
