import { Data, type Effect } from "effect"
import type { ApiRequest, ApiResponse } from "#core/protocol/http-message.ts"

/** What a server needs to know; both kinds of servers take the same. */
export interface WebServerOptions {
  /** Address to listen on, such as `127.0.0.1`. */
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  /** Bytes of a body after decompression; a larger one is answered 413. */
  readonly payloadLimitBytes: number
  /** Requests that may be answered at a time; one more is answered 503 with `Retry-After`. */
  readonly maxRequestsInFlight: number
  /** How long a client may send nothing in the middle of a body; then it is answered 408, and the connection ends. */
  readonly bodyPauseMaxMs: number
  /** Looks at a request whose body is large and not read yet: the answer of a client who may not send it. Absent: everybody may. */
  readonly refuseUnread?: (request: ApiRequest) => Effect.Effect<ApiResponse | null>
  /** How long a shutdown waits for running requests before it interrupts them. */
  readonly shutdownDeadlineMs: number
}

/** The request line and all headers: a search by `GET` carries its filter in the URL. Meilisearch takes as much. */
export const headBytesMax = 128 * 1024

/** The program behind the server. It never fails; what it throws is answered 500 and logged. */
export type Answer = (request: ApiRequest) => Effect.Effect<ApiResponse>

/** The server could not start. */
export class ListenError extends Data.TaggedError("ListenError")<{
  readonly host: string
  readonly port: number
  /** `EADDRINUSE`, `EACCES`, `EADDRNOTAVAIL`, …; empty when the runtime gave none. */
  readonly code: string
  /** A sentence for the operator. */
  readonly message: string
}> {}

export const listenError = (host: string, port: number, error: unknown): ListenError => {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown }
  const known = typeof code === "string" ? code : ""
  const sentence = sentences[known] ?? String(message)
  return new ListenError({ host, port, code: known, message: `cannot listen on ${host}:${port}: ${sentence}` })
}

const sentences: Readonly<Record<string, string>> = {
  EADDRINUSE: "another process is listening there already",
  EACCES: "this user may not take that port",
  EADDRNOTAVAIL: "this machine has no such address",
}
