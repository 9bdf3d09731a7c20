import type { IncomingMessage } from "node:http"
import type { BodyWatch } from "#adapters/web/incoming-request.ts"
import { scannableBytes } from "#core/documents/scan.ts"

/** Collects a body; stops listening, without closing anything, where the watch says so. */
export const readBody = (
  message: IncomingMessage,
  { bytesMax, mayGoOn }: BodyWatch,
): Promise<Uint8Array | "too-large" | "gone"> => {
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
    const stop = (outcome: "too-large" | "gone"): void => {
      message.pause()
      finish(outcome)
    }
    const collect = (chunk: Buffer): void => {
      bytes += chunk.length
      if (bytes > bytesMax) return stop("too-large")
      const goesOn = mayGoOn(bytes)
      if (goesOn === false) return stop("gone")
      if (whole === null) chunks.push(chunk)
      else whole.set(chunk, bytes - chunk.length)
      if (goesOn === true) return
      message.pause()
      goesOn.then(
        (yes) => (yes ? message.resume() : stop("gone")),
        () => stop("gone"),
      )
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
