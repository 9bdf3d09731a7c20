/** First pause after a failure; it doubles with each one in a row. */
const pauseFirstMs = 250
/** A cause that went away is noticed at the latest so much later. */
const pauseMostMs = 4_000

/** When what failed is tried again. What never failed is always due. */
export interface RetryPauses {
  readonly isDue: (key: string, nowMs: number) => boolean
  readonly failed: (key: string, nowMs: number) => void
  readonly succeeded: (key: string) => void
  /** Everything is due again. */
  readonly forget: () => void
}

export const makeRetryPauses = (): RetryPauses => {
  const pauses = new Map<string, { readonly dueAtMs: number; readonly pauseMs: number }>()
  return {
    isDue: (key, nowMs) => nowMs >= (pauses.get(key)?.dueAtMs ?? nowMs),
    failed: (key, nowMs) => {
      const last = pauses.get(key)?.pauseMs
      const pauseMs = last === undefined ? pauseFirstMs : Math.min(pauseMostMs, 2 * last)
      pauses.set(key, { dueAtMs: nowMs + pauseMs, pauseMs })
    },
    succeeded: (key) => void pauses.delete(key),
    forget: () => pauses.clear(),
  }
}
