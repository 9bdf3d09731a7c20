/** A request as a server hands it in, before its body was read. */
export interface IncomingRequest {
  readonly method: string
  /** What stood in the request line, or a whole URL. */
  readonly target: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Reads the raw body, but stops where the watch says so. `"gone"`: the client left in the middle, or reading was stopped. */
  readonly readBody: (watch: BodyWatch) => Promise<Uint8Array | "too-large" | "gone">
}

/** Looks at a body while it is read. */
export interface BodyWatch {
  readonly bytesMax: number
  /** Told of each piece, with all bytes so far. False: nothing more is read. A promise: nothing is read until it is kept. */
  readonly mayGoOn: (bytes: number) => boolean | Promise<boolean>
}

/** Bytes that a body announces; null: it does not say how long it is. */
export const announcedBytes = ({ headers }: Pick<IncomingRequest, "headers">): number | null =>
  headers["content-length"] === undefined ? null : Number(headers["content-length"])
