// The shapes in which requests and answers pass through the core. Both kinds of servers fill `ApiRequest`,
// both kinds of node clients and the simulator's model node speak `NodeRequest` and `NodeResponse`.

export type HttpMethod = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS"

/** What a client asked of the proxy. The body is already decompressed and within the payload limit. */
export interface ApiRequest {
  readonly method: HttpMethod
  /** Path as sent, without the query string and without a trailing slash: `/indexes/movies/search`. */
  readonly path: string
  /** Query string as sent, without the `?`; empty when there is none. */
  readonly query: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** What the proxy answers. An empty `body` with status 404 or 405 is what Meilisearch sends for unknown routes. */
export interface ApiResponse {
  readonly status: number
  /** JSON text, or empty. */
  readonly body: string
  /** Names in lower case; `content-type: application/json` is added by the server when there is a body. */
  readonly headers: Readonly<Record<string, string>>
}

/** What the proxy asks of one node. */
export interface NodeRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE"
  /** Path and query string: `/tasks?limit=1`. */
  readonly path: string
  readonly body: string | Uint8Array | BodyPieces | null
  readonly contentType: "application/json" | "application/x-ndjson" | null
  /** The time after which the request counts as failed with `wasSent: "unknown"`. */
  readonly timeoutMs: number
}

/** A large body that is made piece by piece as the node takes it, so that it never stands in memory as a whole. */
export interface BodyPieces {
  readonly byteLength: number
  /** Begins anew with each call. A piece belongs to whoever took it: its memory is never written again. */
  readonly pieces: () => Iterable<Uint8Array>
}

/** The same as one piece, for whoever has no socket to write to. */
export const wholeBody = (body: NodeRequest["body"]): string | Uint8Array | null => {
  if (body === null || typeof body === "string" || !("pieces" in body)) return body
  const bytes = new Uint8Array(body.byteLength)
  let place = 0
  for (const piece of body.pieces()) {
    bytes.set(piece, place)
    place += piece.length
  }
  return bytes
}

/** What a node answered, whatever the status. */
export interface NodeResponse {
  readonly status: number
  readonly body: string
}
