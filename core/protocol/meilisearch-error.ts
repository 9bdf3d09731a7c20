import { invariant } from "#core/prelude/invariant.ts"
import { codeMeaning } from "./error-codes.ts"
import type { ApiResponse } from "./http-message.ts"

/** The error object of Meilisearch, as it stands in answers and in tasks. */
export interface ErrorBody {
  readonly message: string
  readonly code: string
  readonly type: string
  readonly link: string
}

/** Link bases: Meilisearch's own codes are documented by Meilisearch, ours in this repository. */
const meilisearchLink = "https://docs.meilisearch.com/errors#"
const miroirLink = "docs/reference/errors.md#"

export const errorBody = (code: string, message: string): ErrorBody => {
  const meaning = codeMeaning(code)
  invariant(meaning !== null, "error-codes-are-known", `a client would see the unknown code ${code}`)
  return { message, code, type: meaning.type, link: (code.startsWith("miroir_") ? miroirLink : meilisearchLink) + code }
}

/** The answer that carries an error. 503 and 429 say when to come back. */
export const errorResponse = (error: ErrorBody, retryAfterSeconds = 1): ApiResponse => {
  // An engine of another version may have codes that we do not know: then the type says whose fault it is.
  const status = codeMeaning(error.code)?.status ?? (error.type === "invalid_request" ? 400 : 500)
  const headers: Record<string, string> =
    status === 503 || status === 429 ? { "retry-after": `${retryAfterSeconds}` } : {}
  return { status, body: JSON.stringify(error), headers }
}
