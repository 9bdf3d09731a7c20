/** A client of the proxy or of a node, without an SDK: a scenario wants to see headers and failures as they are. */
export interface Api {
  readonly send: (method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE", path: string, body?: unknown) => Promise<Answer>
}

export interface Answer {
  /** 0: no answer, `body` says why. */
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
  /** The header `X-Miroir-Degraded`, which says that replicas missed a write or that a read does not cover all shards. */
  readonly degraded: string | null
}

/** Longer than the proxy's own deadlines, so that it is the proxy that gives up. */
const requestDeadlineMs = 40_000

/** Never throws. */
export const openApi = (url: string, masterKey: string | null): Api => ({
  send: async (method, path, body) => {
    const headers: Record<string, string> = masterKey === null ? {} : { authorization: `Bearer ${masterKey}` }
    if (body !== undefined) headers["content-type"] = "application/json"
    const request = { method, headers, signal: AbortSignal.timeout(requestDeadlineMs) }
    try {
      const response = await fetch(
        url + path,
        body === undefined ? request : { ...request, body: JSON.stringify(body) },
      )
      const text = await response.text()
      const parsed: unknown = text === "" ? {} : JSON.parse(text)
      return {
        status: response.status,
        body: typeof parsed === "object" && parsed !== null ? (parsed as Record<string, unknown>) : { value: parsed },
        degraded: response.headers.get("x-miroir-degraded"),
      }
    } catch (error) {
      return {
        status: 0,
        body: { message: String(error), cause: String((error as Error).cause ?? "") },
        degraded: null,
      }
    }
  },
})
