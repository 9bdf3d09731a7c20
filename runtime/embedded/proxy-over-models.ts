import { Effect, Exit, Layer, Scope } from "effect"
import { jsonLoggerLayer } from "#adapters/telemetry/json-logger.ts"
import type { Answer } from "#adapters/web/web-server.ts"
import { NodeClient } from "#core/ports/node-client.ts"
import { encodeUtf8 } from "#core/prelude/utf8.ts"
import { type ApiResponse, type HttpMethod, wholeBody } from "#core/protocol/http-message.ts"
import { answerModelNode, applyNextTask, createModelNode, type ModelNode } from "#sim/model/model-node.ts"
import { loadConfig } from "../config/load-config.ts"
import type { Platform } from "../platform.ts"
import { startProxy } from "../proxy.ts"

export interface ModelProxy {
  /** `path` may end with a query; `token` null: no authorization. */
  readonly ask: (method: HttpMethod, path: string, token: string | null, body?: unknown) => Promise<ApiResponse>
  readonly stop: () => Promise<void>
}

/** A whole proxy over two model nodes in this process, without a socket: for tests of what clients see. Its store is in memory. */
export const startProxyOverModels = async (masterKey: string): Promise<ModelProxy> => {
  const nodes = new Map<string, ModelNode>(["n1", "n2"].map((id) => [id, createModelNode({ masterKey: null })]))
  const scope = Effect.runSync(Scope.make())
  let answer: Answer | null = null
  const platform: Platform = {
    name: "node",
    nodeClient: () =>
      Layer.succeed(NodeClient, {
        send: (node, request) =>
          Effect.sync(() => {
            const model = nodes.get(node.id)!
            const sent = { ...request, body: wholeBody(request.body), authorization: null }
            const response = answerModelNode(model, sent, Date.now())
            while (applyNextTask(model, Date.now()));
            return response
          }),
      }),
    serve: (_options, program) => Effect.sync(() => ((answer = program), { port: 0 })),
  }
  const loaded = loadConfig({ file: configFile(masterKey, [...nodes.keys()]), env: {}, flags: {}, readText: String })
  if (loaded.tag === "problems") throw new Error(loaded.problems.join("\n"))
  const logger = jsonLoggerLayer("none")
  await Effect.runPromise(startProxy(loaded.config, platform).pipe(Scope.provide(scope), Effect.provide(logger)))
  return {
    ask: (method, target, token, body = {}) => {
      const [path = "", query = ""] = target.split("?")
      const headers: Record<string, string> = { "content-type": "application/json" }
      if (token !== null) headers["authorization"] = `Bearer ${token}`
      const request = { method, path, query, headers, body: encodeUtf8(JSON.stringify(body)) }
      return Effect.runPromise(answer!(request).pipe(Effect.provide(logger)))
    },
    stop: () => Effect.runPromise(Scope.close(scope, Exit.void)),
  }
}

const configFile = (masterKey: string, nodeIds: ReadonlyArray<string>): string =>
  JSON.stringify({
    master_key: masterKey,
    store: { path: ":memory:" },
    // Where nothing can be written: a dump leaves nothing.
    dumps: { path: "/dev/null/dumps" },
    fleet: {
      replication_factor: 2,
      shards: 4,
      groups: [{ id: "g", nodes: nodeIds.map((id) => ({ id, url: `http://${id}:7700` })) }],
    },
  })
