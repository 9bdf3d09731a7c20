import { serveBun } from "#adapters/bun/serve.ts"
import { fetchNodeClientLayer } from "#adapters/meilisearch/fetch-node-client.ts"
import type { Platform } from "./platform.ts"

export const bunPlatform: Platform = { name: "bun", serve: serveBun, nodeClient: fetchNodeClientLayer }
