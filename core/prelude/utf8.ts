// Core compiles without the types of any runtime. These two classes are pure and part of every runtime we know,
// so they are declared here, in one place, with only what we use of them.
declare const TextDecoder: new (
  label: string,
  options: { fatal: boolean; ignoreBOM: boolean },
) => {
  decode(bytes: Uint8Array): string
}
declare const TextEncoder: new () => { encode(text: string): Uint8Array }

const lenient = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true })
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()

/** Text of UTF-8 bytes; a malformed sequence becomes U+FFFD. */
export const decodeUtf8 = (bytes: Uint8Array): string => lenient.decode(bytes)

/** Text of UTF-8 bytes, or null where they are not UTF-8. */
export const decodeUtf8Strictly = (bytes: Uint8Array): string | null => {
  try {
    return strict.decode(bytes)
  } catch {
    return null
  }
}

export const encodeUtf8 = (text: string): Uint8Array => encoder.encode(text)
