import { scannableBytes } from "#core/documents/scan.ts"

/** Collects a body; stops reading as soon as it is larger than `bytesMax`. */
export const readBody = async (request: Request, bytesMax: number): Promise<Uint8Array | "too-large" | "gone"> => {
  const announced = request.headers.get("content-length")
  if (Number(announced ?? 0) > bytesMax) return "too-large"
  try {
    // A body of a known size is read in one piece, several times faster than in chunks, unless a second copy of it would count.
    if (announced !== null && Number(announced) <= largeBodyBytes) return new Uint8Array(await request.arrayBuffer())
    if (request.body === null) return new Uint8Array(0)
    return announced === null
      ? await collect(request.body, bytesMax)
      : await collectInPlace(request.body, Number(announced))
  } catch {
    return "gone"
  }
}

/** From here on a body is written where it will be scanned, so that it stands in memory once. */
const largeBodyBytes = 8 * 1024 * 1024

const collectInPlace = async (body: ReadableStream<Uint8Array>, announced: number): Promise<Uint8Array> => {
  const whole = new Uint8Array(scannableBytes(announced))
  let bytes = 0
  for await (const chunk of body) {
    whole.set(chunk, bytes)
    bytes += chunk.length
  }
  return whole.subarray(0, bytes)
}

const collect = async (body: ReadableStream<Uint8Array>, bytesMax: number): Promise<Uint8Array | "too-large"> => {
  const chunks: Array<Uint8Array> = []
  let bytes = 0
  // Leaving the loop cancels the stream.
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > bytesMax) return "too-large"
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, bytes)
}
