export interface ConcurrencyLimit {
  /** Runs the work as soon as fewer than the limit are running; first come, first served. The work must not fail. */
  readonly run: (work: () => Promise<void>) => void
}

/**
 * At most `runningMax` pieces of work at a time. What waits is not bounded here: it is bounded by the number of requests
 * that the server lets in, and each of them has a deadline that makes its turn end at once.
 */
export const limitConcurrency = (runningMax: number): ConcurrencyLimit => {
  const waiting: Array<() => Promise<void>> = []
  let running = 0
  const start = (work: () => Promise<void>): void => {
    running += 1
    void work().finally(() => {
      running -= 1
      const next = waiting.shift()
      if (next !== undefined) start(next)
    })
  }
  return {
    run: (work) => {
      if (running < runningMax) start(work)
      else waiting.push(work)
    },
  }
}
