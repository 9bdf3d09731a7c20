import { reservedPrefix } from "#core/protocol/hidden-fields.ts"

export interface ExchangeRecorder {
  /** What happened since the last call, and which of it had a hidden field's name in its raw body. */
  readonly take: () => { readonly recorded: ReadonlyArray<string>; readonly leaked: ReadonlyArray<string> }
  /** Still looks for leaks, but does not record: how often a client asks whether a task has ended depends on the clock. */
  readonly withoutRecording: <Value>(work: () => Promise<Value>) => Promise<Value>
  /** Gives `fetch` back. */
  readonly stop: () => void
}

/** Hidden fields begin with it; nothing that the session sends contains it. */
const hiddenMark = reservedPrefix.slice(0, -1)

/**
 * Listens to `fetch` itself, so that the SDK stays unmodified and bodies are seen as they came over the wire, also the
 * parts that the SDK would drop. One recorder at a time.
 */
export const recordExchanges = (): ExchangeRecorder => {
  const original = globalThis.fetch
  let recorded: string[] = []
  let leaked: string[] = []
  let isRecording = true
  globalThis.fetch = async (input, init) => {
    const response = await original(input, init)
    const text = await response.text()
    const url = new URL(input instanceof Request ? input.url : String(input))
    const exchange = `${init?.method ?? "GET"} ${url.pathname} ${response.status}`
    if (text.includes(hiddenMark)) leaked.push(exchange)
    if (isRecording) recorded.push(exchange)
    // 204 and 304 may not have a body, not even an empty one.
    const body = text === "" ? null : text
    return new Response(body, { status: response.status, statusText: response.statusText, headers: response.headers })
  }
  return {
    take: () => {
      const taken = { recorded, leaked }
      recorded = []
      leaked = []
      return taken
    },
    withoutRecording: async (work) => {
      isRecording = false
      try {
        return await work()
      } finally {
        isRecording = true
      }
    },
    stop: () => {
      globalThis.fetch = original
    },
  }
}
