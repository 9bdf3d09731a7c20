import type { ApiResponse } from "#core/protocol/http-message.ts"
import { varyHeader } from "./cors.ts"
import { type ContentCoding, codingsOffered, type NegotiatedCoding } from "./negotiate-coding.ts"

/** An answer as a server writes it: every header is final but `content-length` and `date`, which servers add themselves. */
export interface WireResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** How the server compresses the body; the headers say so already. */
  readonly coding: ContentCoding | "identity"
  /** True when a part of the request's body was left unread, so that nothing after it on this connection makes sense. */
  readonly closesConnection: boolean
}

/** Adds what stands on every answer: the content type of JSON where there is a body, and the headers of cross-origin use. */
export const wireResponse = (
  response: ApiResponse,
  requestHeaders: Readonly<Record<string, string | undefined>>,
  coding: NegotiatedCoding,
  closesConnection = false,
): WireResponse => {
  const headers: Record<string, string> = { vary: varyHeader }
  if (response.body !== "") headers["content-type"] = "application/json"
  if (requestHeaders["origin"] !== undefined) headers["access-control-allow-origin"] = "*"
  Object.assign(headers, response.headers)
  const wire = { status: response.status, headers, body: response.body, coding: "identity", closesConnection } as const
  return coding === "identity" ? wire : compressed(wire, coding)
}

/** Whatever has a body is compressed, as small as it may be: Meilisearch does so, too. */
export const compressed = (wire: WireResponse, coding: NegotiatedCoding): WireResponse => {
  if (coding === "identity" || coding === "none" || wire.body === "") return wire
  const { vary } = wire.headers
  const headers = {
    ...wire.headers,
    vary: vary === undefined ? "accept-encoding" : `${vary}, accept-encoding`,
    "content-encoding": coding,
  }
  return { ...wire, headers, coding }
}

/** For a client who takes nothing that we can send. It comes before everything else, and without the headers of cross-origin use. */
export const notAcceptable: WireResponse = {
  status: 406,
  headers: { vary: "Accept-Encoding" },
  body: codingsOffered,
  coding: "identity",
  closesConnection: false,
}
