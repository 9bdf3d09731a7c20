import { Effect, Logger } from "effect"
import { expect, test, vi } from "vitest"
import { openFrontDoor } from "./front-door.ts"
import type { IncomingRequest } from "./incoming-request.ts"
import { type BodyTerms, receiveBody } from "./receive-body.ts"
import type { WireResponse } from "./wire-response.ts"

const options = {
  host: "127.0.0.1",
  port: 0,
  payloadLimitBytes: 1_000,
  maxRequestsInFlight: 10,
  bodyPauseMaxMs: 30_000,
  shutdownDeadlineMs: 60_000,
}

test("a bug while a body is read is answered 500, logged, and keeps no place in flight", async () => {
  const logged: Array<unknown> = []
  const logger = Logger.layer([Logger.make(({ message }) => void logged.push(message))])
  const door = await Effect.runPromise(Effect.provide(openFrontDoor(options, Effect.die), logger))
  const answered = Promise.withResolvers<WireResponse>()
  const incoming: IncomingRequest = {
    method: "POST",
    target: "/x",
    headers: { "content-length": "5" },
    readBody: () => Promise.reject(new Error("boom")),
  }
  door.receive(incoming, answered.resolve)
  expect(await answered.promise).toMatchObject({ status: 500, closesConnection: true })
  await Effect.runPromise(door.drain)
  expect(JSON.stringify(logged)).toContain("POST /x")
})

test("a client who waits for memory is not a client who pauses", async () => {
  vi.useFakeTimers()
  try {
    const admitted = Promise.withResolvers<null>()
    const terms: BodyTerms = {
      limitBytes: 100_000_000,
      pauseMaxMs: 1_000,
      admit: () => admitted.promise,
      isWanted: () => true,
    }
    const body = new Uint8Array(2_000_000)
    const incoming: IncomingRequest = {
      method: "POST",
      target: "/x",
      headers: { "transfer-encoding": "chunked" },
      readBody: async ({ mayGoOn }) => ((await mayGoOn(body.length)) ? body : "gone"),
    }
    const received = receiveBody(incoming, terms)
    vi.advanceTimersByTime(10_000)
    admitted.resolve(null)
    expect((await received).kind).toBe("body")
    expect(vi.getTimerCount()).toBe(0)
  } finally {
    vi.useRealTimers()
  }
})
