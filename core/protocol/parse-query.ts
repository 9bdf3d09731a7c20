import { decodeUtf8, encodeUtf8 } from "#core/prelude/utf8.ts"

/**
 * Names and values of a query string in the order in which they stand, decoded like a form: `%41` and `+`. What is no
 * percent sequence stays as it is, bytes that are not UTF-8 become U+FFFD. A name without `=` has the empty value.
 * The engine takes the last value of a repeated name; `lastValues` does that.
 */
export const parseQuery = (query: string): ReadonlyArray<readonly [name: string, value: string]> =>
  query
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const equals = pair.indexOf("=")
      return equals === -1
        ? ([decodeForm(pair), ""] as const)
        : ([decodeForm(pair.slice(0, equals)), decodeForm(pair.slice(equals + 1))] as const)
    })

/** Each name once, with its last value, in the order in which the names first came. */
export const lastValues = (pairs: ReadonlyArray<readonly [name: string, value: string]>): ReadonlyMap<string, string> =>
  new Map(pairs)

const percent = 0x25

const decodeForm = (text: string): string => {
  const spaced = text.includes("+") ? text.replaceAll("+", " ") : text
  return spaced.includes("%") ? decodePercent(spaced) : spaced
}

const decodePercent = (text: string): string => {
  const source = encodeUtf8(text)
  const target = new Uint8Array(source.length)
  let length = 0
  for (let at = 0; at < source.length; at++) {
    const high = source[at] === percent ? hexDigit(source[at + 1]) : null
    const low = high === null ? null : hexDigit(source[at + 2])
    if (high !== null && low !== null) {
      target[length++] = high * 16 + low
      at += 2
    } else target[length++] = source[at]!
  }
  return decodeUtf8(target.subarray(0, length))
}

const hexDigit = (byte: number | undefined): number | null => {
  const digit = byte === undefined ? Number.NaN : Number.parseInt(String.fromCharCode(byte), 16)
  return Number.isNaN(digit) ? null : digit
}
