import { type Json, isJsonObject } from "#core/prelude/json.ts"
import { parseUuid } from "#core/prelude/uuid.ts"
import { invalidValue, missingField, unknownField, unknownValue, wrongType } from "#core/protocol/deserr-messages.ts"
import type { EngineCapabilities } from "#core/protocol/engine-capabilities.ts"
import { type ErrorBody, errorBody } from "#core/protocol/meilisearch-error.ts"
import type { ApiKey } from "./api-key.ts"
import { readExpiry } from "./expiry.ts"
import { indexPatternProblem } from "./index-pattern.ts"

/** What a client asked for; `uid` is absent where the proxy shall choose one. */
export interface NewKey extends Omit<ApiKey, "uid" | "createdAtMs" | "updatedAtMs"> {
  readonly uid: string | null
}

export type KeyChange = Partial<Pick<ApiKey, "name" | "description">>

export type ReadKey<A> =
  { readonly tag: "read"; readonly value: A } | { readonly tag: "refused"; readonly error: ErrorBody }

/** The body of `POST /keys`, as the engine's version reads it. The first mistake in the order of the body is the answer. */
export const readNewKey = (
  body: Json,
  nowMs: number,
  engine: Pick<EngineCapabilities, "keyActions" | "limitsScopedKeys">,
): ReadKey<NewKey> => {
  if (!isJsonObject(body)) return refuse("bad_request", wrongType(top, ["an object"], body))
  let key: NewKey = emptyKey
  for (const [name, value = null] of Object.entries(body)) {
    const read = readMember(name, value, nowMs, engine.keyActions)
    if (read.tag === "refused") return read
    key = { ...key, ...read.value }
  }
  for (const [field, code] of requiredFields)
    if (!Object.hasOwn(body, field)) return refuse(code, missingField(top, field))
  const tooFar = engine.limitsScopedKeys && !key.indexes.includes("*") ? key.actions.find(isGlobalAction) : undefined
  return tooFar === undefined
    ? { tag: "read", value: key }
    : refuse(
        "index_scoped_api_key_with_global_action",
        `cannot create index-scoped API key with global action \`"${tooFar}"\``,
      )
}

/** The body of `PATCH /keys/{uid}`. */
export const readKeyChange = (body: Json): ReadKey<KeyChange> => {
  if (!isJsonObject(body)) return refuse("bad_request", wrongType(top, ["an object"], body))
  let change: KeyChange = {}
  for (const [name, value = null] of Object.entries(body)) {
    const immutable = immutableFields.get(name)
    if (immutable !== undefined)
      return refuse(immutable, `Immutable field \`${name}\`: expected one of \`description\`, \`name\``)
    if (name !== "description" && name !== "name")
      return refuse("bad_request", unknownField("", name, ["description", "name"]))
    const read = readText(name, value)
    if (read.tag === "refused") return read
    change = { ...change, ...read.value }
  }
  return { tag: "read", value: change }
}

const top = { tag: "body", path: "" } as const
const newKeyFields = ["description", "name", "uid", "actions", "indexes", "expiresAt"]
const requiredFields = [
  ["actions", "missing_api_key_actions"],
  ["indexes", "missing_api_key_indexes"],
  ["expiresAt", "missing_api_key_expires_at"],
] as const

const immutableFields: ReadonlyMap<string, string> = new Map([
  ["uid", "immutable_api_key_uid"],
  ["actions", "immutable_api_key_actions"],
  ["indexes", "immutable_api_key_indexes"],
  ["expiresAt", "immutable_api_key_expires_at"],
  ["createdAt", "immutable_api_key_created_at"],
  ["updatedAt", "immutable_api_key_updated_at"],
])

const emptyKey: NewKey = {
  uid: null,
  name: null,
  description: null,
  actions: [],
  indexes: [],
  expiresAt: null,
  expiresAtMs: null,
}

const readMember = (
  name: string,
  value: Json,
  nowMs: number,
  actions: ReadonlyArray<string>,
): ReadKey<Partial<NewKey>> => {
  switch (name) {
    case "name":
    case "description":
      return readText(name, value)
    case "uid":
      return readUid(value)
    case "actions":
      return readStrings("actions", "invalid_api_key_actions", value, (action, path) =>
        actions.includes(action) ? null : unknownValue({ tag: "body", path }, action, actions),
      )
    case "indexes":
      return readStrings("indexes", "invalid_api_key_indexes", value, (pattern, path) => {
        const problem = indexPatternProblem(pattern)
        return problem === null ? null : invalidValue({ tag: "body", path }, problem)
      })
    case "expiresAt":
      return readExpiresAt(value, nowMs)
    default:
      return refuse("bad_request", unknownField("", name, newKeyFields))
  }
}

const readText = (name: "name" | "description", value: Json): ReadKey<KeyChange> =>
  value === null || typeof value === "string"
    ? { tag: "read", value: { [name]: value } }
    : refuse(`invalid_api_key_${name}`, wrongType({ tag: "body", path: `.${name}` }, ["a string"], value))

const readUid = (value: Json): ReadKey<Partial<NewKey>> => {
  const place = { tag: "body", path: ".uid" } as const
  if (typeof value !== "string") return refuse("invalid_api_key_uid", wrongType(place, ["a string"], value))
  const parsed = parseUuid(value)
  return parsed.tag === "parsed"
    ? { tag: "read", value: { uid: parsed.uuid } }
    : refuse("invalid_api_key_uid", invalidValue(place, parsed.reason))
}

const readStrings = (
  name: "actions" | "indexes",
  code: string,
  value: Json,
  problemOf: (member: string, path: string) => string | null,
): ReadKey<Partial<NewKey>> => {
  if (!Array.isArray(value)) return refuse(code, wrongType({ tag: "body", path: `.${name}` }, ["an array"], value))
  const members: ReadonlyArray<Json> = value
  for (const [position, member] of members.entries()) {
    const path = `.${name}[${position}]`
    if (typeof member !== "string") return refuse(code, wrongType({ tag: "body", path }, ["a string"], member))
    const problem = problemOf(member, path)
    if (problem !== null) return refuse(code, problem)
  }
  return { tag: "read", value: { [name]: members } }
}

const readExpiresAt = (value: Json, nowMs: number): ReadKey<Partial<NewKey>> => {
  const place = { tag: "body", path: ".expiresAt" } as const
  if (value === null) return { tag: "read", value: { expiresAt: null, expiresAtMs: null } }
  if (typeof value !== "string") return refuse("invalid_api_key_expires_at", wrongType(place, ["a string"], value))
  const expiry = readExpiry(value, nowMs)
  return expiry === null
    ? refuse("invalid_api_key_expires_at", invalidValue(place, notADate(value)))
    : { tag: "read", value: { expiresAt: expiry.text, expiresAtMs: expiry.ms } }
}

/** The engine ends this sentence with a line feed. */
const notADate = (text: string): string =>
  `\`${text}\` is not a valid date. It should follow the RFC 3339 format to represents a date or datetime in the future or specified as a null value. e.g. 'YYYY-MM-DD' or 'YYYY-MM-DD HH:MM:SS'.\n`

const refuse = (code: string, message: string): { readonly tag: "refused"; readonly error: ErrorBody } => ({
  tag: "refused",
  error: errorBody(code, message),
})

/** Since v1.50 a key for some indexes only cannot hold what concerns the whole server. */
const isGlobalAction = (action: string): boolean =>
  /^(tasks\.compact|version|export|(metrics|dumps|snapshots|keys|experimental|network|chats|chatsSettings|webhooks|dynamicSearchRules)\..*)$/.test(
    action,
  )
