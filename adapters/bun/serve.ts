import { Readable } from "node:stream"
import { Effect, type Scope } from "effect"
import { compressBody } from "#adapters/web/compress-body.ts"
import { openFrontDoor, type FrontDoor } from "#adapters/web/front-door.ts"
import type { BodyWatch } from "#adapters/web/incoming-request.ts"
import { listenError, type Answer, type ListenError, type WebServerOptions } from "#adapters/web/web-server.ts"
import type { WireResponse } from "#adapters/web/wire-response.ts"
import { startBunServer, type BunServer } from "./bun-server.ts"
import { readBody } from "./read-body.ts"

/**
 * Serves on `Bun.serve` until the scope closes. Then: no new connections, idle ones are closed · running requests may finish until the
 * deadline · what still runs is interrupted and every connection is cut.
 * A connection on which nothing was ever asked stays open until its client or the process ends: Bun cuts only those that it has used.
 * Bun resolves `.` and `..` in a path before we see it, and closes a connection, without any answer, on which a client sends a request before
 * the one before it was answered (pipelining); everything else is as on Node.
 */
export const serveBun = (
  options: WebServerOptions,
  answer: Answer,
): Effect.Effect<{ readonly port: number }, ListenError, Scope.Scope> =>
  Effect.gen(function* () {
    const door = yield* openFrontDoor(options, answer)
    const server = yield* Effect.acquireRelease(listen(options, door), (server) => close(server, door))
    return { port: server.port }
  })

const listen = ({ host, port }: WebServerOptions, door: FrontDoor): Effect.Effect<BunServer, ListenError> =>
  Effect.try({
    try: () =>
      startBunServer({
        hostname: host,
        port,
        idleTimeout: idleTimeoutSeconds,
        // The front door counts, and it counts what comes out of the decompression.
        maxRequestBodySize: Number.MAX_SAFE_INTEGER,
        fetch: (request) => receive(door, request),
      }),
    catch: (error) => listenError(host, port, error),
  })

/** The most that Bun takes. It also cuts a request that is still being answered, so it must be longer than every timeout of ours. */
const idleTimeoutSeconds = 255

const receive = (door: FrontDoor, request: Request): Promise<Response> =>
  new Promise((resolve) => {
    const incoming = {
      method: request.method,
      target: request.url,
      headers: Object.fromEntries(request.headers),
      readBody: (watch: BodyWatch) => readBody(request, watch),
    }
    const clientLeft = door.receive(incoming, (wire) => resolve(response(wire)))
    request.signal.addEventListener("abort", clientLeft, { once: true })
  })

/** A header that HTTP forbids would be a bug of ours: it becomes an empty 500, never a crash. */
const response = (wire: WireResponse): Response => {
  try {
    const headers = wire.closesConnection ? { ...wire.headers, connection: "close" } : wire.headers
    return new Response(bodyOf(wire), { status: wire.status, headers })
  } catch {
    return new Response(null, { status: 500 })
  }
}

/** As bytes: for a text Bun would invent a content type. */
const bodyOf = ({ body, coding }: WireResponse): Uint8Array<ArrayBuffer> | ReadableStream | null => {
  if (body === "") return null
  const plain = Buffer.from(body, "utf8")
  if (coding === "identity") return plain
  const compressed = compressBody(plain, coding)
  return "byteLength" in compressed ? compressed : Readable.toWeb(compressed)
}

const close = (server: BunServer, door: FrontDoor): Effect.Effect<void> =>
  Effect.gen(function* () {
    const closed = server.stop(false)
    yield* door.drain
    // An answer is handed over before its last byte is written: what is still writing gets a moment.
    const cut = setTimeout(() => void server.stop(true), lastBytesMs)
    yield* Effect.promise(() => closed)
    clearTimeout(cut)
  })

/** How long the last bytes of an answer may take once every request was answered or given up. */
const lastBytesMs = 250
