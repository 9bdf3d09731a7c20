import { Clock, Effect, Exit } from "effect"
import type { Answer } from "#adapters/web/web-server.ts"
import { decodeUtf8Strictly } from "#core/prelude/utf8.ts"
import type { ApiRequest, ApiResponse } from "#core/protocol/http-message.ts"
import { type CallerBook, nameCaller, tokenOf } from "#core/tracing/name-caller.ts"
import { type KnownSecrets, type Spoken, keyInPath, maskSpoken } from "#core/tracing/mask-secrets.ts"
import { whatWasSaid } from "#core/tracing/what-was-said.ts"
import type { TraceBodies, TracedBody, TracedRequest } from "#core/tracing/trace-line.ts"
import type { TraceOrder } from "./trace-order.ts"
import type { TraceWriter } from "./trace-writer.ts"

export interface RecordingOptions {
  readonly bodies: TraceBodies
  /** A longer body is only counted. */
  readonly bodyBytesMax: number
  /** Besides the keys of the book: what must never stand in the file. */
  readonly secrets: ReadonlyArray<string>
  readonly book: CallerBook
}

/** The same answers, and a line for each request. The line is made after the client was answered. */
export const recordRequests = (
  answer: Answer,
  writer: TraceWriter,
  order: TraceOrder,
  options: RecordingOptions,
): Answer => {
  const keyUidOf = rememberKeys(options.book)
  return (request) =>
    Effect.flatMap(Clock.currentTimeMillis, (nowMs) => {
      // Now, because the request may delete the very key that it came with, or that it names.
      const caller = nameCaller(request.headers["authorization"], options.book, nowMs)
      keyUidOf(keyInPath(request.path) ?? "")
      const start = { ...order.beginRequest(), caller }
      return Effect.onExit(
        Effect.suspend(() => answer(request)),
        (exit) =>
          Effect.sync(() => {
            const end = order.end()
            const response = responseOf(exit)
            const { bodies } = options
            const bytes =
              lineBytes +
              request.path.length +
              request.query.length +
              (bodies === "none" ? 0 : request.body.length) +
              (bodies === "all" ? (response?.body.length ?? 0) : 0)
            writer.write(bytes, () => lineOf(request, response, { ...start, ...end }, { ...options, keyUidOf }))
          }),
      )
    })
}

/** Keys that were once seen stay known after their deletion: whoever makes one with the same uid again makes the same secret. */
const rememberKeys = (book: CallerBook): KnownSecrets["keyUidOf"] => {
  const uids = new Map<string, string>()
  return (text) => {
    const uid = uids.get(text) ?? book.byText(text)?.uid ?? null
    if (uid !== null) uids.set(text, uid)
    return uid
  }
}

/** About what a line costs beside its bodies and its target, which may be as long as a head of a request. */
const lineBytes = 600

/** null: the client left. What a bug threw is answered 500 further out. */
const responseOf = (exit: Exit.Exit<ApiResponse>): ApiResponse | null => {
  if (Exit.isSuccess(exit)) return exit.value
  return Exit.hasInterrupts(exit) ? null : { status: 500, body: "", headers: {} }
}

type Moments = Pick<TracedRequest, "request" | "began" | "ended" | "atMs" | "caller"> & { readonly endedMs: number }

const lineOf = (
  request: ApiRequest,
  response: ApiResponse | null,
  { request: number, began, ended, atMs, endedMs, caller }: Moments,
  options: RecordingOptions & Pick<KnownSecrets, "keyUidOf">,
): TracedRequest => {
  const { bodies, bodyBytesMax, keyUidOf } = options
  const keepsBody = bodies !== "none" && request.body.length <= bodyBytesMax
  const text = keepsBody ? decodeUtf8Strictly(request.body) : null
  // Bytes that are no text are looked through one by one.
  const bytesAsText = keepsBody && text === null ? Buffer.from(request.body).toString("latin1") : null
  const answer = response?.body ?? ""
  const token = tokenOf(request.headers["authorization"] ?? "")
  const spoken: Spoken = {
    target: request.query === "" ? request.path : `${request.path}?${request.query}`,
    body: text ?? bytesAsText,
    answer,
  }
  const masked = maskSpoken(spoken, {
    texts: token === null ? options.secrets : [...options.secrets, token],
    keyUidOf,
  })
  return {
    request: number,
    began,
    ended,
    atMs,
    durationMs: Math.round((endedMs - atMs) * 10) / 10,
    method: request.method,
    target: masked.target,
    headers: kept(request.headers, isKeptRequestHeader),
    caller,
    ...(bodies === "none" ? {} : { body: tracedBody(request.body, spoken.body, masked.body, text !== null) }),
    status: response?.status ?? null,
    answerHeaders: kept(response?.headers ?? {}, isKeptAnswerHeader),
    ...(bodies === "all" ? { answer: tracedAnswer(answer, masked.answer ?? "", bodyBytesMax) } : {}),
    said: whatWasSaid(request.method, request.path, response?.status ?? 0, answer),
  }
}

const tracedBody = (bytes: Uint8Array, said: string | null, masked: string | null, isText: boolean): TracedBody => {
  if (said === null) return { bytes: bytes.length, leftOut: "too-large" }
  if (isText && masked !== null) return masked
  if (masked === said) return { base64: Buffer.from(bytes).toString("base64") }
  return { bytes: bytes.length, leftOut: "may-hold-secrets" }
}

const tracedAnswer = (answer: string, masked: string, bytesMax: number): TracedBody =>
  answer.length > bytesMax ? { bytes: Buffer.byteLength(answer), leftOut: "too-large" } : masked

const kept = (
  headers: Readonly<Record<string, string | undefined>>,
  isKept: (name: string) => boolean,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value !== undefined && isKept(name) ? [[name, value]] : [])),
  )

/** What an answer may depend on, and nothing else: `x-meili-api-key` was where old clients put their key. */
const isKeptRequestHeader = (name: string): boolean =>
  name === "content-type" ||
  name === "x-miroir-coverage" ||
  (/^x-meili(search)?-/.test(name) && !/key|token|secret|auth/.test(name))

const isKeptAnswerHeader = (name: string): boolean =>
  ["allow", "location", "retry-after"].includes(name) || name.startsWith("x-miroir-")
