import { encodeUtf8 } from "./utf8.ts"

export type ParsedUuid =
  | { readonly tag: "parsed"; readonly uuid: string }
  /** The words of Rust's `uuid` crate, which the engine repeats. */
  | { readonly tag: "refused"; readonly reason: string }

/**
 * Reads a UUID in each of the four forms that Rust's `uuid` crate takes: with hyphens, without, in braces, and as a URN.
 * `uuid` comes out in lower case with hyphens.
 */
export const parseUuid = (text: string): ParsedUuid => {
  const [, digits = ""] = forms.map((form) => form.exec(text)).find((found) => found !== null) ?? []
  if (digits === "") return { tag: "refused", reason: reasonOf(text) }
  return { tag: "parsed", uuid: withHyphens(digits.replaceAll("-", "").toLowerCase()) }
}

/** A UUID of version 4 out of 16 random bytes. */
export const uuidOfBytes = (bytes: ReadonlyArray<number>): string =>
  withHyphens(
    bytes
      .map((byte, position) => (position === 6 ? (byte & 0x0f) | 0x40 : position === 8 ? (byte & 0x3f) | 0x80 : byte))
      .map((byte) => byte.toString(16).padStart(2, "0"))
      .join(""),
  )

const hyphenated = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
const forms = [
  new RegExp(`^(${hyphenated})$`),
  /^([0-9a-fA-F]{32})$/,
  new RegExp(`^\\{(${hyphenated})\\}$`),
  new RegExp(`^urn:uuid:(${hyphenated})$`),
]

const withHyphens = (digits: string): string =>
  [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join("-")

const urn = "urn:uuid:"
const groupLengths = [8, 4, 4, 4, 12]
/** Where each group begins, and where a sixth would. */
const groupStarts = [0, 9, 14, 19, 24]

/** Positions are counted in bytes, from 1 for characters and from 0 for groups. */
const reasonOf = (text: string): string => {
  const isBraced = text.startsWith("{") && text.endsWith("}") && text.length > 1
  const offset = isBraced ? 1 : text.startsWith(urn) ? urn.length : 0
  const inner = isBraced ? text.slice(1, -1) : text.slice(offset)
  const length = encodeUtf8(text).length
  const hyphens: Array<number> = []
  let position = 0
  for (const character of inner) {
    if (character === "-") hyphens.push(position)
    else if (!/^[0-9a-fA-F]$/.test(character))
      return `invalid character: expected an optional prefix of \`urn:uuid:\` followed by [0-9a-fA-F-], found \`${character}\` at ${position + offset + 1}`
    position += encodeUtf8(character).length
  }
  if (hyphens.length === 0 && offset === 0)
    return `invalid length: expected length 32 for simple format, found ${length}`
  if (hyphens.length !== 4) return `invalid group count: expected 5, found ${hyphens.length + 1}`
  const wrong = hyphens.findIndex((hyphen, group) => hyphen !== groupStarts[group + 1]! - 1)
  const group = wrong === -1 ? 4 : wrong
  const found = wrong === -1 ? length - groupStarts[4]! : hyphens[wrong]! - groupStarts[wrong]!
  return `invalid group length in group ${group}: expected ${groupLengths[group]}, found ${found}`
}
