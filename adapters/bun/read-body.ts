import type { BodyWatch } from "#adapters/web/incoming-request.ts"
import { scannableBytes } from "#core/documents/scan.ts"

/** Collects a body; stops reading where the watch says so. */
export const readBody = async (request: Request, watch: BodyWatch): Promise<Uint8Array | "too-large" | "gone"> => {
  const announced = request.headers.get("content-length")
  if (Number(announced ?? 0) > watch.bytesMax) return "too-large"
  try {
    // Most bodies come in one piece, which is read several times faster so. Of a larger one we want to see that it comes.
    if (announced !== null && Number(announced) <= onePieceBytes) return new Uint8Array(await request.arrayBuffer())
    if (request.body === null) return new Uint8Array(0)
    return announced === null
      ? await collect(request.body, watch)
      : await collectInPlace(request.body, Number(announced), watch)
  } catch {
    return "gone"
  }
}

const onePieceBytes = 64 * 1024

/** Written where it will be scanned, so that it stands in memory once. */
const collectInPlace = async (
  body: ReadableStream<Uint8Array>,
  announced: number,
  { mayGoOn }: BodyWatch,
): Promise<Uint8Array | "gone"> => {
  const whole = new Uint8Array(scannableBytes(announced))
  let bytes = 0
  // Leaving the loop cancels the stream.
  for await (const chunk of body) {
    whole.set(chunk, bytes)
    bytes += chunk.length
    if (!(await mayGoOn(bytes))) return "gone"
  }
  return whole.subarray(0, bytes)
}

const collect = async (
  body: ReadableStream<Uint8Array>,
  { bytesMax, mayGoOn }: BodyWatch,
): Promise<Uint8Array | "too-large" | "gone"> => {
  const chunks: Array<Uint8Array> = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > bytesMax) return "too-large"
    chunks.push(chunk)
    if (!(await mayGoOn(bytes))) return "gone"
  }
  return Buffer.concat(chunks, bytes)
}
