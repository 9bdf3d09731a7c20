import type { IncomingMessage, ServerResponse } from "node:http"
import type { WireResponse } from "#adapters/web/wire-response.ts"

/** Writes an answer. A header that HTTP forbids would be a bug of ours: it becomes an empty 500, never a crash. */
export const writeResponse = (message: IncomingMessage, response: ServerResponse, wire: WireResponse): void => {
  if (response.destroyed) return
  const bytes = Buffer.from(wire.body, "utf8")
  try {
    response.writeHead(wire.status, {
      ...wire.headers,
      // HTTP forbids a length where there can be no body (RFC 9110 §8.6).
      ...(wire.status === 204 ? {} : { "content-length": bytes.length }),
      ...(wire.closesConnection ? { connection: "close" } : {}),
    })
  } catch {
    response.writeHead(500, { "content-length": 0 }).end()
    return
  }
  if (wire.closesConnection && message.method !== "HEAD") lingerAfter(message, response, bytes)
  else response.end(bytes)
}

/**
 * Closing a connection on which the client is still sending resets it, and the client may never see the answer. So the answer is
 * written, but the connection ended only when the client has stopped sending, or after a moment in which what it sends is thrown away.
 */
const lingerAfter = (message: IncomingMessage, response: ServerResponse, bytes: Buffer): void => {
  response.write(bytes)
  const end = (): void => {
    clearTimeout(timer)
    response.end()
  }
  const timer = setTimeout(end, lingerMs)
  message.on("end", end).on("close", end).on("error", end).resume()
}

const lingerMs = 1_000
