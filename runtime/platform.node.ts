import { undiciNodeClientLayer } from "#adapters/meilisearch/undici-node-client.ts"
import { serveNode } from "#adapters/node/serve.ts"
import type { Platform } from "./platform.ts"

export const nodePlatform: Platform = { name: "node", serve: serveNode, nodeClient: undiciNodeClientLayer }
