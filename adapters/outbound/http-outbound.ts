import { promisify } from "node:util"
import { gzip } from "node:zlib"
import { Effect, Layer } from "effect"
import { Outbound, OutboundFailed, type OutboundRequest, type OutboundResponse } from "#core/ports/outbound.ts"

/** Speaks with receivers of webhooks and targets of exports through the `fetch` of the runtime. */
export const httpOutboundLayer = Layer.succeed(Outbound, {
  send: (request) =>
    Effect.tryPromise({
      try: (signal) => send(request, signal),
      catch: (error) => new OutboundFailed({ reason: reasonOf(error, request.url) }),
    }),
})

/** What is kept of an answer. */
const answerCharactersMax = 64 * 1024

const compress = promisify(gzip)

const send = async (request: OutboundRequest, signal: AbortSignal): Promise<OutboundResponse> => {
  const { url, authorization } = readAddress(request.url)
  const headers = new Headers(authorization === null ? {} : { authorization })
  for (const [name, value] of Object.entries(request.headers)) headers.set(name, value)
  if (request.isGzipped && request.body !== null) headers.set("content-encoding", "gzip")
  const body =
    request.body === null ? null : request.isGzipped ? await compress(request.body) : Buffer.from(request.body)
  const response = await fetch(url, {
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

/** `fetch` takes no address with a name and a password in it. They are sent as they stand there, with their percent signs, as engines do. */
const readAddress = (text: string): { readonly url: URL; readonly authorization: string | null } => {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol)) throw new Error("the address is no URL of HTTP")
  const { username, password } = url
  url.username = ""
  url.password = ""
  if (username === "" && password === "") return { url, authorization: null }
  return { url, authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}` }
}

/** `fetch` hides what happened in the cause. An address is a secret: who knows that of a webhook may call it. */
const reasonOf = (error: unknown, address: string): string => {
  const { message, cause } = error as { readonly message?: unknown; readonly cause?: unknown }
  const inner = cause instanceof Error && cause.message !== "" ? `: ${cause.message}` : ""
  const { href = address, pathname = address } = URL.parse(address) ?? {}
  const secrets = [address, href, pathname].filter(({ length }) => length > 1)
  return secrets.reduce((reason, secret) => reason.replaceAll(secret, "…"), `${String(message ?? error)}${inner}`)
}
