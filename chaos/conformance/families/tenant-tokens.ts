import { createHmac } from "node:crypto"
import { library, libraryFixtures } from "../library.ts"
import type { Family, SequenceMemory, Step, WireRequest } from "../sequence.ts"

interface Claims {
  readonly apiKeyUid?: unknown
  readonly searchRules?: unknown
  readonly exp?: unknown
}

interface TokenPlan {
  readonly claims: Claims
  readonly algorithm?: string
  /** Instead of the key's own text. */
  readonly secret?: string
}

const hashes: Readonly<Record<string, string>> = { HS256: "sha256", HS384: "sha384", HS512: "sha512" }

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url")

const sign = (key: string, { claims, algorithm = "HS256", secret = key }: TokenPlan): string => {
  const text = `${part({ alg: algorithm, typ: "JWT" })}.${part(claims)}`
  const hash = hashes[algorithm]
  return hash === undefined ? `${text}.` : `${text}.${createHmac(hash, secret).update(text).digest("base64url")}`
}

const keyOf = (memory: SequenceMemory): string => String((memory.answer(0) as { readonly key?: unknown } | null)?.key)

const uuid = (number: number): string => `00000000-0000-4000-9000-${`${number}`.padStart(12, "0")}`

const search = (uid: string, body: object = {}): WireRequest => ({
  method: "POST",
  path: `/indexes/${uid}/search`,
  body: { attributesToRetrieve: ["id"], limit: 100, ...body },
})

const withToken =
  (plan: TokenPlan, request: WireRequest): Step =>
  (memory) => ({ ...request, headers: { Authorization: `Bearer ${sign(keyOf(memory), plan)}` } })

const parentKey = (number: number, more: object = {}): WireRequest => ({
  method: "POST",
  path: "/keys",
  body: { uid: uuid(number), actions: ["search"], indexes: ["library-*"], expiresAt: null, ...more },
})

const inYear2100 = 4_102_444_800
const inYear2001 = 1_000_000_000

/** Tokens that a shop signs for its own customers. */
export const tenantTokensFamily: Family = {
  name: "tenant-tokens",
  company: "together",
  fixtures: libraryFixtures,
  written: [
    () => {
      const rules: ReadonlyArray<unknown> = [
        ["*"],
        ["library-shelf"],
        ["library-*"],
        ["other"],
        [],
        {},
        { "*": {} },
        { "*": null },
        { "library-shelf": { filter: "year > 1980" } },
        { "library-shelf": { filter: ["year > 1980", ["genres = novel", "genres = poetry"]] } },
        { "library-shelf": { filter: "" } },
        { "library-shelf": { filter: null } },
        { "*": { filter: "year > 2000" }, "library-*": { filter: "year > 1960" }, "library-shelf": {} },
        { "*": { filter: "year > 2000" }, "library-sh*": { filter: "year > 1990" }, "library-*": {} },
        { "library-shelf": { filter: "overview = x" } },
        { "library-shelf": { filter: "year >" } },
        { "library-shelf": { filter: 3 } },
        { "library-shelf": { x: 3 } },
        "library-shelf",
        3,
        null,
      ]
      return [
        parentKey(1),
        ...rules.flatMap((searchRules) => {
          const plan = { claims: { apiKeyUid: uuid(1), searchRules } }
          return [
            withToken(plan, search(library.shelf)),
            withToken(plan, search(library.shelf, { filter: "genres = novel" })),
            withToken(plan, search(library.plain, { limit: 3 })),
          ]
        }),
      ]
    },
    () => {
      const claims = { apiKeyUid: uuid(2), searchRules: ["*"] }
      const plans: ReadonlyArray<TokenPlan> = [
        { claims },
        { claims, algorithm: "HS384" },
        { claims, algorithm: "HS512" },
        { claims, algorithm: "none" },
        { claims, algorithm: "RS256" },
        { claims, secret: "wrong" },
        { claims: { ...claims, exp: inYear2100 } },
        { claims: { ...claims, exp: inYear2001 } },
        { claims: { ...claims, exp: null } },
        { claims: { ...claims, exp: "x" } },
        { claims: { ...claims, exp: 4102444800.5 } },
        { claims: { searchRules: ["*"] } },
        { claims: { apiKeyUid: uuid(2) } },
        { claims: { ...claims, apiKeyUid: uuid(999) } },
        { claims: { ...claims, apiKeyUid: "x" } },
        { claims: { ...claims, apiKeyUid: uuid(2).toUpperCase() } },
        { claims: { ...claims, extra: 1 } as Claims },
      ]
      const requests: ReadonlyArray<WireRequest> = [
        search(library.shelf, { limit: 2 }),
        search("library-none"),
        { method: "GET", path: `/indexes/${library.shelf}/search?limit=1&attributesToRetrieve=id` },
        { method: "POST", path: "/multi-search", body: { queries: [{ indexUid: library.shelf, limit: 1 }] } },
        { method: "POST", path: `/indexes/${library.shelf}/facet-search`, body: { facetName: "genres" } },
        { method: "GET", path: `/indexes/${library.shelf}/documents` },
        { method: "GET", path: "/version" },
      ]
      return [parentKey(2), ...plans.flatMap((plan) => requests.map((request) => withToken(plan, request)))]
    },
    // The parent key's own limits.
    () => {
      const plan = { claims: { apiKeyUid: uuid(3), searchRules: { "*": { filter: "year > 1990" } } } }
      const both = {
        queries: [
          { indexUid: library.shelf, limit: 1 },
          { indexUid: library.plain, limit: 1 },
        ],
      }
      return [
        parentKey(3, { indexes: [library.shelf] }),
        withToken(plan, search(library.shelf)),
        withToken(plan, search(library.plain)),
        withToken(plan, { method: "POST", path: "/multi-search", body: both }),
        withToken(plan, { method: "POST", path: "/multi-search", body: { federation: {}, ...both } }),
        withToken(plan, {
          method: "POST",
          path: "/multi-search",
          body: {
            federation: { limit: 100 },
            queries: [{ indexUid: library.shelf, q: "silver", attributesToRetrieve: ["id"] }],
          },
        }),
        withToken(plan, {
          method: "POST",
          path: `/indexes/${library.shelf}/facet-search`,
          body: { facetName: "genres" },
        }),
        { method: "DELETE", path: `/keys/${uuid(3)}` },
        withToken(plan, search(library.shelf)),
      ]
    },
    () => [
      parentKey(4, { actions: ["documents.get"], indexes: ["*"] }),
      withToken({ claims: { apiKeyUid: uuid(4), searchRules: ["*"] } }, search(library.shelf)),
      ...["a.b", "a.b.c", "eyJhbGciOiJIUzI1NiJ9.e30.x", "..", "x".repeat(2000)].map((token): WireRequest => ({
        ...search(library.shelf),
        headers: { Authorization: `Bearer ${token}` },
      })),
    ],
  ],
  drawnCount: 0,
  draw: () => [],
}
