import { Effect } from "effect"
import { describe, expect, test } from "vitest"
import type { Answer } from "#adapters/web/web-server.ts"
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
