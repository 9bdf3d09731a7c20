import type { Effect, Layer, Scope } from "effect"
import type { Answer, ListenError, WebServerOptions } from "#adapters/web/web-server.ts"
import type { NodeClient } from "#core/ports/node-client.ts"

/** What differs between Node and Bun: how requests come in, and how they go out to the nodes. */
export interface Platform {
  readonly name: "node" | "bun"
  readonly serve: (
    options: WebServerOptions,
    answer: Answer,
  ) => Effect.Effect<{ readonly port: number }, ListenError, Scope.Scope>
  readonly nodeClient: (options: { readonly nodeKey: string | null }) => Layer.Layer<NodeClient>
}
