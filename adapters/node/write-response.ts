import type { IncomingMessage, ServerResponse } from "node:http"
import { pipeline } from "node:stream"
import { compressBody } from "#adapters/web/compress-body.ts"
import type { WireResponse } from "#adapters/web/wire-response.ts"

/** Writes an answer. A header that HTTP forbids would be a bug of ours: it becomes an empty 500, never a crash. */
export const writeResponse = (message: IncomingMessage, response: ServerResponse, wire: WireResponse): void => {
  if (response.destroyed) return
  const plain = Buffer.from(wire.body, "utf8")
  const body = wire.coding === "identity" ? plain : compressBody(plain, wire.coding)
  const hasLength = wire.status !== 204 && "byteLength" in body
  try {
    response.writeHead(wire.status, {
      ...wire.headers,
      // HTTP forbids a length where there can be no body (RFC 9110 §8.6).
      ...(hasLength ? { "content-length": body.byteLength } : {}),
      ...(wire.closesConnection ? { connection: "close" } : {}),
    })
  } catch {
    response.writeHead(500, { "content-length": 0 }).end()
    return
  }
  // A client who leaves in the middle ends the compression, too.
  if (!("byteLength" in body)) pipeline(body, response, () => {})
  else if (wire.closesConnection && message.method !== "HEAD") lingerAfter(message, response, body)
  else response.end(body)
}

/**
 * Closing a connection on which the client is still sending resets it, and the client may never see the answer. So the answer is
 * written, but the connection ended only when the client has stopped sending, or after a moment in which what it sends is thrown away.
 */
const lingerAfter = (message: IncomingMessage, response: ServerResponse, bytes: Uint8Array): void => {
  response.write(bytes)
  const end = (): void => {
    clearTimeout(timer)
    response.end()
  }
  const timer = setTimeout(end, lingerMs)
  message.on("end", end).on("close", end).on("error", end).resume()
}

const lingerMs = 1_000
