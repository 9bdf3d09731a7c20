/** One order of everything that begins and ends, and the clock beside it. */
export interface TraceOrder {
  readonly beginRequest: () => { readonly request: number; readonly began: number; readonly atMs: number }
  readonly end: () => { readonly ended: number; readonly endedMs: number }
}

export const startTraceOrder = (): TraceOrder => {
  const startedAt = performance.now()
  // A tenth of a millisecond is as fine as anybody reads it.
  const sinceStart = (): number => Math.round((performance.now() - startedAt) * 10) / 10
  let requests = 0
  let places = 0
  return {
    beginRequest: () => ({ request: ++requests, began: ++places, atMs: sinceStart() }),
    end: () => ({ ended: ++places, endedMs: sinceStart() }),
  }
}
