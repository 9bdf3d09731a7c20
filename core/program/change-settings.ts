import { Effect } from "effect"
import { invalidIndexUidMessage, isValidIndexUid, newIndex } from "#core/catalogue/new-index.ts"
import type { IndexRecord } from "#core/catalogue/index-record.ts"
import { type Json, type JsonObject, isJsonObject } from "#core/prelude/json.ts"
import { reservedPrefix } from "#core/protocol/hidden-fields.ts"
import type { ApiRequest } from "#core/protocol/http-message.ts"
import { errorBody, errorResponse } from "#core/protocol/meilisearch-error.ts"
import { parseJsonBody } from "#core/protocol/parse-json-request.ts"
import { mergeDesiredSettings } from "#core/settings/desired-settings.ts"
import { toPhysicalPatch } from "#core/settings/physical-settings.ts"
import { type SettingsRoute, chatRoute, settingsRoutes } from "#core/settings/settings-routes.ts"
import { normalizeDetails } from "#core/settings/normalize-details.ts"
import { projectedSettings } from "#core/tasks/projected-settings.ts"
import { placeShards } from "#core/topology/place-shards.ts"
import { allShardsOf, broadcast, preludeFor, sendBare, sendJson } from "#core/writing/broadcast.ts"
import type { NodeSend } from "#core/writing/write-draft.ts"
import { engineCapabilities } from "#core/protocol/engine-capabilities.ts"
import { askNodeForError } from "./ask-node-for-error.ts"
import { isOnlyOnNodes } from "./asked-features.ts"
import { Cluster } from "./cluster.ts"
import { Follower } from "./follow-tasks.ts"
import { chatsAreOff } from "./refuse-by-node.ts"
import { type Understood, runWrite } from "./write.ts"

/** `PATCH /indexes/{uid}/settings`. */
export const patchSettings = Effect.fnUntraced(function* (request: ApiRequest, uid: string) {
  const parsed = parseJsonBody(request.body, request.headers["content-type"])
  if (parsed.tag === "refused") return errorResponse(parsed.error)
  const { state } = yield* Cluster
  if (isJsonObject(parsed.value) && (parsed.value["chat"] ?? null) !== null && isOnlyOnNodes(state, "chatCompletions"))
    return errorResponse(chatsAreOff(request))
  // A node says what is wrong, in its order of checks: the body comes before the uid.
  if (!isJsonObject(parsed.value) || !isValidIndexUid(uid))
    return yield* askNodeForError(request, uid, null, "/settings")
  return yield* change(uid, { patch: parsed.value, shown: parsed.value, sub: null, isReset: false })
})

/** `DELETE /indexes/{uid}/settings`: every setting is reset. */
export const resetSettings = Effect.fnUntraced(function* (_request: ApiRequest, uid: string) {
  const { state } = yield* Cluster
  const { listedResets } = engineCapabilities(state.engineVersion)
  const resettable = [...Object.values(settingsRoutes), chatRoute]
  const patch = Object.fromEntries(resettable.map(({ setting }) => [setting, null]))
  const listed = Object.fromEntries(listedResets.map((setting) => [setting, null]))
  return yield* change(uid, { patch, shown: { ...patch, ...listed }, sub: null, isReset: true })
})

/** `PUT`, `PATCH` and `DELETE` of one setting. */
export const changeSetting = Effect.fnUntraced(function* (
  request: ApiRequest,
  uid: string,
  route: string,
  { setting, verb }: SettingsRoute = settingsRoutes[route]!,
) {
  const sub = { route, verb }
  if (request.method === "DELETE") {
    const patch = { [setting]: null }
    return yield* change(uid, { patch, shown: patch, sub, isReset: true })
  }
  const parsed = parseJsonBody(request.body, request.headers["content-type"])
  if (parsed.tag === "refused") return errorResponse(parsed.error)
  if (!isValidIndexUid(uid)) return yield* askNodeForError(request, uid, null, `/settings/${route}`)
  const patch = { [setting]: parsed.value }
  return yield* change(uid, { patch, shown: patch, sub, isReset: false })
})

interface SubRoute {
  readonly route: string
  readonly verb: "PUT" | "PATCH"
}

interface SettingsChange {
  readonly patch: JsonObject
  /** The patch as the task shows it, before it is put into the engine's words. */
  readonly shown: JsonObject
  /** null: all settings at once. */
  readonly sub: SubRoute | null
  /** A reset never creates an index. */
  readonly isReset: boolean
}

const change = Effect.fnUntraced(function* (uid: string, asked: SettingsChange) {
  const { patch, shown, sub, isReset } = asked
  if (!isValidIndexUid(uid)) return errorResponse(errorBody("invalid_index_uid", invalidIndexUidMessage(uid)))
  if (JSON.stringify(patch).includes(`"${reservedPrefix}`))
    return errorResponse(
      errorBody("miroir_reserved_field", `Attributes that begin with \`${reservedPrefix}\` are reserved.`),
    )
  const follower = yield* Follower
  return yield* runWrite(uid, (state): Understood => {
    const known = state.writable.get(uid) ?? null
    const isNew = known === null && !isReset
    const desired = projectedSettings(known, follower.liveTasks())
    return {
      tag: "write",
      draft: (version) => {
        const record = known ?? newIndex(uid, isNew ? version : 0, null, state.topology, placeShards)
        return {
          kind: "settingsUpdate",
          record,
          catalogue: isNew ? "created" : "untouched",
          shards: allShardsOf(record),
          touched: { tag: "nothing" },
          details: normalizeDetails(shown),
          detailsWhenDone: null,
          change: { tag: "patch-settings", patch },
          verdict: null,
        }
      },
      sends: ({ record }) => {
        // Of an index that does not exist every node says so: that is the outcome of the task.
        if (known === null && isReset) return broadcast(record, sendBare("DELETE", settingsPath(record, sub)))
        const physical = toPhysicalPatch(patch, desired)
        // The change first: a node that refuses it must not have created the index already.
        return [
          ...broadcast(record, settingsRequest(record, physical, sub)),
          ...preludeFor(record, mergeDesiredSettings(desired, patch)),
        ]
      },
    }
  })
})

const settingsPath = ({ physicalUid }: IndexRecord, sub: SubRoute | null): string =>
  `/indexes/${physicalUid}/settings${sub === null ? "" : `/${sub.route}`}`

/** One setting travels on its own route, because a node words its errors after the route. */
const settingsRequest = (record: IndexRecord, physical: JsonObject, sub: SubRoute | null): NodeSend["request"] => {
  if (sub === null) return sendJson("PATCH", settingsPath(record, sub), physical)
  const value: Json = Object.values(physical)[0] ?? null
  return sendJson(sub.verb, settingsPath(record, sub), value)
}
