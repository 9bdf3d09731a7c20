import { Effect, Exit, Layer, Scope } from "effect"
import { expect, test } from "vitest"
import { onRequests, startLoopbackServer } from "#adapters/contract/loopback-server.ts"
import { nodeClientContract } from "#adapters/contract/node-client-contract.ts"
import { NodeClient } from "#core/ports/node-client.ts"
import type { NodeRequest } from "#core/protocol/http-message.ts"
import { undiciNodeClientLayer } from "./undici-node-client.ts"

const request: NodeRequest = { method: "GET", path: "/", body: null, contentType: null, timeoutMs: 5_000 }

nodeClientContract("undici", undiciNodeClientLayer)

test("closing the scope closes idle connections, and what is asked afterwards was not sent", async () => {
  const server = await startLoopbackServer((socket) =>
    onRequests(socket, () => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")),
  )
  const scope = Effect.runSync(Scope.make())
  const context = await Effect.runPromise(Layer.buildWithScope(undiciNodeClientLayer({ nodeKey: null }), scope))
  const send = Effect.provide(
    Effect.flatMap(NodeClient, (client) => client.send({ id: "n1", url: server.url }, request)),
    context,
  )
  expect(await Effect.runPromise(send)).toEqual({ status: 200, body: "ok" })
  await Effect.runPromise(Scope.close(scope, Exit.void))
  await server.closed(1)
  expect(await Effect.runPromise(Effect.flip(send))).toMatchObject({ wasSent: "no", reason: "the client is closed" })
  await server.stop()
})

test("a path that no request line can carry fails as not sent instead of throwing", async () => {
  const failure = await Effect.flatMap(NodeClient, (client) =>
    client.send({ id: "n1", url: "http://127.0.0.1:1" }, { ...request, path: "/a b\r\nx: y" }),
  ).pipe(Effect.flip, Effect.provide(undiciNodeClientLayer({ nodeKey: null })), Effect.runPromise)
  expect(failure).toMatchObject({ _tag: "NodeUnreachable", wasSent: "no" })
})
