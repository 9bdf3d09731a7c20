import type { SeededDraws } from "../seeded-draws.ts"

/** One request as bytes on the wire, without a client library in between. */
export interface WireRequest {
  readonly method: string
  /** Percent-encoded, with the query string. */
  readonly path: string
  /**
   * Added to the master key's `Authorization` and, where a body is, `Content-Type: application/json`. Names keep their case; null
   * leaves a header out.
   */
  readonly headers?: Readonly<Record<string, string | null>>
  /** Sent as it is; an object is sent as JSON. */
  readonly body?: string | Uint8Array | object
  /** false: the next request does not wait until the task of this one has ended. */
  readonly isTaskAwaited?: boolean
}

export interface WireAnswer {
  readonly status: number
  /** Lower-case names; only those that clients act on. */
  readonly headers: Readonly<Record<string, string>>
  /** Parsed JSON, the text when it is none, null when there is none. */
  readonly body: unknown
  /** As it came, for the search for leaks. */
  readonly text: string
}

/** What one server has said so far to one sequence: later requests may ask about it. */
export interface SequenceMemory {
  /** The uid of the sequence's n-th task, counted from 0; -1 when there is none. */
  readonly task: (position: number) => number
  /** The batch of that task, when it was awaited; -1 when there is none. */
  readonly batch: (position: number) => number
  /** The body of the n-th answer. */
  readonly answer: (position: number) => unknown
}

/** A request, or how to make it from what the server said before. */
export type Step = WireRequest | ((memory: SequenceMemory) => WireRequest)

/** Requests that one client sends one after another. A sequence writes only to indexes whose uid begins with its own name. */
export interface Sequence {
  readonly family: string
  readonly number: number
  readonly steps: ReadonlyArray<Step>
}

/** Sequences about one part of the API. */
export interface Family {
  readonly name: string
  /**
   * `alone`: looks at things that all sequences share (lists of all indexes, keys, statistics), so it runs before all others, one
   * sequence after another. `together`: several sequences at a time.
   */
  readonly company: "alone" | "together"
  /** Shared indexes that the family only reads, made before its sequences. */
  readonly fixtures?: ReadonlyArray<Step>
  /** Written by hand: numbered from 0. `uid` makes index uids of the sequence's own. */
  readonly written: ReadonlyArray<(uid: IndexUids) => ReadonlyArray<Step>>
  /** How many more sequences to draw when nobody asks for another number. */
  readonly drawnCount: number
  readonly draw: (draws: SeededDraws, uid: IndexUids) => ReadonlyArray<Step>
}

export type IndexUids = (name?: string) => string
