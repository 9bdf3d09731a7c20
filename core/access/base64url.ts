import { encodeUtf8 } from "#core/prelude/utf8.ts"

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
const valueOfByte = new Map(Array.from(alphabet, (letter, value) => [letter.charCodeAt(0), value]))

export type DecodedBase64 =
  | { readonly tag: "decoded"; readonly bytes: Uint8Array }
  /** The words of Rust's `base64` crate, which the engine repeats. */
  | { readonly tag: "refused"; readonly reason: string }

/** Base64 in the alphabet of URLs, without padding (RFC 4648 §5); bits behind the last byte must be 0. */
export const decodeBase64Url = (text: string): DecodedBase64 => {
  const source = encodeUtf8(text)
  const rest = source.length % 4
  const last = source.length - 1
  const bytes = new Uint8Array(Math.floor((source.length * 3) / 4))
  let bits = 0
  let held = 0
  let length = 0
  for (const [offset, byte] of source.entries()) {
    const value = valueOfByte.get(byte)
    if (value === undefined) return refuse(`Invalid symbol ${byte}, offset ${offset}.`)
    held = ((held << 6) | value) & 0xffff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      bytes[length++] = held >> bits
      held &= (1 << bits) - 1
    }
  }
  if (rest === 1) return refuse(`Invalid input length: ${source.length}`)
  if (held !== 0) return refuse(`Invalid last symbol ${source[last]}, offset ${last}.`)
  return { tag: "decoded", bytes: bytes.subarray(0, length) }
}

export const encodeBase64Url = (bytes: Uint8Array): string => {
  let text = ""
  for (let index = 0; index < bytes.length; index += 3) {
    const [first = 0, second = 0, third = 0] = bytes.subarray(index, index + 3)
    const group = (first << 16) | (second << 8) | third
    const letters = Math.min(4, bytes.length - index + 1)
    for (let letter = 0; letter < letters; letter++) text += alphabet.charAt((group >> (18 - 6 * letter)) & 63)
  }
  return text
}

const refuse = (reason: string): DecodedBase64 => ({ tag: "refused", reason })
