import { brotliDecompress, gunzip, inflate } from "node:zlib"

/** What became of the bytes of a body. */
export type DecodedBody =
  | { readonly kind: "body"; readonly bytes: Uint8Array }
  | { readonly kind: "too-large" }
  /** Damaged or cut short. */
  | { readonly kind: "malformed" }

/**
 * Undoes `Content-Encoding`: gzip, deflate (with zlib's header) and br, whatever the case of the name. Any other encoding, also
 * a list of several, is passed through untouched, as Meilisearch does. `limitBytes` counts what comes out; a bomb is stopped there.
 */
export const decodeBody = (
  bytes: Uint8Array,
  encoding: string | undefined,
  limitBytes: number,
): Promise<DecodedBody> => {
  const decode = decoderOf(encoding)
  if (decode === undefined) {
    return Promise.resolve(bytes.length > limitBytes ? { kind: "too-large" } : { kind: "body", bytes })
  }
  return new Promise((resolve) => {
    decode(bytes, { maxOutputLength: limitBytes }, (error, decoded) => {
      if (error === null) resolve({ kind: "body", bytes: decoded })
      else
        resolve({ kind: (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE" ? "too-large" : "malformed" })
    })
  })
}

/** Whether `decodeBody` would decode. */
export const isEncoded = (encoding: string | undefined): boolean => decoderOf(encoding) !== undefined

const decoderOf = (encoding: string | undefined): Decoder | undefined =>
  encoding === undefined ? undefined : decoders.get(encoding.trim().toLowerCase())

type Decoder = (
  bytes: Uint8Array,
  options: { readonly maxOutputLength: number },
  done: (error: Error | null, decoded: Uint8Array) => void,
) => void

/** A map, because the client chooses the name, and every object has a `constructor`. */
const decoders: ReadonlyMap<string, Decoder> = new Map<string, Decoder>([
  ["gzip", gunzip],
  ["deflate", inflate],
  ["br", brotliDecompress],
])
