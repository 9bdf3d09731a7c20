import { availableParallelism } from "node:os"
import { Worker } from "node:worker_threads"
import type { CanaryQuestion } from "./canary-worker.ts"
import { canaries } from "./canaries.ts"
import type { CanaryResult } from "./search-canary.ts"

export interface CanarySearch {
  readonly firstSeed: number
  readonly isShrinking: boolean
  /** Is given the results in the order of the canaries, each as soon as those before it are there. */
  readonly onResult: (result: CanaryResult) => void
}

/** Searches for all planted bugs, one per core at a time: each search is its own, so the results are the same on any number of cores. */
export const runCanaries = async (search: CanarySearch): Promise<ReadonlyArray<CanaryResult>> => {
  const waiting = canaries.map(({ name }) => name)
  const results = new Map<string, CanaryResult>()
  const inOrder: Array<CanaryResult> = []
  const take = (result: CanaryResult): void => {
    results.set(result.name, result)
    for (let next = results.get(nameAt(inOrder)); next !== undefined; next = results.get(nameAt(inOrder))) {
      inOrder.push(next)
      search.onResult(next)
    }
  }
  const threads = Math.min(availableParallelism(), canaries.length)
  await Promise.all(Array.from({ length: threads }, () => workThrough(waiting, search, take)))
  return inOrder
}

const nameAt = ({ length }: ReadonlyArray<CanaryResult>): string => canaries[length]?.name ?? ""

/** One thread, until nothing waits any more. */
const workThrough = (
  waiting: Array<string>,
  { firstSeed, isShrinking }: CanarySearch,
  take: (result: CanaryResult) => void,
): Promise<void> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./canary-worker.ts", import.meta.url))
    const askNext = (): void => {
      const name = waiting.shift()
      if (name === undefined) return void worker.terminate().then(() => resolve(), reject)
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window: there is no origin
      worker.postMessage({ name, firstSeed, isShrinking } satisfies CanaryQuestion)
    }
    worker.on("error", reject)
    worker.on("message", (result: CanaryResult) => {
      take(result)
      askNext()
    })
    askNext()
  })
