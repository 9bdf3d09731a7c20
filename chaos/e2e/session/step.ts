import type { EnqueuedTask, Meilisearch, Task } from "meilisearch"

/** One thing that a client does. Whatever it returns or throws is recorded and compared with what one node did. */
export interface Step {
  /** Unique in the session; `--only` selects by it. */
  readonly name: string
  readonly run: (session: Session) => Promise<unknown>
}

/** What a step works with. */
export interface Session {
  /** The unmodified SDK with the master key. */
  readonly client: Meilisearch
  /** The SDK with another key, or without one. */
  readonly clientWithKey: (apiKey: string | null) => Meilisearch
  /** A request that the SDK's types do not allow. The master key is sent unless `headers` has an `authorization`. */
  readonly raw: (request: RawRequest) => Promise<RawAnswer>
  /** The body as it came, for answers whose digits no JavaScript number holds. */
  readonly rawText: (request: RawRequest) => Promise<string>
  /** Sends a write and waits for its task: both answers are recorded. */
  readonly write: (enqueue: () => Promise<EnqueuedTask>) => Promise<WriteAnswer>
  /** The same for a raw request. An answer that is no task is recorded as it is. */
  readonly writeRaw: (request: RawRequest) => Promise<unknown>
  /** The uid that the server gave to the session's n-th task, counted from 0. */
  readonly taskUid: (position: number) => number
}

export interface RawRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE"
  readonly path: string
  /** Sent as it is; an object is sent as JSON. */
  readonly body?: string | object
  readonly headers?: Readonly<Record<string, string>>
}

export interface RawAnswer {
  readonly status: number
  readonly contentType: string | null
  /** Parsed JSON, or the text when it is no JSON. */
  readonly body: unknown
}

export interface WriteAnswer {
  readonly enqueued: EnqueuedTask
  readonly task: Task
}
