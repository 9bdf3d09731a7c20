export interface Wait {
  /** After so long the wait fails and says what it waited for. */
  readonly deadlineMs: number
  /** Pause between two questions. */
  readonly intervalMs: number
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/**
 * Asks until the answer is neither null nor false, and returns it. Fails with a sentence that names `what` and, where
 * `circumstances` is given, how things stood at the end.
 */
export const waitUntil = async <Answer>(
  what: string,
  question: () => Promise<Answer | null | false>,
  wait: Wait,
  circumstances: () => string = () => "",
): Promise<Answer> => {
  const startedAt = performance.now()
  for (;;) {
    const answer = await question()
    if (answer !== null && answer !== false) return answer
    if (performance.now() - startedAt > wait.deadlineMs) {
      throw new Error(`waited ${wait.deadlineMs} ms for ${what}, in vain\n${circumstances()}`.trimEnd())
    }
    await pause(wait.intervalMs)
  }
}
