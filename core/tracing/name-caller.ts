import type { ApiKey } from "#core/access/api-key.ts"
import type { Hmac } from "#core/access/hmac.ts"
import { isSameSecret } from "#core/access/is-same-secret.ts"
import type { TenantRule } from "#core/access/read-claims.ts"
import { checkTenantToken, readTenantToken } from "#core/access/tenant-token.ts"
import type { JsonObject } from "#core/prelude/json.ts"
import type { TracedCaller } from "./trace-line.ts"

/** What is known of keys at the moment of the request. */
export interface CallerBook {
  readonly masterKey: string | null
  readonly hmac: Hmac
  readonly byText: (text: string) => Pick<ApiKey, "uid" | "name"> | null
  readonly textOf: (uid: string) => string
}

/** Names the caller behind an `Authorization` header. It judges nothing: whether he may do what he asks is seen in the answer. */
export const nameCaller = (header: string | undefined, book: CallerBook, nowMs: number): TracedCaller => {
  if (header === undefined) return { kind: "none" }
  const token = tokenOf(header)
  if (token === null) return { kind: "malformed" }
  if (book.masterKey === null) return { kind: "unknown" }
  if (isSameSecret(token, book.masterKey)) return { kind: "master" }
  const key = book.byText(token)
  return key === null ? nameTenant(token, book, nowMs) : { kind: "key", uid: key.uid, name: key.name }
}

/** What follows `Bearer`, which may be nothing; null for another scheme. */
export const tokenOf = (header: string): string | null => {
  const [scheme, ...rest] = header.split(" ")
  return scheme === "Bearer" ? rest.join(" ") : null
}

const nameTenant = (token: string, { hmac, textOf }: CallerBook, nowMs: number): TracedCaller => {
  const read = readTenantToken(token)
  if (read.tag !== "read") return { kind: "unknown" }
  const { keyUid, rules, expiresAtSeconds } = read.claims
  const hasExpired = expiresAtSeconds !== null && expiresAtSeconds < BigInt(Math.floor(nowMs / 1000))
  return {
    kind: "tenant",
    uid: keyUid,
    rules: rulesObject(rules),
    expiredAtSeconds: hasExpired ? Number(expiresAtSeconds) : null,
    // At the beginning of time nothing has expired: only the signature counts.
    isGenuine: checkTenantToken(read, textOf(keyUid), hmac, 0) === null,
  }
}

const rulesObject = (rules: ReadonlyArray<TenantRule>): JsonObject =>
  Object.fromEntries(rules.map(({ pattern, filter }) => [pattern, filter === null ? null : { filter }]))
