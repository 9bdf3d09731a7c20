/** The state of the fast pass over one payload. */
export interface Scan {
  /** The payload, followed by at least `sentinelBytes` zero bytes: no index needs to be compared with the end. */
  readonly bytes: Uint8Array
  /** The same memory in 32-bit words. */
  readonly words: Int32Array
  /** Kinds of the containers that are open inside a value. */
  nesting: Uint8Array
  /** The name of the primary key in UTF-8; null: no name is looked for. */
  keyName: Uint8Array | null
  /** Where the key's value stood in the last document; 0 when it was not found. */
  keyStart: number
  keyEnd: number
  /** How often the key was found in the last document. */
  keyCount: number
  /** In the last document: a name needs decoding before it can be compared, so the key must be read with care. */
  hasEscapedName: boolean
  /** In the last document: a value that has JSON's form but that the engine may not be able to read. */
  hasDoubtfulValue: boolean
  /** In the last document: a name that begins with the reserved prefix. */
  hasReservedName: boolean
  /** The last string contained a backslash. */
  sawEscape: boolean
}

/** Zero bytes after the payload. A zero byte ends every loop of the scanner, because no JSON text contains one. */
export const sentinelBytes = 8

/** Memory that a payload needs so that it can be scanned where it lies, without a copy: itself, the zero bytes, whole words. */
export const scannableBytes = (payloadBytes: number): number => (payloadBytes + sentinelBytes + 3) & ~3

/**
 * A payload that lies at the beginning of its own memory with enough zero bytes behind it is scanned where it is; any other is copied first.
 * What scanning may overwrite (repeated members of which the last counts) means the same to whoever reads it again.
 */
export const startScan = (payload: Uint8Array): Scan => {
  const bytes = isScannable(payload) ? new Uint8Array(payload.buffer) : copyWithSentinel(payload)
  return {
    bytes,
    words: new Int32Array(bytes.buffer, 0, bytes.length >> 2),
    nesting: new Uint8Array(64),
    keyName: null,
    keyStart: 0,
    keyEnd: 0,
    keyCount: 0,
    hasEscapedName: false,
    hasDoubtfulValue: false,
    hasReservedName: false,
    sawEscape: false,
  }
}

const isScannable = ({ buffer, byteOffset, length }: Uint8Array): boolean => {
  if (byteOffset !== 0 || buffer.byteLength !== scannableBytes(length)) return false
  return new Uint8Array(buffer, length).every((byte) => byte === 0)
}

const copyWithSentinel = (payload: Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(scannableBytes(payload.length))
  bytes.set(payload)
  return bytes
}
