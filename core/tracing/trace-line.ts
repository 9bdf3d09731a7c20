import type { JsonObject } from "#core/prelude/json.ts"

/*
 * What a trace says: lines of JSON, each of one of these shapes, told apart by their first member. docs/traces.md describes them for
 * people. A reader refuses a version that it does not know; whoever changes a shape so that an old reader would misread it raises it.
 *
 * `began` and `ended` are places in one order of everything that happened in the proxy: they say, more exactly than any clock, what
 * was over when a request came.
 */

export const traceVersion = 1

export type TraceLine = TraceHeader | TracedRequest | TracedTaskEnd | TraceGap | TraceEnd

/** The first line of each run of a proxy; a file may hold several runs, one after the other. */
export interface TraceHeader {
  readonly trace: typeof traceVersion
  readonly miroir: string
  /** RFC 3339, UTC. */
  readonly startedAt: string
  readonly bodies: TraceBodies
  /** Whether the proxy had a master key: without one everybody may do everything, whatever he sends. */
  readonly isSecured: boolean
}

/** Which bodies are kept: of nothing, of requests, or of requests and answers. */
export const traceBodies = ["none", "requests", "all"] as const
export type TraceBodies = (typeof traceBodies)[number]

/** A request and what came of it; written when it was answered. */
export interface TracedRequest {
  /** Counted from 1 in the order of arrival. */
  readonly request: number
  readonly began: number
  readonly ended: number
  /** Milliseconds since the start of the run. */
  readonly atMs: number
  readonly durationMs: number
  readonly method: string
  /** Path and query string as they came, secrets masked. */
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly caller: TracedCaller
  /** Missing where bodies of requests are not kept. */
  readonly body?: TracedBody
  /** null: the client left before it was answered. */
  readonly status: number | null
  readonly answerHeaders: Readonly<Record<string, string>>
  /** Missing where bodies of answers are not kept. */
  readonly answer?: TracedBody
  /** What a replay must know of the answer even where bodies are not kept. */
  readonly said: Said
}

/** Text, bytes that are no text, or only how many bytes there were. An empty text: no body. */
export type TracedBody =
  string | { readonly base64: string } | { readonly bytes: number; readonly leftOut: "too-large" | "may-hold-secrets" }

export interface Said {
  /** The task that the request made. */
  readonly taskUid?: number
  /** The status of the task that was asked for. */
  readonly taskStatus?: string
  /** The key that was made or asked for. */
  readonly keyUid?: string
  /** The webhook that was made or asked for. */
  readonly webhookUuid?: string
}

/** Who asked, without what would let anybody else ask in his name. */
export type TracedCaller =
  /** No `Authorization`. */
  | { readonly kind: "none" }
  | { readonly kind: "master" }
  | { readonly kind: "key"; readonly uid: string; readonly name: string | null }
  | {
      readonly kind: "tenant"
      /** Of the key with which the token was signed. */
      readonly uid: string
      readonly rules: JsonObject
      /** Seconds since 1970, only where the token had expired. */
      readonly expiredAtSeconds: number | null
      readonly isGenuine: boolean
    }
  /** A token that nobody was given. */
  | { readonly kind: "unknown" }
  /** Another scheme than `Bearer`. */
  | { readonly kind: "malformed" }

/** The proxy stored the end of a task: who asks from now on sees it. */
export interface TracedTaskEnd {
  readonly task: number
  readonly status: string
  readonly ended: number
  readonly atMs: number
}

/** So many lines are missing here: the disk was slower than the requests. */
export interface TraceGap {
  readonly dropped: number
}

export interface TraceEnd {
  readonly end: "stopped" | "file-limit"
}
