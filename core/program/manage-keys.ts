import { Clock, Effect } from "effect"
import { type ApiKey, viewKey } from "#core/access/api-key.ts"
import { parseKeyPage } from "#core/access/parse-key-page.ts"
import { readKeyChange, readNewKey } from "#core/access/read-key-request.ts"
import { parseUuid } from "#core/prelude/uuid.ts"
import { engineCapabilities } from "#core/protocol/engine-capabilities.ts"
import type { ApiRequest, ApiResponse } from "#core/protocol/http-message.ts"
import { errorBody, errorResponse } from "#core/protocol/meilisearch-error.ts"
import { parseJsonBody } from "#core/protocol/parse-json-request.ts"
import { ApiKeys, drawKeyUid, nextCreationMs, removeKey, storeKey } from "./api-keys.ts"
import { Cluster } from "./cluster.ts"
import { jsonResponse } from "./respond.ts"

/*
 * The proxy owns the keys of the cluster: nodes know none of them, and a key that was deleted here is refused at once. So here, unlike
 * anywhere else, the errors of requests are worded by the proxy.
 */

/** `GET /keys`: the newest first. */
export const listKeys = Effect.fnUntraced(function* (request: ApiRequest) {
  const keys = yield* ApiKeys
  const parsed = parseKeyPage(request.query)
  if (parsed.tag === "refused") return errorResponse(parsed.error)
  const { offset, limit } = parsed
  const all = keys.all()
  const results = all.slice(offset, offset + limit).map((key) => viewKey(key, keys.textOf(key.uid)))
  return jsonResponse({ results, offset, limit, total: all.length })
})

/** `POST /keys`. */
export const createKey = Effect.fnUntraced(function* (request: ApiRequest) {
  const { state } = yield* Cluster
  const keys = yield* ApiKeys
  const parsed = parseJsonBody(request.body, request.headers["content-type"])
  if (parsed.tag === "refused") return errorResponse(parsed.error)
  const read = readNewKey(parsed.value, yield* Clock.currentTimeMillis, engineCapabilities(state.engineVersion))
  if (read.tag === "refused") return errorResponse(read.error)
  const uid = read.value.uid ?? (yield* drawKeyUid)
  if (keys.byUid(uid) !== null)
    return errorResponse(
      errorBody("api_key_already_exists", `\`uid\` field value \`${uid}\` is already an existing API key.`),
    )
  const createdAtMs = yield* nextCreationMs()
  const key: ApiKey = { ...read.value, uid, createdAtMs, updatedAtMs: createdAtMs }
  yield* storeKey(key)
  return jsonResponse(viewKey(key, keys.textOf(uid)), 201)
})

/** `GET /keys/{uidOrKey}`. */
export const getKey = Effect.fnUntraced(function* (_request: ApiRequest, uidOrKey: string) {
  const keys = yield* ApiKeys
  const key = yield* findKey(uidOrKey)
  return key === null ? notFound(uidOrKey) : jsonResponse(viewKey(key, keys.textOf(key.uid)))
})

/** `PATCH /keys/{uidOrKey}`: name and description. */
export const updateKey = Effect.fnUntraced(function* (request: ApiRequest, uidOrKey: string) {
  const keys = yield* ApiKeys
  const parsed = parseJsonBody(request.body, request.headers["content-type"])
  if (parsed.tag === "refused") return errorResponse(parsed.error)
  const change = readKeyChange(parsed.value)
  if (change.tag === "refused") return errorResponse(change.error)
  const key = yield* findKey(uidOrKey)
  if (key === null) return notFound(uidOrKey)
  const changed: ApiKey = { ...key, ...change.value, updatedAtMs: yield* Clock.currentTimeMillis }
  yield* storeKey(changed)
  return jsonResponse(viewKey(changed, keys.textOf(key.uid)))
})

/** `DELETE /keys/{uidOrKey}`. */
export const deleteKey = Effect.fnUntraced(function* (_request: ApiRequest, uidOrKey: string) {
  const key = yield* findKey(uidOrKey)
  if (key === null) return notFound(uidOrKey)
  yield* removeKey(key.uid)
  return { status: 204, body: "", headers: {} } satisfies ApiResponse
})

/** By the uid in any of its forms, or by what clients send. */
const findKey = Effect.fnUntraced(function* (uidOrKey: string) {
  const keys = yield* ApiKeys
  const parsed = parseUuid(uidOrKey)
  return parsed.tag === "parsed" ? keys.byUid(parsed.uuid) : keys.byText(uidOrKey)
})

const notFound = (uidOrKey: string): ApiResponse =>
  errorResponse(errorBody("api_key_not_found", `API key \`${uidOrKey}\` not found.`))
