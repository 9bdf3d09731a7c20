import { Effect } from "effect"
import { expect, test } from "vitest"
import { serveNode } from "#adapters/node/serve.ts"
import { Peers } from "#core/ports/peers.ts"
import type { ApiRequest } from "#core/protocol/http-message.ts"
import { closedPort } from "../contract/loopback-server.ts"
import { httpPeersLayer } from "./http-peers.ts"

const request: ApiRequest = {
  method: "POST",
  path: "/indexes/movies/documents",
  query: "primaryKey=id",
  headers: { "accept-encoding": "br", authorization: "Bearer key", "content-length": "9", host: "a" },
  body: new Uint8Array([0x5b, 0x5d]),
}

const handOn = (address: string, path = request.path) =>
  Effect.flatMap(Peers, (peers) => peers.send(address, { ...request, path })).pipe(Effect.provide(httpPeersLayer))

const options = {
  host: "127.0.0.1",
  port: 0,
  payloadLimitBytes: 1_000,
  maxRequestsInFlight: 10,
  bodyPauseMaxMs: 30_000,
  shutdownDeadlineMs: 1_000,
}

test("a request is handed on with its key, and its answer comes back uncompressed", async () => {
  const seen: Array<ApiRequest> = []
  const answer = { status: 202, headers: { "x-miroir-degraded": "shards=1" }, body: `"${"a".repeat(50_000)}"` }
  const other = serveNode(options, (received) => Effect.sync(() => (seen.push(received), answer)))
  const handed = Effect.flatMap(other, ({ port }) => handOn(`http://127.0.0.1:${port}`))
  expect(await Effect.runPromise(Effect.scoped(handed))).toEqual(answer)
  expect(seen).toMatchObject([{ path: request.path, query: request.query, method: "POST" }])
  expect(seen[0]?.headers).toMatchObject({ authorization: "Bearer key", "accept-encoding": "identity" })
  expect([...(seen[0]?.body ?? [])]).toEqual([0x5b, 0x5d])
})

test("no path means something else to the other proxy than to this one", async () => {
  const seen: Array<string> = []
  const other = serveNode(options, ({ path }) =>
    Effect.sync(() => (seen.push(path), { status: 202, headers: {}, body: "" })),
  )
  const paths = [
    "/indexes/a#b",
    "/indexes/a\\documents",
    "/indexes/./documents",
    "/indexes/%2E%2e/documents",
    "/indexes/..",
  ]
  const handed = Effect.flatMap(other, ({ port }) =>
    Effect.forEach(paths, (path) => handOn(`http://127.0.0.1:${port}`, path)),
  )
  const answers = await Effect.runPromise(Effect.scoped(handed))
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 404, 404, 404])
  expect(seen).toEqual(["/indexes/a%23b", "/indexes/a%5Cdocuments"])
})

test("a proxy that does not listen any more is unreachable", async () => {
  const failed = await Effect.runPromise(Effect.flip(handOn(`http://127.0.0.1:${await closedPort()}`)))
  expect(failed).toMatchObject({ _tag: "PeerUnreachable" })
})
