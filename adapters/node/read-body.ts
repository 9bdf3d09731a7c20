import type { IncomingMessage } from "node:http"
import { scannableBytes } from "#core/documents/scan.ts"

/** Collects a body; stops listening, without closing anything, as soon as it is larger than `bytesMax`. */
export const readBody = (message: IncomingMessage, bytesMax: number): Promise<Uint8Array | "too-large" | "gone"> => {
  const announced = Number(message.headers["content-length"] ?? 0)
  if (announced > bytesMax) return Promise.resolve("too-large")
  return new Promise((resolve) => {
    // A large body of a known size is written where it will stay: neither collecting nor scanning it needs a second copy.
    const whole = announced > largeBodyBytes ? new Uint8Array(scannableBytes(announced)) : null
    const chunks: Array<Buffer> = []
    let bytes = 0
    const finish = (outcome: Uint8Array | "too-large" | "gone"): void => {
      message.off("data", collect).off("end", complete).off("close", leave).off("error", leave)
      resolve(outcome)
    }
    const collect = (chunk: Buffer): void => {
      bytes += chunk.length
      if (bytes > bytesMax) {
        message.pause()
        finish("too-large")
      } else if (whole === null) chunks.push(chunk)
      else whole.set(chunk, bytes - chunk.length)
    }
    const complete = (): void => {
      if (whole !== null) finish(whole.subarray(0, bytes))
      else finish(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, bytes))
    }
    const leave = (): void => finish("gone")
    message.on("data", collect).on("end", complete).on("close", leave).on("error", leave)
  })
}

/** Below this, one more copy costs less than memory of its own. */
const largeBodyBytes = 64 * 1024
