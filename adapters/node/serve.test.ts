import { connect } from "node:net"
import { Effect } from "effect"
import { expect, test } from "vitest"
import { serverCompressionContract } from "#adapters/contract/server-compression-contract.ts"
import { serverContract } from "#adapters/contract/server-contract.ts"
import { serverLifeContract } from "#adapters/contract/server-life-contract.ts"
import { serveNode } from "./serve.ts"

serverContract("node:http", serveNode)
serverCompressionContract("node:http", serveNode)
serverLifeContract("node:http", serveNode)

test("a shutdown also closes a connection on which nothing was ever asked", async () => {
  const options = {
    host: "127.0.0.1",
    port: 0,
    payloadLimitBytes: 1_000,
    maxRequestsInFlight: 10,
    bodyPauseMaxMs: 30_000,
    shutdownDeadlineMs: 5_000,
  }
  const dialled = Effect.flatMap(serveNode(options, Effect.die), ({ port }) =>
    Effect.callback<{ readonly closed: Promise<void> }>((resume) => {
      const socket = connect(port, "127.0.0.1", () => {
        const closed = new Promise<void>((resolve) => socket.on("close", () => resolve()))
        resume(Effect.succeed({ closed }))
      })
      socket.resume()
    }),
  )
  const { closed } = await Effect.runPromise(Effect.scoped(dialled))
  await expect(closed).resolves.toBeUndefined()
})
