import type { Canary } from "./canary.ts"
import { livenessCanaries } from "./liveness-canaries.ts"
import { nodeCanaries } from "./node-canaries.ts"
import { proxyCanaries } from "./proxy-canaries.ts"
import { storeCanaries } from "./store-canaries.ts"

/** Every bug that the checkers must find. */
export const canaries: ReadonlyArray<Canary> = [
  ...storeCanaries,
  ...nodeCanaries,
  ...proxyCanaries,
  ...livenessCanaries,
]
