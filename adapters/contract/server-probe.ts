import { connect, type Socket } from "node:net"
import { Effect, Exit, Logger, Scope } from "effect"
import { afterEach } from "vitest"
import type { Answer, ListenError, WebServerOptions } from "#adapters/web/web-server.ts"
import type { ApiRequest, ApiResponse } from "#core/protocol/http-message.ts"

export type Serve = (
  options: WebServerOptions,
  answer: Answer,
) => Effect.Effect<{ readonly port: number }, ListenError, Scope.Scope>

/** Starts servers for the tests of one contract and stops them after each test. */
export const serverStarter = (serve: Serve) => {
  const clean: Array<() => Promise<unknown>> = []
  afterEach(async () => {
    await Promise.all(clean.splice(0).map((stop) => stop()))
  })
  const start = async (answer: Answer, options: Partial<WebServerOptions> = {}) => {
    const scope = Effect.runSync(Scope.make())
    const logged: Array<unknown> = []
    const logger = Logger.layer([Logger.make(({ message }) => void logged.push(message))])
    const running = serve({ ...defaults, ...options }, answer).pipe(Scope.provide(scope), Effect.provide(logger))
    const stop = () => Effect.runPromise(Scope.close(scope, Exit.void))
    clean.push(stop)
    const { port } = await Effect.runPromise(running)
    return { port, url: `http://127.0.0.1:${port}`, stop, logged }
  }
  return start
}

export const defaults: WebServerOptions = {
  host: "127.0.0.1",
  port: 0,
  payloadLimitBytes: 100_000_000,
  maxRequestsInFlight: 100,
  bodyPauseMaxMs: 30_000,
  shutdownDeadlineMs: 2_000,
}

export const ok: ApiResponse = { status: 200, body: '{"ok":true}', headers: {} }

export const remember =
  (seen: Array<ApiRequest>): Answer =>
  (request) =>
    Effect.sync(() => (seen.push(request), ok))

export const never: Answer = () => Effect.die(new Error("the program must not be asked"))

/** Asks without a pause between attempts; the deadline is that of the test. */
export const untilStatus = async (url: string, status: number): Promise<void> => {
  for (;;) {
    const answer = await fetch(url)
    await answer.text()
    if (answer.status === status) return
  }
}

interface Client {
  readonly socket: Socket
  readonly received: () => string
  readonly until: (pattern: RegExp) => Promise<void>
  readonly closed: Promise<void>
}

/** A bare TCP client, for what `fetch` cannot do. */
export const dial = (port: number): Promise<Client> =>
  new Promise((resolve, reject) => {
    let received = ""
    const closed = Promise.withResolvers<void>()
    const socket = connect(port, "127.0.0.1", () =>
      resolve({
        socket,
        received: () => received,
        closed: closed.promise,
        until: (pattern) =>
          new Promise((found) => {
            const look = (): void => {
              if (pattern.test(received)) found()
            }
            socket.on("data", look)
            look()
          }),
      }),
    )
    socket.on("data", (chunk) => {
      received += chunk.toString("utf8")
    })
    socket.on("error", reject)
    socket.on("close", () => closed.resolve())
  })
