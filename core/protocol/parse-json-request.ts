import type { Json } from "#core/prelude/json.ts"
import { type ErrorBody, errorBody } from "./meilisearch-error.ts"
import { readJson } from "./read-json.ts"

export type ParsedBody =
  /** `text` is the body as sent: numbers beyond 2^53 are whole only there. */
  | { readonly tag: "parsed"; readonly value: Json; readonly text: string }
  | { readonly tag: "refused"; readonly error: ErrorBody }

/** Reads the body of a JSON route. Refuses in the engine's order: content type, empty body, syntax. */
export const parseJsonBody = (bytes: Uint8Array, contentType: string | undefined): ParsedBody => {
  if (contentType === undefined) return refuse("missing_content_type", `A Content-Type header is missing. ${accepted}`)
  if (!isJsonType(contentType)) {
    return refuse("invalid_content_type", `The Content-Type \`${contentType}\` is invalid. ${accepted}`)
  }
  if (bytes.length === 0) return refuse("missing_payload", "A json payload is missing.")
  const read = readJson(bytes)
  return read.tag === "malformed"
    ? refuse("malformed_payload", `The json payload provided is malformed. \`${read.problem}\`.`)
    : { tag: "parsed", value: read.value, text: read.text }
}

const accepted = "Accepted values for the Content-Type header are: `application/json`"

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]"
const tokenWithoutPlus = "[!#$%&'*.^_`|~0-9A-Za-z-]"
const parameter = `;[ \\t]*(?:${token}+=(?:${token}*|"[^"]*"))`
const mediaType = new RegExp(`^${token}+/(${token}+?)(?:\\+(${tokenWithoutPlus}*))?(?:${parameter})*;?$`)

/**
 * The engine looks at the last part only: `text/json` and `application/vnd.api+json` are JSON to it. Parameters are
 * ignored, but must be well-formed.
 */
const isJsonType = (contentType: string): boolean => {
  const found = mediaType.exec(contentType)
  if (found === null) return false
  const [, subtype = "", suffix = ""] = found
  return subtype.toLowerCase() === "json" || suffix.toLowerCase() === "json"
}

const refuse = (code: string, message: string): ParsedBody => ({ tag: "refused", error: errorBody(code, message) })
