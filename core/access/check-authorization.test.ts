import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { checkAuthorization } from "./check-authorization.ts"

const key = "masterkey-masterkey"

describe("checkAuthorization", () => {
  // Tried on v1.21.0: a header that is given must be of the right form even where nothing is asked for.
  test("without a master key everything is open to every token, and to none", () => {
    expect(checkAuthorization(undefined, null)).toBeNull()
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (token) => {
        expect(checkAuthorization(`Bearer ${token}`, null)).toBeNull()
        expect(checkAuthorization(`Basic ${token}`, null)?.code).toBe("missing_authorization_header")
      }),
    )
  })

  test("exactly one token opens", () => {
    const secret = fc.string({ unit: "grapheme", minLength: 1 })
    fc.assert(
      fc.property(secret, secret, (master, token) => {
        expect(checkAuthorization(`Bearer ${master}`, master)).toBeNull()
        expect(checkAuthorization(`Bearer ${token}`, master) === null).toBe(token === master)
      }),
    )
  })

  test("neither a part of the key nor its repetition opens", () => {
    for (const token of ["", "m", key.slice(0, -1), key + key, `${key}m`]) {
      expect(checkAuthorization(`Bearer ${token}`, key)?.code).toBe("invalid_api_key")
    }
  })

  // Tried on v1.21.0.
  test.each([undefined, "", `bearer ${key}`, `BEARER ${key}`, "Basic abc", key, `Bearer\t${key}`, `Bearer${key}`])(
    "%j is no bearer authorization",
    (header) => {
      expect(checkAuthorization(header, key)).toEqual({
        message: "The Authorization header is missing. It must use the bearer authorization method.",
        code: "missing_authorization_header",
        type: "auth",
        link: "https://docs.meilisearch.com/errors#missing_authorization_header",
      })
    },
  )

  test.each(["Bearer", "Bearer k", `Bearer  ${key}`, `Bearer ${key} x`])("%j has no valid key", (header) => {
    expect(checkAuthorization(header, key)).toMatchObject({
      message: "The provided API key is invalid.",
      code: "invalid_api_key",
    })
  })
})
