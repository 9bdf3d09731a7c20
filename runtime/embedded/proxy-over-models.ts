import { Effect, Exit, Layer, Scope } from "effect"
import { jsonLoggerLayer } from "#adapters/telemetry/json-logger.ts"
import type { Answer, WebServerOptions } from "#adapters/web/web-server.ts"
import { NodeClient, NodeUnreachable } from "#core/ports/node-client.ts"
import { encodeUtf8 } from "#core/prelude/utf8.ts"
import { type ApiResponse, type HttpMethod, wholeBody } from "#core/protocol/http-message.ts"
import { answerModelNode, applyNextTask, createModelNode, type ModelNode } from "#sim/model/model-node.ts"
import { loadConfig } from "../config/load-config.ts"
import type { Platform } from "../platform.ts"
import { startProxy } from "../proxy.ts"

export interface ModelProxy {
  /** `path` may end with a query; `token` null: no authorization. */
  readonly ask: (
    method: HttpMethod,
    path: string,
    token: string | null,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<ApiResponse>
  /** What a client is told who begins to send a large body; null: go on. */
  readonly refuseUnread: (method: HttpMethod, path: string, token: string | null) => Promise<ApiResponse | null>
  /** From now on nothing reaches that node. */
  readonly lose: (nodeId: string) => void
  /** The next request that is sent to that node gets no answer. */
  readonly stumble: (nodeId: string) => void
  readonly stop: () => Promise<void>
}

/** A whole proxy over the model nodes `n1` and `n2` in this process, without a socket: for tests of what clients see. Its store is in memory. */
export const startProxyOverModels = async (masterKey: string, replicationFactor = 2): Promise<ModelProxy> => {
  const nodes = new Map<string, ModelNode>(["n1", "n2"].map((id) => [id, createModelNode({ masterKey: null })]))
  const scope = Effect.runSync(Scope.make())
  const stumbling = new Set<string>()
  let answer: Answer | null = null
  let refuseUnread: WebServerOptions["refuseUnread"]
  const platform: Platform = {
    name: "node",
    nodeClient: () =>
      Layer.succeed(NodeClient, {
        send: (node, request) =>
          Effect.suspend(() => {
            const model = nodes.get(node.id)
            if (model === undefined || stumbling.delete(node.id))
              return Effect.fail(new NodeUnreachable({ nodeId: node.id, wasSent: "no", reason: "it does not answer" }))
            const sent = { ...request, body: wholeBody(request.body), authorization: null }
            const response = answerModelNode(model, sent, Date.now())
            while (applyNextTask(model, Date.now()));
            return Effect.succeed(response)
          }),
      }),
    serve: (options, program) =>
      Effect.sync(() => {
        answer = program
        refuseUnread = options.refuseUnread
        return { port: 0 }
      }),
  }
  const file = configFile(masterKey, [...nodes.keys()], replicationFactor)
  const loaded = loadConfig({ file, env: {}, flags: {}, readText: String })
  if (loaded.tag === "problems") throw new Error(loaded.problems.join("\n"))
  const logger = jsonLoggerLayer("none")
  await Effect.runPromise(startProxy(loaded.config, platform).pipe(Scope.provide(scope), Effect.provide(logger)))
  return {
    lose: (nodeId) => void nodes.delete(nodeId),
    stumble: (nodeId) => void stumbling.add(nodeId),
    ask: (method, target, token, body = {}, given = {}) => {
      const [path = "", query = ""] = target.split("?")
      const headers: Record<string, string> = { "content-type": "application/json", ...given }
      if (token !== null) headers["authorization"] = `Bearer ${token}`
      const request = { method, path, query, headers, body: encodeUtf8(JSON.stringify(body)) }
      return Effect.runPromise(answer!(request).pipe(Effect.provide(logger)))
    },
    refuseUnread: (method, path, token) => {
      const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` }
      return Effect.runPromise(refuseUnread!({ method, path, query: "", headers, body: encodeUtf8("") }))
    },
    stop: () => Effect.runPromise(Scope.close(scope, Exit.void)),
  }
}

const configFile = (masterKey: string, nodeIds: ReadonlyArray<string>, replicationFactor: number): string =>
  JSON.stringify({
    master_key: masterKey,
    store: { path: ":memory:" },
    // Where nothing can be written: a dump leaves nothing.
    dumps: { path: "/dev/null/dumps" },
    fleet: {
      replication_factor: replicationFactor,
      shards: 4,
      groups: [{ id: "g", nodes: nodeIds.map((id) => ({ id, url: `http://${id}:7700` })) }],
    },
  })
