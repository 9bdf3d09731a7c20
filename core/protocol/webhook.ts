import { type Json, type JsonObject, isJsonObject } from "#core/prelude/json.ts"
import { type JsonKind, unknownField, wrongType } from "./deserr-messages.ts"
import { type ErrorBody, errorBody } from "./meilisearch-error.ts"
import { whyNoUrl } from "./why-no-url.ts"

/** Who is told of tasks that have ended. */
export interface Webhook {
  readonly uuid: string
  readonly url: string
  /** Names as the client wrote them. */
  readonly headers: Readonly<Record<string, string>>
}

/** What a client wants of a webhook; null: nothing in its place. */
export interface WebhookPatch {
  readonly url?: string | null
  readonly headers?: Readonly<Record<string, string | null>> | null
}

type Refused = { readonly tag: "refused"; readonly error: ErrorBody }

const refuse = (code: string, message: string): Refused => ({ tag: "refused", error: errorBody(code, message) })

/** Reads the body of `POST /webhooks` and `PATCH /webhooks/{uuid}`, and refuses it in the engine's words (compared with v1.21.0). */
export const readWebhookPatch = (value: Json): { readonly tag: "read"; readonly patch: WebhookPatch } | Refused => {
  if (!isJsonObject(value)) return wrong("bad_request", "", "an object", value)
  const accepted = ["url", "headers"]
  for (const [name, member = null] of Object.entries(value as JsonObject)) {
    if (name === "uuid" || name === "isEditable") {
      const code = name === "uuid" ? "immutable_webhook_uuid" : "immutable_webhook_is_editable"
      return refuse(code, `Immutable field \`${name}\`: expected one of \`url\`, \`headers\``)
    }
    if (!accepted.includes(name)) return refuse("bad_request", unknownField("", name, accepted))
    if (member === null) continue
    if (name === "url" && typeof member !== "string") return wrong("invalid_webhook_url", ".url", "a string", member)
    if (name !== "headers") continue
    if (!isJsonObject(member)) return wrong("invalid_webhook_headers", ".headers", "an object", member)
    for (const [header, text = null] of Object.entries(member as JsonObject))
      if (text !== null && typeof text !== "string")
        return wrong("invalid_webhook_headers", `.headers.${header}`, "a string", text)
  }
  return { tag: "read", patch: value as WebhookPatch }
}

const wrong = (code: string, path: string, expected: JsonKind, found: Json): Refused =>
  refuse(code, wrongType({ tag: "body", path }, [expected], found))

/** Meilisearch's limit. */
const headersMax = 200

/** The webhook after the patch, if it is one that may be kept. */
export const checkWebhook = (
  before: Webhook,
  patch: WebhookPatch,
): { readonly tag: "kept"; readonly webhook: Webhook } | Refused => {
  const { uuid } = before
  const url = patch.url === undefined ? before.url : (patch.url ?? "")
  if (url === "") return refuse("invalid_webhook_url", `The URL for the webhook \`${uuid}\` is missing.`)
  const headers = mergeHeaders(before, patch)
  if (Object.keys(headers).length > headersMax)
    return refuse(
      "invalid_webhook_headers",
      `Too many headers for the webhook \`${uuid}\`. Please limit the number of headers to ${headersMax}. Hint: To remove an already defined header set its value to \`null\``,
    )
  for (const [name, text] of Object.entries(headers)) {
    if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name))
      return refuse("invalid_webhook_headers", `Invalid header name \`${name}\`: invalid HTTP header name`)
    if ([...text].some(isForbidden))
      return refuse("invalid_webhook_headers", `Invalid header value \`${name}\`: failed to parse header value`)
  }
  const reason = whyNoUrl(url)
  if (reason !== null) return refuse("invalid_webhook_url", `Invalid URL \`${url}\`: ${reason}`)
  return { tag: "kept", webhook: { uuid, url, headers } }
}

/** Control characters but the tab; anything beyond ASCII is allowed. */
const isForbidden = (character: string): boolean => character === "\u007f" || (character < " " && character !== "\t")

/** In a new webhook a header without a value is an empty one; later it takes the header away. Sorted by name. */
const mergeHeaders = (before: Webhook, { headers: asked = {} }: WebhookPatch): Readonly<Record<string, string>> => {
  if (asked === null) return {}
  const isNew = before.url === ""
  const merged = new Map(Object.entries(before.headers))
  for (const [name, text] of Object.entries(asked))
    if (text !== null || isNew) merged.set(name, text ?? "")
    else merged.delete(name)
  return Object.fromEntries([...merged].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** As `GET /webhooks/{uuid}` shows it. */
export const viewWebhook = ({ uuid, url, headers }: Webhook, masksSecrets: boolean): JsonObject => ({
  uuid,
  isEditable: true,
  url,
  headers: Object.fromEntries(
    Object.entries(headers).map(([name, text]) => [
      name,
      masksSecrets && name.toLowerCase() === "authorization" ? mask(text) : text,
    ]),
  ),
})

const mask = (text: string): string => `${text.slice(0, text.length > 40 ? 5 : text.length > 10 ? 2 : 0)}XXX...`
