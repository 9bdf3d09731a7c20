/** A request as a server hands it in, before its body was read. */
export interface IncomingRequest {
  readonly method: string
  /** What stood in the request line, or a whole URL. */
  readonly target: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Reads the raw body, but stops at `bytesMax`. `"gone"`: the client left in the middle. Never rejects. */
  readonly readBody: (bytesMax: number) => Promise<Uint8Array | "too-large" | "gone">
}
