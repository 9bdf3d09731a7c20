import type { ApiResponse } from "#core/protocol/http-message.ts"
import { varyHeader } from "./cors.ts"

/** An answer as a server writes it: every header is final but `content-length` and `date`, which servers add themselves. */
export interface WireResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** True when a part of the request's body was left unread, so that nothing after it on this connection makes sense. */
  readonly closesConnection: boolean
}

/** Adds what stands on every answer: the content type of JSON where there is a body, and the headers of cross-origin use. */
export const wireResponse = (
  response: ApiResponse,
  requestHeaders: Readonly<Record<string, string | undefined>>,
  closesConnection = false,
): WireResponse => {
  const headers: Record<string, string> = { vary: varyHeader }
  if (response.body !== "") headers["content-type"] = "application/json"
  if (requestHeaders["origin"] !== undefined) headers["access-control-allow-origin"] = "*"
  return {
    status: response.status,
    headers: Object.assign(headers, response.headers),
    body: response.body,
    closesConnection,
  }
}
