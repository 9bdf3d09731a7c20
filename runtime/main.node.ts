import { nodePlatform } from "./platform.node.ts"
import { runProxy } from "./run-proxy.ts"

await runProxy(nodePlatform, process.argv.slice(2))
