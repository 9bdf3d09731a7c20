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

/**
 * `fetch` makes another path of these, as of a bare `\` or `#`: deleting the documents of index `.` would delete the index `documents`. No name
 * of anything has only dots, so there is nothing to be found.
 */
const dotSegment = /\/(?:\.|%2e){1,2}(?:\/|$)/i

const send = async (address: string, request: ApiRequest, signal: AbortSignal): Promise<ApiResponse> => {
  if (dotSegment.test(request.path)) return { status: 404, body: "", headers: {} }
  const target = `${request.path}${request.query === "" ? "" : `?${request.query}`}`
  const response = await fetch(address + target.replaceAll("\\", "%5C").replaceAll("#", "%23"), {
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
