import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { AddressInfo, Socket } from "node:net"
import { Effect, Fiber, Result, type Layer } from "effect"
import * as fc from "fast-check"
import { afterEach, describe, expect, test } from "vitest"
import { NodeClient, type NodeUnreachable } from "#core/ports/node-client.ts"
import type { NodeRequest, NodeResponse } from "#core/protocol/http-message.ts"
import { closedPort, onRequests, startLoopbackServer } from "./loopback-server.ts"

type Outcome = Result.Result<NodeResponse, NodeUnreachable>
type Use = (
  send: (url: string, request?: Partial<NodeRequest>) => Effect.Effect<NodeResponse, NodeUnreachable>,
) => Effect.Effect<void>

/** Registers what every node client must do, on real sockets. */
export const nodeClientContract = (
  name: string,
  makeLayer: (options: { readonly nodeKey: string | null }) => Layer.Layer<NodeClient>,
): void => {
  const clean: Array<() => Promise<unknown>> = []
  afterEach(async () => {
    await Promise.all(clean.splice(0).map((stop) => stop()))
  })

  const raw = async (serve: (socket: Socket) => void) => {
    const server = await startLoopbackServer(serve)
    clean.push(server.stop)
    return server
  }
  const http = async (answer: (request: IncomingMessage, body: Buffer, response: ServerResponse) => void) => {
    const server = createServer((request, response) => {
      const chunks: Array<Buffer> = []
      request.on("data", (chunk: Buffer) => chunks.push(chunk))
      request.on("end", () => answer(request, Buffer.concat(chunks), response))
    })
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    clean.push(() => stopHttp(server))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }
  const withClient = (use: Use, nodeKey: string | null = null): Promise<void> =>
    Effect.gen(function* () {
      const client = yield* NodeClient
      yield* use((url, request) => client.send({ id: "n1", url }, { ...anyRequest, ...request }))
    }).pipe(Effect.provide(makeLayer({ nodeKey })), Effect.runPromise)
  const outcomeOf = async (url: string, request: Partial<NodeRequest> = {}): Promise<Outcome> => {
    let outcome: Outcome | undefined
    await withClient((send) =>
      Effect.map(Effect.result(send(url, request)), (result) => {
        outcome = result
      }),
    )
    return outcome!
  }

  describe(`${name}: what arrives`, () => {
    test("any status is an answer", async () => {
      const url = await http((request, _body, response) => {
        response.writeHead(Number(request.url!.slice(1)), { location: "/200" }).end(`"${request.url}"`)
      })
      await withClient((send) =>
        Effect.gen(function* () {
          for (const status of [200, 202, 302, 400, 404, 500, 503]) {
            const answer = yield* Effect.orDie(send(url, { path: `/${status}` }))
            expect(answer).toEqual({ status, body: `"/${status}"` })
          }
        }),
      )
    })

    test("an answer without a body has an empty body", async () => {
      const url = await http((_request, _body, response) => void response.writeHead(204).end())
      expect(await outcomeOf(url)).toMatchObject({ success: { status: 204, body: "" } })
    })

    test("method, path, query, key, content type and body reach the node as given", async () => {
      const url = await http((request, body, response) => {
        const { authorization, "content-type": contentType, "accept-encoding": encoding } = request.headers
        response.end(
          JSON.stringify([request.method, request.url, authorization, contentType, encoding, body.toString("utf8")]),
        )
      })
      const seen: Array<unknown> = []
      const collect = Effect.map(({ body }: NodeResponse) => void seen.push(JSON.parse(body)))
      await withClient(
        (send) =>
          Effect.gen(function* () {
            yield* send(url, {
              method: "PATCH",
              path: "/i/a%20b?x=1&y=%F0%9F%A6%8A",
              body: '{"a":"ü"}',
              contentType: "application/json",
            }).pipe(Effect.orDie, collect)
            yield* send(url, { method: "DELETE", path: "/i", body: null, contentType: null }).pipe(
              Effect.orDie,
              collect,
            )
            yield* send(url, {
              method: "POST",
              path: "/n",
              body: new TextEncoder().encode("{}\n{}"),
              contentType: "application/x-ndjson",
            }).pipe(Effect.orDie, collect)
            yield* send(url, { method: "POST", path: "/e", body: "text", contentType: null }).pipe(
              Effect.orDie,
              collect,
            )
          }),
        "the-key",
      )
      expect(seen).toEqual([
        ["PATCH", "/i/a%20b?x=1&y=%F0%9F%A6%8A", "Bearer the-key", "application/json", "identity", '{"a":"ü"}'],
        ["DELETE", "/i", "Bearer the-key", null, "identity", ""],
        ["POST", "/n", "Bearer the-key", "application/x-ndjson", "identity", "{}\n{}"],
        ["POST", "/e", "Bearer the-key", null, "identity", "text"],
      ])
    })

    test("without a key no authorization is sent", async () => {
      const url = await http((request, _body, response) => void response.end(String(request.headers.authorization)))
      expect(await outcomeOf(url)).toMatchObject({ success: { body: "undefined" } })
    })

    test("every text comes back as it went, however its bytes are cut", async () => {
      const url = await http((_request, body, response) => {
        for (let at = 0; at < body.length; at += 3) response.write(body.subarray(at, at + 3))
        response.end()
      })
      await withClient((send) =>
        Effect.promise(() =>
          fc.assert(
            fc.asyncProperty(fc.string({ unit: "binary", minLength: 1 }), async (text) => {
              const sent = text.toWellFormed()
              const answer = await Effect.runPromise(send(url, { method: "POST", body: sent }))
              // A byte order mark at the start is not part of a JSON text; runtimes differ in whether they keep it.
              expect(answer.body.replace(/^\uFEFF/, "")).toBe(sent.replace(/^\uFEFF/, ""))
            }),
            { numRuns: 60 },
          ),
        ),
      )
    })

    test("20 MB go there and back unchanged", async () => {
      const url = await http((_request, body, response) => void response.end(body))
      const body = JSON.stringify(Array.from({ length: 200_000 }, (_, id) => ({ id, text: `${"x".repeat(80)}${id}` })))
      const outcome = await outcomeOf(url, { method: "POST", body, timeoutMs: 20_000 })
      expect(Result.isSuccess(outcome) && outcome.success.body === body).toBe(true)
    })
  })

  describe(`${name}: what does not arrive`, () => {
    test("a refused connection was not sent", async () => {
      const port = await closedPort()
      expect(await outcomeOf(`http://127.0.0.1:${port}`)).toMatchObject(unreachable("no", /ECONNREFUSED/))
    })

    test("a name that does not resolve was not sent", async () => {
      expect(await outcomeOf("http://no-such-host.invalid:7700")).toMatchObject(
        unreachable("no", /ENOTFOUND|EAI_AGAIN/),
      )
    })

    test("a reset after the request leaves open whether it was done", async () => {
      const server = await raw((socket) => onRequests(socket, () => socket.resetAndDestroy()))
      expect(await outcomeOf(server.url, { method: "POST", body: "{}" })).toMatchObject(unreachable("unknown"))
    })

    test("a node that closes without answering leaves open whether it was done", async () => {
      const server = await raw((socket) => onRequests(socket, () => socket.end()))
      expect(await outcomeOf(server.url, { method: "POST", body: "{}" })).toMatchObject(unreachable("unknown"))
    })

    test.each([["content-length: 10\r\n\r\nabc"], ["transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n"]])(
      "half an answer is no answer (%j)",
      async (rest) => {
        const server = await raw((socket) => onRequests(socket, () => socket.end(`HTTP/1.1 202 Accepted\r\n${rest}`)))
        expect(await outcomeOf(server.url, { method: "POST", body: "{}" })).toMatchObject(unreachable("unknown"))
      },
    )

    test("a slow answer fails at the deadline and its connection is closed", async () => {
      const server = await raw(() => {})
      const outcome = await outcomeOf(server.url, { timeoutMs: 120 })
      expect(outcome).toMatchObject(unreachable("unknown", /no answer within 120 ms/))
      await server.closed(1)
    })

    test("an answer that stops in the middle fails at the deadline", async () => {
      const server = await raw((socket) =>
        onRequests(socket, () => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc")),
      )
      expect(await outcomeOf(server.url, { timeoutMs: 120 })).toMatchObject(unreachable("unknown", /120 ms/))
    })

    test("an interrupted request closes its connection", async () => {
      const arrival = Promise.withResolvers<void>()
      const server = await raw((socket) => onRequests(socket, () => arrival.resolve()))
      await withClient((send) =>
        Effect.gen(function* () {
          const fiber = yield* Effect.forkChild(send(server.url))
          yield* Effect.promise(() => arrival.promise)
          yield* Fiber.interrupt(fiber)
          yield* Effect.promise(() => server.closed(1))
        }),
      )
    })

    test("a request is never sent twice, even when a kept connection dies under it", async () => {
      const times = new Map<string, number>()
      const server = await raw((socket) =>
        onRequests(socket, (request, index) => {
          const body = request.slice(request.indexOf("\r\n\r\n") + 4)
          times.set(body, (times.get(body) ?? 0) + 1)
          if (index === 0) socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
          else socket.destroy()
        }),
      )
      await withClient((send) =>
        Effect.gen(function* () {
          for (let n = 0; n < 6; n++) yield* Effect.result(send(server.url, { method: "POST", body: `body ${n}` }))
        }),
      )
      expect([...times.values()]).toEqual([1, 1, 1, 1, 1, 1])
    })
  })

  describe(`${name}: connections`, () => {
    test("requests one after the other share connections", async () => {
      const server = await raw((socket) =>
        onRequests(socket, () => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")),
      )
      await withClient((send) =>
        Effect.gen(function* () {
          for (let n = 0; n < 10; n++) yield* Effect.orDie(send(server.url))
        }),
      )
      // Two, not one: a request that is sent while the answer before it is still being put away takes a second connection.
      expect(server.connections()).toBeLessThanOrEqual(2)
    })

    test("a connection that the node closed while idle is replaced without an error", async () => {
      const server = await raw((socket) =>
        onRequests(socket, () => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")),
      )
      await withClient((send) =>
        Effect.gen(function* () {
          for (let n = 1; n <= 3; n++) {
            expect(yield* Effect.orDie(send(server.url))).toEqual({ status: 200, body: "ok" })
            yield* Effect.promise(() => server.closed(n))
          }
        }),
      )
    })

    test("a node gets at most 64 connections at a time, and one that hangs does not delay another", async () => {
      const full = Promise.withResolvers<void>()
      const hanging = await raw(() => {
        if (hanging.connections() === 64) full.resolve()
      })
      const quick = await http((_request, _body, response) => void response.end("ok"))
      await withClient((send) =>
        Effect.gen(function* () {
          const waiting = Effect.forEach(Array.from({ length: 80 }), () => send(hanging.url), {
            concurrency: "unbounded",
          })
          const fiber = yield* Effect.forkChild(waiting)
          yield* Effect.promise(() => full.promise)
          // Twenty times there and back is time enough for a connection too many to arrive.
          for (let n = 0; n < 20; n++) expect(yield* Effect.orDie(send(quick))).toEqual({ status: 200, body: "ok" })
          expect(hanging.connections()).toBe(64)
          yield* Fiber.interrupt(fiber)
        }),
      )
    })
  })
}

const anyRequest: NodeRequest = { method: "GET", path: "/", body: null, contentType: null, timeoutMs: 15_000 }

const unreachable = (wasSent: "no" | "unknown", reason = /./) => ({
  _tag: "Failure",
  failure: { _tag: "NodeUnreachable", nodeId: "n1", wasSent, reason: expect.stringMatching(reason) },
})

const stopHttp = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
