import { parentPort } from "node:worker_threads"
import { canaries } from "./canaries.ts"
import { searchCanary } from "./search-canary.ts"

/** One search, for the thread that asks. A plant is a function, which does not travel: its name does. */
export interface CanaryQuestion {
  readonly name: string
  readonly firstSeed: number
  readonly isShrinking: boolean
}

parentPort?.on("message", ({ name, firstSeed, isShrinking }: CanaryQuestion) => {
  const canary = canaries.find((one) => one.name === name)!
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window: there is no origin
  parentPort?.postMessage(searchCanary(canary, firstSeed, isShrinking))
})
