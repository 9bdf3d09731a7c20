import { Effect } from "effect"
import { exportDetails, readExportPlan } from "#core/documents/export-plan.ts"
import { type Json, type JsonObject, isJsonObject } from "#core/prelude/json.ts"
import { encodeUtf8 } from "#core/prelude/utf8.ts"
import type { ApiRequest } from "#core/protocol/http-message.ts"
import { errorResponse } from "#core/protocol/meilisearch-error.ts"
import { parseJsonBody } from "#core/protocol/parse-json-request.ts"
import { summarizeTask } from "#core/tasks/view-task.ts"
import { askNode } from "./ask-node-for-error.ts"
import { FleetTasks } from "./fleet-tasks.ts"
import { jsonResponse } from "./respond.ts"

/** `POST /dumps`. */
export const createDump = Effect.fnUntraced(function* (_request: ApiRequest) {
  const task = yield* (yield* FleetTasks).enqueue("dumpCreation", { dumpUid: null }, null)
  return jsonResponse(summarizeTask(task), 202)
})

/** `POST /snapshots`. */
export const createSnapshots = Effect.fnUntraced(function* (_request: ApiRequest) {
  const task = yield* (yield* FleetTasks).enqueue("snapshotCreation", null, null)
  return jsonResponse(summarizeTask(task), 202)
})

/** `POST /export`: answered 200, as the engine does. */
export const startExport = Effect.fnUntraced(function* (request: ApiRequest) {
  const parsed = parseJsonBody(request.body, request.headers["content-type"])
  if (parsed.tag === "refused") return errorResponse(parsed.error)
  const plan = readExportPlan(parsed.value)
  // A node that took the request after all must not send its documents anywhere.
  if (plan === null) return yield* askNode({ ...request, body: withoutTarget(parsed.value) }, "/export", "", "")
  const task = yield* (yield* FleetTasks).enqueue("export", exportDetails(plan), parsed.value as JsonObject)
  return jsonResponse(summarizeTask(task))
})

const withoutTarget = (value: Json): Uint8Array => {
  const hasTarget = isJsonObject(value) && typeof value["url"] === "string"
  return encodeUtf8(JSON.stringify(hasTarget ? { ...value, url: "" } : value))
}
