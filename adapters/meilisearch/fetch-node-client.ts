import { Layer } from "effect"
import { NodeClient } from "#core/ports/node-client.ts"
import type { NodeRequest, NodeResponse } from "#core/protocol/http-message.ts"
import type { NodeMember } from "#core/topology/topology.ts"
import { classifyFailure } from "./classify-failure.ts"
import { exchange, type NodeClientOptions, type StartExchange } from "./exchange.ts"
import { limitConcurrency, type ConcurrencyLimit } from "./limit-concurrency.ts"
import { answerBytesMax, connectionsPerNodeMax } from "./node-connection-limits.ts"
import { isPieces, requestHeaders } from "./request-headers.ts"

/**
 * Speaks with the nodes through the `fetch` of the runtime. For Bun, where undici is only a stub; it works on Node too.
 * The runtime owns the connections. Bun opens 256 at most for all hosts together, so that one node that hangs must not
 * take them all: each node has a limit of its own.
 */
export const fetchNodeClientLayer = ({ nodeKey }: NodeClientOptions): Layer.Layer<NodeClient> =>
  Layer.sync(NodeClient, () => {
    const limits = new Map<string, ConcurrencyLimit>()
    return NodeClient.of({
      send: (node, request) => exchange(node, request, fetchWithin(limitOf(limits, node.url), node, request, nodeKey)),
    })
  })

const limitOf = (limits: Map<string, ConcurrencyLimit>, url: string): ConcurrencyLimit => {
  const limit = limits.get(url) ?? limitConcurrency(connectionsPerNodeMax)
  limits.set(url, limit)
  return limit
}

const fetchWithin =
  (limit: ConcurrencyLimit, node: NodeMember, request: NodeRequest, nodeKey: string | null): StartExchange =>
  (listener) => {
    const controller = new AbortController()
    limit.run(async () => {
      if (listener.isOver()) return
      try {
        listener.answered(await ask(node, request, nodeKey, controller.signal))
      } catch (error) {
        listener.failed(classifyFailure(error))
      }
    })
    return () => controller.abort()
  }

const ask = async (
  node: NodeMember,
  request: NodeRequest,
  nodeKey: string | null,
  signal: AbortSignal,
): Promise<NodeResponse> => {
  const response = await fetch(node.url + request.path, {
    method: request.method,
    headers: requestHeaders(request, nodeKey),
    ...bodyOf(request),
    redirect: "manual",
    signal,
  })
  const announcedBytes = Number(response.headers.get("content-length") ?? 0)
  if (announcedBytes > answerBytesMax) {
    await response.body?.cancel()
    throw new Error(`answer over ${answerBytesMax} bytes`)
  }
  return { status: response.status, body: await response.text() }
}

/** A text goes out as bytes, because `fetch` would invent a content type for it. */
const bodyOf = ({ body }: NodeRequest): RequestInit => {
  if (isPieces(body)) return { body: streamOf(body.pieces()), duplex: "half" } as RequestInit
  return { body: typeof body === "string" ? Buffer.from(body) : (body as Uint8Array<ArrayBuffer> | null) }
}

const streamOf = (pieces: Iterable<Uint8Array>): ReadableStream<Uint8Array> => {
  const iterator = pieces[Symbol.iterator]()
  return new ReadableStream(
    {
      pull: (controller) => {
        const next = iterator.next()
        if (next.done === true) controller.close()
        else controller.enqueue(next.value)
      },
    },
    { highWaterMark: 1 },
  )
}
