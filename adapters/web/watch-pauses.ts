export interface PauseWatch {
  /** Something came: the clock begins anew, also after `stop`. */
  readonly restart: () => void
  /** It is not the client for whom we wait. */
  readonly stop: () => void
  /** Kept when nothing came for so long. */
  readonly exceeded: Promise<"paused">
}

/** The clock of a client who sends. */
export const watchPauses = (pauseMaxMs: number): PauseWatch => {
  const { promise, resolve } = Promise.withResolvers<"paused">()
  let timer: NodeJS.Timeout | undefined
  const stop = (): void => clearTimeout(timer)
  const restart = (): void => {
    stop()
    timer = setTimeout(() => resolve("paused"), pauseMaxMs)
  }
  restart()
  return { restart, stop, exceeded: promise }
}
