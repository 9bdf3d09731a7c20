import { debugString } from "#core/protocol/serde-json-print.ts"
import { type ErrorBody, errorBody } from "#core/protocol/meilisearch-error.ts"
import type { RequiredAction } from "#core/protocol/key-actions.ts"
import type { ApiKey } from "./api-key.ts"
import { type Caller, mayTenantSee, unrestrictedCaller } from "./caller.ts"
import { grantsAction } from "./grants-action.ts"
import type { Hmac } from "./hmac.ts"
import { matchesAnyPattern } from "./index-pattern.ts"
import { invalidApiKey } from "./invalid-api-key.ts"
import { isSameSecret } from "./is-same-secret.ts"
import type { TenantRule } from "./read-claims.ts"
import { checkTenantToken, readTenantToken } from "./tenant-token.ts"

/** What a request needs. `master`: the master key itself, for what Meilisearch does not know. */
export interface Required {
  readonly action: RequiredAction | "master"
  /** The uid in the path; null for a route without one. */
  readonly index: string | null
}

/** What the proxy knows of keys at this moment. */
export interface KnownKeys {
  readonly masterKey: string | null
  readonly keyByUid: (uid: string) => ApiKey | null
  /** The key whose text this is. */
  readonly keyByText: (text: string) => ApiKey | null
  readonly textOf: (uid: string, masterKey: string) => string
  readonly hmac: Hmac
  readonly nowMs: number
  /** Since v1.50 a key that is limited to some indexes opens only those routes without an index whose handlers filter. */
  readonly limitsScopedKeys: boolean
}

export type Authenticated =
  { readonly tag: "allowed"; readonly caller: Caller } | { readonly tag: "refused"; readonly error: ErrorBody }

/**
 * Who asks, and may he? In the engine's order: the form of the header, the master key, a tenant token (only where searching is asked),
 * an API key; then the indexes of the token, those of the key, and at last the action and the expiry. `header` is the value of
 * `Authorization` without space around it: the scheme is exactly `Bearer`, one space, and the rest is the token.
 */
export const authenticate = (header: string | undefined, required: Required, known: KnownKeys): Authenticated => {
  const { masterKey } = known
  const isKeys = required.action.startsWith("keys.")
  if (header === undefined) {
    if (masterKey !== null) return refuse("missing_authorization_header", missingHeader)
    return isKeys ? refuse("missing_master_key", missingMasterKey) : allowed(unrestrictedCaller)
  }
  const [scheme, ...rest] = header.split(" ")
  if (scheme !== "Bearer") return refuse("missing_authorization_header", missingHeader)
  const token = rest.join(" ")
  if (token === "") return invalidKey
  if (masterKey === null) return isKeys ? refuse("missing_master_key", missingMasterKey) : allowed(unrestrictedCaller)
  if (isSameSecret(token, masterKey)) return allowed(unrestrictedCaller)
  if (required.action === "master") return invalidKey
  const identified = identify(token, masterKey, required, known)
  return identified.tag === "refused"
    ? identified
    : checkRights(identified.key, identified.rules, { action: required.action, index: required.index }, known)
}

type Identified =
  | { readonly tag: "identified"; readonly key: ApiKey; readonly rules: ReadonlyArray<TenantRule> | null }
  | Extract<Authenticated, { readonly tag: "refused" }>

const identify = (token: string, masterKey: string, { action }: Required, known: KnownKeys): Identified => {
  const tenant =
    action === "search" || action === "chatCompletions" ? readTenantToken(token) : ({ tag: "absent" } as const)
  if (tenant.tag === "absent") {
    const key = known.keyByText(token)
    return key === null ? invalidKey : { tag: "identified", key, rules: null }
  }
  if (tenant.tag === "refused") return refuse("invalid_api_key", tenant.message)
  const { keyUid, rules } = tenant.claims
  // Signed with the text that the key would have: whether it exists is looked at afterwards.
  const problem = checkTenantToken(tenant, known.textOf(keyUid, masterKey), known.hmac, known.nowMs)
  if (problem !== null) return refuse("invalid_api_key", problem)
  const key = known.keyByUid(keyUid)
  return key === null ? invalidKey : { tag: "identified", key, rules }
}

const checkRights = (
  key: ApiKey,
  rules: ReadonlyArray<TenantRule> | null,
  { action, index }: Required & { readonly action: RequiredAction },
  { nowMs, limitsScopedKeys }: KnownKeys,
): Authenticated => {
  const isAlive = key.expiresAtMs === null || nowMs < key.expiresAtMs
  const hasIndexes = key.indexes.length > 0
  const caller: Caller = {
    keyIndexes: key.indexes,
    tenantRules: rules,
    mayCreateIndexes: isAlive && hasIndexes && grantsAction(key.actions, "indexes.create"),
  }
  if (index !== null && !mayTenantSee(caller, index)) {
    const patterns = rules?.map(({ pattern }) => pattern) ?? []
    return cannotAccess(`The provided tenant token cannot acces the index \`${index}\`, allowed indexes`, patterns)
  }
  if (index !== null && !matchesAnyPattern(key.indexes, index)) {
    // What a tenant's key may see is no business of the tenant.
    if (rules !== null)
      return refuse(
        "invalid_api_key",
        `The API key used to generate this tenant token cannot acces the index \`${index}\`.`,
      )
    return cannotAccess(`The API key cannot acces the index \`${index}\`, authorized indexes`, key.indexes)
  }
  const isScoped = !key.indexes.includes("*")
  if (limitsScopedKeys && isScoped && index === null && !filteringActions.has(action)) return invalidKey
  return isAlive && hasIndexes && grantsAction(key.actions, action) ? allowed(caller) : invalidKey
}

const cannotAccess = (sentence: string, patterns: ReadonlyArray<string>): Authenticated => {
  const listed = [...new Set(patterns)].sort().map(debugString).join(", ")
  return refuse("invalid_api_key", `${sentence} are [${listed}].`)
}

const filteringActions: ReadonlySet<string> = new Set<RequiredAction>([
  "search",
  "documents.get",
  "indexes.create",
  "indexes.get",
  "indexes.swap",
  "tasks.get",
  "tasks.cancel",
  "tasks.delete",
  "settings.get",
  "stats.get",
  "chatCompletions",
])

const missingHeader = "The Authorization header is missing. It must use the bearer authorization method."
const missingMasterKey =
  "Meilisearch is running without a master key. To access this API endpoint, you must have set a master key at launch."

const allowed = (caller: Caller): Authenticated => ({ tag: "allowed", caller })

const refuse = (code: string, message: string): Extract<Authenticated, { readonly tag: "refused" }> => ({
  tag: "refused",
  error: errorBody(code, message),
})

const invalidKey = { tag: "refused", error: invalidApiKey } as const
