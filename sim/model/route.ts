import { invalidIndexUidMessage, isValidIndexUid } from "#core/catalogue/new-index.ts"
import type { Json, JsonObject } from "#core/prelude/json.ts"
import { decodeUtf8, encodeUtf8 } from "#core/prelude/utf8.ts"
import type { NodeResponse } from "#core/protocol/http-message.ts"
import { parseJsonBody } from "#core/protocol/parse-json-request.ts"
import type { ModelNode } from "./model-node.ts"
import { enqueueTask, summarizeModelTask, type Work } from "./model-tasks.ts"
import type { ModelIndex } from "./model-index.ts"
import { Refusal, refuse } from "./refusal.ts"

/** A request whose route is known. */
export interface RoutedRequest {
  readonly node: ModelNode
  readonly method: string
  /** Decoded segments of the path that the route leaves open: the index, then the document. */
  readonly segments: ReadonlyArray<string>
  /** Of repeated parameters the last one. */
  readonly parameters: Readonly<Record<string, string>>
  /** The query string as sent, without its `?`. */
  readonly query: string
  readonly contentType: string | null
  readonly body: string | Uint8Array | null
  readonly nowMs: number
}

/** `path`: `*` stands for one open segment. */
export interface Route {
  readonly path: string
  readonly answer: Readonly<Record<string, (request: RoutedRequest) => NodeResponse>>
}

export const json = (value: Json, status = 200): NodeResponse => ({ status, body: JSON.stringify(value) })

export const bodyText = (body: string | Uint8Array | null): string =>
  body === null ? "" : typeof body === "string" ? body : decodeUtf8(body)

/** Accepts what the engine accepts, and says what it says otherwise. */
export const readJson = (request: RoutedRequest): Json => {
  const parsed = parseJsonBody(encodeUtf8(bodyText(request.body)), request.contentType ?? undefined)
  if (parsed.tag === "refused") throw new Refusal(parsed.error)
  return parsed.value
}

/** The media type without its parameters. */
export const checkContentType = (contentType: string | null, accepted: ReadonlyArray<string>): string => {
  const list = `Accepted values for the Content-Type header are: ${accepted.map((name) => `\`${name}\``).join(", ")}`
  if (contentType === null) return refuse("missing_content_type", `A Content-Type header is missing. ${list}`)
  const mediaType = contentType.split(";")[0]!.trim().toLowerCase()
  if (accepted.includes(mediaType)) return mediaType
  return refuse("invalid_content_type", `The Content-Type \`${contentType}\` is invalid. ${list}`)
}

/** The index that the path names; checked only after the body, as in the engine. */
export const indexUid = (request: RoutedRequest): string => {
  const uid = request.segments[0] ?? ""
  return isValidIndexUid(uid) ? uid : refuse("invalid_index_uid", invalidIndexUidMessage(uid))
}

export const existingIndex = (request: RoutedRequest): ModelIndex => {
  const uid = indexUid(request)
  return request.node.indexes.get(uid) ?? refuse("index_not_found", `Index \`${uid}\` not found.`)
}

/** Enqueues a task and answers with its summary. */
export const accept = (
  request: RoutedRequest,
  uid: string | null,
  work: Work,
  details: JsonObject,
  status = 202,
): NodeResponse => json(summarizeModelTask(enqueueTask(request.node.queue, uid, work, details, request.nowMs)), status)
