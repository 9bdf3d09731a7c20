import { parseArgs } from "node:util"
import { Effect } from "effect"
import { serveModelNode } from "#runtime/embedded/serve-model-node.ts"
import { nodePlatform } from "#runtime/platform.node.ts"

// A model node as a process, for machines without an engine: `node embedded-node.ts --port 7701 [--master-key KEY]`.
// Its data lives in memory and dies with it.

const { values } = parseArgs({ options: { port: { type: "string" }, "master-key": { type: "string" } } })
const node = serveModelNode(nodePlatform, { port: Number(values.port), masterKey: values["master-key"] ?? null })
await Effect.runPromise(Effect.scoped(Effect.andThen(node, Effect.never)))
