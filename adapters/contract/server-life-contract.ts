import { gzipSync } from "node:zlib"
import { Effect } from "effect"
import { describe, expect, test } from "vitest"
import type { Answer } from "#adapters/web/web-server.ts"
import type { ApiRequest, ApiResponse } from "#core/protocol/http-message.ts"
import { defaults, dial, never, ok, remember, type Serve, serverStarter, untilStatus } from "./server-probe.ts"

/** Registers what every server must do with requests that wait, leave, or are cut off by a shutdown. */
export const serverLifeContract = (name: string, serve: Serve): void => {
  const start = serverStarter(serve)

  describe(`${name}: life of a request`, () => {
    test("over the limit in flight a request is answered 503 with Retry-After, and taken again afterwards", async () => {
      const { answer, entered, gate } = waitingAnswer()
      const { url } = await start(answer, { maxRequestsInFlight: 1 })
      const waiting = fetch(`${url}/wait`)
      await entered.promise
      const refused = await fetch(url)
      expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "1"])
      expect(await refused.json()).toMatchObject({ code: "miroir_overloaded" })
      gate.resolve()
      expect((await waiting).status).toBe(200)
      expect((await fetch(url)).status).toBe(200)
    })

    test("a client that leaves interrupts its request and frees its place", async () => {
      const { answer, entered, interrupted } = waitingAnswer()
      const { url, port } = await start(answer, { maxRequestsInFlight: 1 })
      const client = await dial(port)
      client.socket.write("GET /wait HTTP/1.1\r\nhost: h\r\n\r\n")
      await entered.promise
      client.socket.destroy()
      await interrupted.promise
      expect((await fetch(url)).status).toBe(200)
    })

    test("a client that leaves while it sends its body never reaches the program", async () => {
      let asked = 0
      const { url, port } = await start(() => Effect.sync(() => (asked++, ok)), { maxRequestsInFlight: 1 })
      const client = await dial(port)
      client.socket.write("POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 10\r\n\r\nabc")
      await untilStatus(url, 503)
      client.socket.destroy()
      // Asked until the place is free again; every refused attempt did not reach the program.
      await untilStatus(url, 200)
      expect(asked).toBe(1)
    })

    test("clients that leave while they wait to send large bodies take no memory away from later ones", async () => {
      const payloadLimitBytes = 2 * 1024 * 1024
      const { url, port } = await start(() => Effect.succeed(ok), { payloadLimitBytes, maxRequestsInFlight: 4 })
      // Two share all the memory that there is, and the others wait.
      const clients = []
      for (let count = 0; count < 4; count++) {
        const client = await dial(port)
        client.socket.write(`POST / HTTP/1.1\r\nhost: h\r\ncontent-length: ${payloadLimitBytes}\r\n\r\nabc`)
        clients.push(client)
      }
      await untilStatus(url, 503)
      const [one, other, ...waiting] = clients
      for (const { socket } of waiting) socket.destroy()
      await Promise.all(waiting.map(({ closed }) => closed))
      // Who is refused after them is refused by a server that knows that they have left.
      await untilStatus(url, 503)
      await untilStatus(url, 503)
      for (const client of [one, other]) client?.socket.destroy()
      const upload = { method: "POST", body: new Uint8Array(payloadLimitBytes) }
      await untilStatus(url, 200)
      expect((await Promise.all([fetch(url, upload), fetch(url, upload)])).map(({ status }) => status)).toEqual([
        200, 200,
      ])
    })

    test("clients who begin bodies without a length and send nothing hold up nobody", async () => {
      const payloadLimitBytes = 2 * 1024 * 1024
      const { url, port } = await start(() => Effect.succeed(ok), { payloadLimitBytes, maxRequestsInFlight: 4 })
      const clients = []
      for (let count = 0; count < 4; count++) {
        const client = await dial(port)
        client.socket.write(chunkedHead)
        clients.push(client)
      }
      await untilStatus(url, 503)
      clients[0]?.socket.destroy()
      await untilStatus(url, 200)
      const search = await dial(port)
      search.socket.write(`${chunkedHead}2\r\n{}\r\n0\r\n\r\n`)
      await search.until(/"ok"/)
      search.socket.destroy()
      await untilStatus(url, 200)
      const upload = await fetch(url, { method: "POST", body: new Uint8Array(payloadLimitBytes) })
      expect(upload.status).toBe(200)
      for (const { socket } of clients) socket.destroy()
    })

    test("many large bodies without a length arrive, though only two at a time get memory", async () => {
      const payloadLimitBytes = 2 * 1024 * 1024
      const seen: Array<ApiRequest> = []
      const { url } = await start(remember(seen), { payloadLimitBytes })
      const bytes = new Uint8Array(payloadLimitBytes - 1).fill(7)
      const uploads = Array.from({ length: 6 }, () => {
        const init = { method: "POST", body: streamOf(bytes), duplex: "half" }
        return fetch(url, init as RequestInit)
      })
      expect((await Promise.all(uploads)).map(({ status }) => status)).toEqual(uploads.map(() => 200))
      for (const { headers, body } of seen) {
        expect(headers["content-length"]).toBeUndefined()
        expect(Buffer.from(body).equals(bytes)).toBe(true)
      }
    })

    test.each([chunkedHead, "POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 100000\r\n\r\n", shortHead])(
      "a client who sends nothing for too long after %j is answered 408, and its place is free again",
      async (head) => {
        const { url, port } = await start(() => Effect.succeed(ok), { maxRequestsInFlight: 1, bodyPauseMaxMs: 100 })
        const client = await dial(port)
        client.socket.write(`${head}1`)
        await client.closed
        expect(client.received()).toMatch(/^HTTP\/1\.1 408 /)
        expect((await fetch(url)).status).toBe(200)
      },
    )

    test("who may send no large body is told so when one begins, and a small one reaches the program", async () => {
      const { url, port } = await start(() => Effect.succeed(ok), { refuseUnread: () => Effect.succeed(forbidden) })
      const client = await dial(port)
      client.socket.write("POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 2000000\r\n\r\n")
      await client.closed
      expect(client.received()).toMatch(/^HTTP\/1\.1 403 /)
      const growing = await dial(port)
      growing.socket.write(`${chunkedHead}${(2_000_000).toString(16)}\r\n${"x".repeat(1_500_000)}`)
      await growing.until(/ 403 /)
      const bomb = {
        method: "POST",
        headers: { "content-encoding": "gzip" },
        body: gzipSync(new Uint8Array(2_000_000)),
      }
      expect((await fetch(url, bomb)).status).toBe(403)
      expect((await fetch(url, { method: "POST", body: "{}" })).status).toBe(200)
    })

    test("a shutdown lets running requests finish, then refuses connections", async () => {
      const { answer, entered, gate } = waitingAnswer()
      const { port, stop } = await start(answer)
      const idle = await dial(port)
      idle.socket.write("GET / HTTP/1.1\r\nhost: h\r\n\r\n")
      await idle.until(/"ok"/)
      const running = await dial(port)
      running.socket.write("GET /wait HTTP/1.1\r\nhost: h\r\n\r\n")
      await entered.promise
      const stopped = stop()
      await idle.closed
      gate.resolve()
      await Promise.all([stopped, running.closed])
      expect(running.received()).toMatch(/^HTTP\/1.1 200 OK[^]*\{"ok":true\}$/)
      await expect(dial(port)).rejects.toThrow(/ECONNREFUSED/)
    })

    test("a shutdown interrupts at the deadline what does not finish", async () => {
      const { answer, entered, interrupted } = waitingAnswer()
      const { port, stop } = await start(answer, { shutdownDeadlineMs: 50 })
      const client = await dial(port)
      client.socket.write("GET /wait HTTP/1.1\r\nhost: h\r\n\r\n")
      await entered.promise
      await Promise.all([stop(), interrupted.promise, client.closed])
    })

    test("a second server on the same port fails with a sentence", async () => {
      const { port } = await start(remember([]))
      const second = serve({ ...defaults, port }, never).pipe(Effect.scoped, Effect.flip)
      expect(await Effect.runPromise(second)).toMatchObject({
        _tag: "ListenError",
        code: "EADDRINUSE",
        message: `cannot listen on 127.0.0.1:${port}: another process is listening there already`,
      })
    })
  })
}

/** Without a length, also on Bun. */
const streamOf = (bytes: Uint8Array) =>
  new ReadableStream({
    start: (controller) => {
      controller.enqueue(bytes)
      controller.close()
    },
  })

const chunkedHead = "POST / HTTP/1.1\r\nhost: h\r\ntransfer-encoding: chunked\r\n\r\n"
const shortHead = "POST / HTTP/1.1\r\nhost: h\r\ncontent-length: 10\r\n\r\n"
const forbidden: ApiResponse = { status: 403, body: "{}", headers: {} }

/** Answers at once, but for `/wait`: that one when the gate is opened. */
const waitingAnswer = () => {
  const entered = Promise.withResolvers<void>()
  const gate = Promise.withResolvers<void>()
  const interrupted = Promise.withResolvers<void>()
  const wait = Effect.promise(() => (entered.resolve(), gate.promise)).pipe(
    Effect.onInterrupt(() => Effect.sync(interrupted.resolve)),
  )
  const answer: Answer = ({ path }) => (path === "/wait" ? Effect.as(wait, ok) : Effect.succeed(ok))
  return { answer, entered, gate, interrupted }
}
