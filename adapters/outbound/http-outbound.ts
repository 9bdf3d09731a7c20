import { promisify } from "node:util"
import { gzip } from "node:zlib"
import { Effect, Layer } from "effect"
import { Outbound, OutboundFailed, type OutboundRequest, type OutboundResponse } from "#core/ports/outbound.ts"

/** Speaks with receivers of webhooks and targets of exports through the `fetch` of the runtime. */
export const httpOutboundLayer = Layer.succeed(Outbound, {
  send: (request) =>
    Effect.tryPromise({
      try: (signal) => send(request, signal),
      catch: (error) => new OutboundFailed({ reason: reasonOf(error) }),
    }),
})

/** What is kept of an answer. */
const answerCharactersMax = 64 * 1024

const compress = promisify(gzip)

const send = async (request: OutboundRequest, signal: AbortSignal): Promise<OutboundResponse> => {
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers)) headers.set(name, value)
  if (request.isGzipped && request.body !== null) headers.set("content-encoding", "gzip")
  const body =
    request.body === null ? null : request.isGzipped ? await compress(request.body) : Buffer.from(request.body)
  const response = await fetch(request.url, {
    method: request.method,
    headers,
    body: body as Uint8Array<ArrayBuffer> | null,
    redirect: "manual",
    signal: AbortSignal.any([signal, AbortSignal.timeout(request.timeoutMs)]),
  })
  return { status: response.status, body: await beginningOf(response) }
}

/** Reads no more than is kept: the other side may send without an end. */
const beginningOf = async (response: Response): Promise<string> => {
  if (response.body === null) return ""
  const decoder = new TextDecoder()
  let text = ""
  for await (const chunk of response.body) {
    text += decoder.decode(chunk, { stream: true })
    if (text.length >= answerCharactersMax) break
  }
  return text
}

/** `fetch` hides what happened in the cause. */
const reasonOf = (error: unknown): string => {
  const { message, cause } = error as { readonly message?: unknown; readonly cause?: unknown }
  const inner = cause instanceof Error && cause.message !== "" ? `: ${cause.message}` : ""
  return `${String(message ?? error)}${inner}`
}
