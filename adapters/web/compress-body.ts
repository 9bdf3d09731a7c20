import type { Readable } from "node:stream"
import * as zlib from "node:zlib"
import type { ContentCoding } from "./negotiate-coding.ts"

/**
 * The body as it goes out. A small one is compressed at once: that costs less than the way to another thread and back. A larger one is
 * compressed in the thread pool while it is sent, as fast as the client takes it, so that it does not stand in memory a second time.
 */
export const compressBody = (body: Uint8Array, coding: ContentCoding): Uint8Array<ArrayBuffer> | Readable => {
  if (body.length <= bytesAtOnceMax) return atOnce[coding](body)
  const stream = inPieces[coding]()
  stream.end(body)
  return stream
}

/** So much takes some tenths of a millisecond, in which nobody else is answered. */
const bytesAtOnceMax = 32 * 1024

// Clients are mostly near, so the cheapest levels win: they take three quarters of an answer away for a third of what the defaults cost.
const deflate = { level: 1 }
const brotli = { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 1 } }

/** What a compressor needs to start with weighs more than the work on a small body: little memory, and room for what will come out. */
const frugal = ({ length }: Uint8Array) => ({ memLevel: 5, chunkSize: Math.max(64, length >> 1) })

const atOnce = {
  br: (body: Uint8Array) => zlib.brotliCompressSync(body, { ...brotli, chunkSize: frugal(body).chunkSize }),
  gzip: (body: Uint8Array) => zlib.gzipSync(body, { ...deflate, ...frugal(body) }),
  deflate: (body: Uint8Array) => zlib.deflateSync(body, { ...deflate, ...frugal(body) }),
}

/** Bytes that leave a compressor at a time; each piece is one way to the thread pool. */
const chunkSize = 64 * 1024

const inPieces = {
  br: () => zlib.createBrotliCompress({ ...brotli, chunkSize }),
  gzip: () => zlib.createGzip({ ...deflate, chunkSize }),
  deflate: () => zlib.createDeflate({ ...deflate, chunkSize }),
}
