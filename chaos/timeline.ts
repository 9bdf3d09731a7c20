export interface TimelineEvent {
  /** Since the start of the scenario. */
  readonly atMs: number
  readonly what: string
}

export interface Timeline {
  readonly note: (what: string) => void
  readonly events: () => ReadonlyArray<TimelineEvent>
}

/** What happened when; each event is printed as it happens, unless `print` drops it. */
export const startTimeline = (print: (line: string) => void): Timeline => {
  const startedAt = performance.now()
  const events: TimelineEvent[] = []
  return {
    note: (what) => {
      const atMs = Math.round(performance.now() - startedAt)
      events.push({ atMs, what })
      print(`${(atMs / 1000).toFixed(1).padStart(6)} s  ${what}`)
    },
    events: () => events,
  }
}
