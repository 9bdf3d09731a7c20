import { bunPlatform } from "./platform.bun.ts"
import { runProxy } from "./run-proxy.ts"

await runProxy(bunPlatform, process.argv.slice(2))
