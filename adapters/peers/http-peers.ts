import { Effect, Layer } from "effect"
import { classifyFailure } from "#adapters/meilisearch/classify-failure.ts"
import { PeerUnreachable, Peers } from "#core/ports/peers.ts"
import type { ApiRequest, ApiResponse } from "#core/protocol/http-message.ts"

/** Hands requests on to other proxies through the `fetch` of the runtime. */
export const httpPeersLayer = Layer.succeed(Peers, {
  send: (address, request) =>
    Effect.tryPromise({
      try: (signal) => send(address, request, signal),
      catch: (error) => new PeerUnreachable({ address, ...classifyFailure(error) }),
    }),
})

/** Longer than the other proxy needs for any answer: it gives up on its nodes and on its store before. */
const timeoutMs = 120_000

/** Headers of one connection, or of a body that is no longer as it was sent. */
const notHandedOn: ReadonlySet<string> = new Set(
  "accept-encoding connection content-encoding content-length expect host keep-alive te trailer transfer-encoding upgrade".split(
    " ",
  ),
)
/** What the server of this proxy sets anew. */
const notHandedBack: ReadonlySet<string> = new Set(
  "connection content-encoding content-length content-type date keep-alive transfer-encoding vary".split(" "),
)

const send = async (address: string, request: ApiRequest, signal: AbortSignal): Promise<ApiResponse> => {
  const response = await fetch(`${address}${request.path}${request.query === "" ? "" : `?${request.query}`}`, {
    method: request.method,
    headers: {
      ...Object.fromEntries(Object.entries(request.headers).filter(([name]) => !notHandedOn.has(name))),
      // Whoever asked us gets the answer compressed as he likes it: between proxies it would only cost time.
      "accept-encoding": "identity",
    },
    body: request.body.length === 0 ? null : (request.body as Uint8Array<ArrayBuffer>),
    redirect: "manual",
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
  })
  const headers = [...response.headers].filter(
    ([name]) => !notHandedBack.has(name) && !name.startsWith("access-control-"),
  )
  return { status: response.status, body: await response.text(), headers: Object.fromEntries(headers) }
}
