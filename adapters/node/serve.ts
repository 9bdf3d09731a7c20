import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import { Effect, type Scope } from "effect"
import { openFrontDoor, type FrontDoor } from "#adapters/web/front-door.ts"
import type { IncomingRequest } from "#adapters/web/incoming-request.ts"
import {
  headBytesMax,
  listenError,
  type Answer,
  type ListenError,
  type WebServerOptions,
} from "#adapters/web/web-server.ts"
import { readBody } from "./read-body.ts"
import { writeResponse } from "./write-response.ts"

/**
 * Serves on `node:http` until the scope closes. Then: no new connections, idle ones are closed · running requests may finish until the
 * deadline, their answers say `connection: close` · what still runs is interrupted and every connection is cut.
 */
export const serveNode = (
  options: WebServerOptions,
  answer: Answer,
): Effect.Effect<{ readonly port: number }, ListenError, Scope.Scope> =>
  Effect.gen(function* () {
    const door = yield* openFrontDoor(options, answer)
    const server = createServer(limits, (message, response) => {
      // Once the server is closing, whoever is answered must not ask again on the same connection.
      if (!server.listening) response.shouldKeepAlive = false
      receive(door, message, response)
    })
    yield* Effect.acquireRelease(listen(server, options), () => close(server, door))
    const address = server.address()
    return { port: typeof address === "object" && address !== null ? address.port : options.port }
  })

/** Where Node's default is not what we want. */
const limits = {
  maxHeaderSize: headBytesMax,
  /** Longer than the 60 s after which load balancers usually drop an idle connection: who reuses must not be who closes. */
  keepAliveTimeout: 65_000,
  // The front door looks at bodies itself.
  requireHostHeader: false,
} as const

const receive = (door: FrontDoor, message: IncomingMessage, response: ServerResponse): void => {
  const clientLeft = door.receive(incoming(message), (wire) => writeResponse(message, response, wire))
  response.on("close", () => {
    if (!response.writableFinished) clientLeft()
  })
}

const incoming = (message: IncomingMessage): IncomingRequest => ({
  method: message.method ?? "GET",
  target: message.url ?? "/",
  // Only `set-cookie` is ever a list, and no client sends that.
  headers: message.headers as Readonly<Record<string, string | undefined>>,
  readBody: (watch) => readBody(message, watch),
})

const listen = (server: Server, { host, port }: WebServerOptions): Effect.Effect<void, ListenError> =>
  Effect.callback((resume) => {
    server.once("error", (error) => resume(Effect.fail(listenError(host, port, error))))
    server.listen(port, host, () => resume(Effect.void))
  })

const close = (server: Server, door: FrontDoor): Effect.Effect<void> =>
  Effect.gen(function* () {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    yield* door.drain
    // An answer is handed over before its last byte is written: what is idle goes now, what is writing gets a moment.
    server.closeIdleConnections()
    const cut = setTimeout(() => server.closeAllConnections(), lastBytesMs)
    yield* Effect.promise(() => closed)
    clearTimeout(cut)
  })

/** How long the last bytes of an answer may take once every request was answered or given up. */
const lastBytesMs = 250
