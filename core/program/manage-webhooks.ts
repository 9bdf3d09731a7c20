import { Effect } from "effect"
import type { ClusterRecord } from "#core/ports/store.ts"
import type { ApiRequest, ApiResponse } from "#core/protocol/http-message.ts"
import { errorBody, errorResponse } from "#core/protocol/meilisearch-error.ts"
import { parseJsonBody } from "#core/protocol/parse-json-request.ts"
import { parseUuid } from "#core/prelude/uuid.ts"
import { engineCapabilities } from "#core/protocol/engine-capabilities.ts"
import { type Webhook, type WebhookPatch, checkWebhook, readWebhookPatch, viewWebhook } from "#core/protocol/webhook.ts"
import { drawKeyUid } from "./api-keys.ts"
import { Cluster } from "./cluster.ts"
import { type ClusterState, recordsOf } from "./cluster-state.ts"
import { jsonResponse } from "./respond.ts"
import { webhookKind, webhookOf, webhooksIn } from "./webhook-record.ts"

/** `GET /webhooks`. */
export const listWebhooks = Effect.fnUntraced(function* (_request: ApiRequest) {
  const { state } = yield* Cluster
  return jsonResponse({ results: webhooksIn(state).map(viewIn(state)) })
})

const viewIn = (state: ClusterState) => (webhook: Webhook) =>
  viewWebhook(webhook, engineCapabilities(state.engineVersion).masksWebhookSecrets)

/** `POST /webhooks`. */
export const createWebhook = Effect.fnUntraced(function* (request: ApiRequest) {
  const cluster = yield* Cluster
  const asked = readPatch(request)
  if (asked.tag === "refused") return asked.response
  const { state } = cluster
  if (recordsOf(state, webhookKind).size >= webhooksMax) return errorResponse(errorBody("invalid_webhooks", tooMany))
  const uuid = yield* drawKeyUid
  const checked = checkWebhook({ uuid, url: "", headers: {} }, asked.patch)
  if (checked.tag === "refused") return errorResponse(checked.error)
  yield* cluster.commit({ records: [recordOf(checked.webhook, 0)] })
  return jsonResponse(viewIn(state)(checked.webhook), 201)
})

/** `GET /webhooks/{uuid}`. */
export const getWebhook = Effect.fnUntraced(function* (_request: ApiRequest, text: string) {
  const { state } = yield* Cluster
  const found = find(state, text)
  return found.tag === "refused"
    ? found.response
    : jsonResponse(viewIn(state)(webhookOf(found.uuid, found.record.value)))
})

/** `PATCH /webhooks/{uuid}`. */
export const patchWebhook = Effect.fnUntraced(function* (request: ApiRequest, text: string) {
  const cluster = yield* Cluster
  const asked = readPatch(request)
  if (asked.tag === "refused") return asked.response
  const found = findEditable(cluster.state, text)
  if (found.tag === "refused") return found.response
  const checked = checkWebhook(webhookOf(found.uuid, found.record.value), asked.patch)
  if (checked.tag === "refused") return errorResponse(checked.error)
  yield* cluster.commit({ records: [recordOf(checked.webhook, found.record.revision + 1)] })
  return jsonResponse(viewIn(cluster.state)(checked.webhook))
})

/** `DELETE /webhooks/{uuid}`. */
export const deleteWebhook = Effect.fnUntraced(function* (_request: ApiRequest, text: string) {
  const cluster = yield* Cluster
  const found = findEditable(cluster.state, text)
  if (found.tag === "refused") return found.response
  yield* cluster.commit({ removedRecords: [{ ...found.record, revision: found.record.revision + 1 }] })
  return { status: 204, body: "", headers: {} } satisfies ApiResponse
})

/** Meilisearch's limit. */
const webhooksMax = 20
const tooMany = `Defining too many webhooks would crush the server. Please limit the number of webhooks to ${webhooksMax}. You may use a third-party proxy server to dispatch events to more than ${webhooksMax} endpoints.`

type Refused = { readonly tag: "refused"; readonly response: ApiResponse }
type Found = { readonly tag: "found"; readonly uuid: string; readonly record: ClusterRecord } | Refused

const readPatch = (request: ApiRequest): { readonly tag: "read"; readonly patch: WebhookPatch } | Refused => {
  const parsed = parseJsonBody(request.body, request.headers["content-type"])
  if (parsed.tag === "refused") return { tag: "refused", response: errorResponse(parsed.error) }
  const read = readWebhookPatch(parsed.value)
  return read.tag === "refused" ? { tag: "refused", response: errorResponse(read.error) } : read
}

/** Meilisearch's name for the webhook of its command line, which a proxy does not have; it may not be changed all the same. */
const commandLineUuid = "00000000-0000-0000-0000-000000000000"

const findEditable = (state: ClusterState, text: string): Found => {
  const message = `Webhook \`${commandLineUuid}\` is immutable. The webhook defined from the command line cannot be modified using the API.`
  const parsed = parseUuid(text)
  return parsed.tag === "parsed" && parsed.uuid === commandLineUuid
    ? { tag: "refused", response: errorResponse(errorBody("immutable_webhook", message)) }
    : find(state, text)
}

const find = (state: ClusterState, text: string): Found => {
  const parsed = parseUuid(text)
  if (parsed.tag === "refused") {
    const error = errorBody("invalid_webhook_uuid", `Invalid UUID: ${parsed.reason}`)
    return { tag: "refused", response: errorResponse(error) }
  }
  const { uuid } = parsed
  const record = recordsOf(state, webhookKind).get(uuid)
  return record === undefined
    ? { tag: "refused", response: errorResponse(errorBody("webhook_not_found", `Webhook \`${uuid}\` not found.`)) }
    : { tag: "found", uuid, record }
}

const recordOf = ({ uuid, url, headers }: Webhook, revision: number): ClusterRecord => ({
  kind: webhookKind,
  key: uuid,
  value: { url, headers },
  revision,
})
