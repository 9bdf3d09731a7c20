import { Effect, Layer, type Scope } from "effect"
import { Pool, type Dispatcher } from "undici"
import { NodeClient } from "#core/ports/node-client.ts"
import type { NodeRequest } from "#core/protocol/http-message.ts"
import { classifyFailure } from "./classify-failure.ts"
import { exchange, type NodeClientOptions, type StartExchange } from "./exchange.ts"
import { answerBytesMax, connectionsPerNodeMax, connectTimeoutMs, idleConnectionMs } from "./node-connection-limits.ts"
import { isPieces, requestHeaders } from "./request-headers.ts"

/** Speaks with the nodes through undici: one pool of connections per node URL, closed with the scope. For Node. */
export const undiciNodeClientLayer = ({ nodeKey }: NodeClientOptions): Layer.Layer<NodeClient> =>
  Layer.effect(
    NodeClient,
    Effect.map(openPools, (pools) =>
      NodeClient.of({
        send: (node, request) => exchange(node, request, dispatch(pools.of(node.url), request, nodeKey)),
      }),
    ),
  )

interface Pools {
  /** The pool of a node, opened at the first request; null when the scope is closed. */
  readonly of: (url: string) => Pool | null
}

const openPools: Effect.Effect<Pools, never, Scope.Scope> = Effect.acquireRelease(
  Effect.sync(() => {
    const byUrl = new Map<string, Pool>()
    let closed = false
    return {
      of: (url: string): Pool | null => {
        if (closed) return null
        const known = byUrl.get(url)
        if (known !== undefined) return known
        const pool = new Pool(url, poolOptions)
        byUrl.set(url, pool)
        return pool
      },
      close: async (): Promise<void> => {
        closed = true
        await Promise.all([...byUrl.values()].map((pool) => pool.destroy()))
      },
    }
  }),
  // Not `close`: that would wait for answers, and whoever asked for them has been interrupted before the scope closes.
  (pools) => Effect.promise(pools.close),
)

const poolOptions: Pool.Options = {
  connections: connectionsPerNodeMax,
  pipelining: 1,
  connect: { timeout: connectTimeoutMs },
  keepAliveTimeout: idleConnectionMs,
  allowH2: false,
  // One deadline holds for the whole exchange; undici's own timers would only add work.
  headersTimeout: 0,
  bodyTimeout: 0,
}

/**
 * Hands undici a handler of our own instead of calling `pool.request`, because `onRequestStart` is called immediately
 * before the first byte is written: a failure without it was certainly not sent. Cutting off closes the connection, so that
 * a late answer cannot be taken for that of the next request.
 */
const dispatch =
  (pool: Pool | null, request: NodeRequest, nodeKey: string | null): StartExchange =>
  (listener) => {
    let started: Dispatcher.DispatchController | null = null
    let status = 0
    let bytes = 0
    const chunks: Array<Buffer> = []
    const cutOff = (): void => started?.abort(new Error("cut off"))

    const handler: Dispatcher.DispatchHandler = {
      onRequestStart: (controller) => {
        started = controller
        if (listener.isOver()) cutOff()
      },
      onResponseStart: (_controller, answeredStatus) => {
        status = answeredStatus
      },
      onResponseData: (_controller, chunk) => {
        bytes += chunk.length
        chunks.push(chunk)
        if (bytes <= answerBytesMax) return
        listener.failed({ wasSent: "unknown", reason: `answer over ${answerBytesMax} bytes` })
        cutOff()
      },
      onResponseEnd: () => listener.answered({ status, body: textOf(chunks) }),
      onResponseError: (_controller, error) =>
        listener.failed({ wasSent: started === null ? "no" : "unknown", reason: classifyFailure(error).reason }),
    }
    if (pool === null) {
      listener.failed({ wasSent: "no", reason: "the client is closed" })
    } else {
      const { method, path } = request
      pool.dispatch({ method, path, body: bodyOf(request), headers: requestHeaders(request, nodeKey) }, handler)
    }
    return cutOff
  }

type SentBody = Exclude<Dispatcher.DispatchOptions["body"], undefined>

/** Undici takes any iterable of bytes and asks for the next piece when the socket has taken the one before; its types do not say so. */
const bodyOf = ({ body }: NodeRequest): SentBody => (isPieces(body) ? (body.pieces() as unknown as SentBody) : body)

/** Most answers arrive in one piece, which needs no copy. */
const textOf = (chunks: ReadonlyArray<Buffer>): string =>
  (chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)).toString("utf8")
