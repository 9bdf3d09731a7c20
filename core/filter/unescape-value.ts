import { escapeDebug } from "./escape-debug.ts"

/**
 * What a value means, or why it has no meaning. `unfinished`: the text ends inside an escape, where the engine fails
 * with an internal error instead of answering.
 */
export type Unescaped =
  | { readonly tag: "text"; readonly text: string }
  | { readonly tag: "refused"; readonly sentence: string }
  | { readonly tag: "unfinished"; readonly sentence: string }

const simpleEscapes: Readonly<Record<string, string>> = {
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  "'": "'",
  '"': '"',
  "\\": "\\",
  "/": "/",
}

/** Up to three octal digits, and at most `\377`. */
const octal = /(?:[0-3][0-7]{0,2}|[4-7][0-7]?)/y
const hexadecimal = /^\+?[0-9a-fA-F]+$/
const codePointMax = 0x10ffff

/** Resolves `\n`, `\x41`, `\u00e9`, `\u{1F980}`, `\101` and the like in the source of a value. */
export const unescapeValue = (source: string): Unescaped => {
  let text = ""
  for (let at = 0; at < source.length;) {
    const slash = source.indexOf("\\", at)
    if (slash === -1) return { tag: "text", text: text + source.slice(at) }
    text += source.slice(at, slash)
    const escape = readEscape(source, slash + 1)
    if (typeof escape === "string") return failure(escape, source)
    text += escape.character
    at = escape.next
  }
  return { tag: "text", text }
}

type Escape = { readonly character: string; readonly next: number } | "malformed" | "notANumber" | "unfinished"

const readEscape = (source: string, at: number): Escape => {
  const letter = source.charAt(at)
  const simple = simpleEscapes[letter]
  if (simple !== undefined) return { character: simple, next: at + 1 }
  if (letter === "x") return readDigits(source, at + 1, 2)
  if (letter === "u" && source.charAt(at + 1) === "{") {
    // A missing brace is forgiven: the digits end with the value.
    const close = source.indexOf("}", at + 2)
    return readCharacter(
      source.slice(at + 2, close === -1 ? source.length : close),
      close === -1 ? source.length : close + 1,
    )
  }
  if (letter === "u") return readDigits(source, at + 1, 4)
  octal.lastIndex = at
  const digits = octal.exec(source)?.[0]
  if (digits !== undefined)
    return { character: String.fromCodePoint(Number.parseInt(digits, 8)), next: at + digits.length }
  return letter === "" ? "unfinished" : "malformed"
}

/** Exactly so many characters, whatever they are, read as a hexadecimal number. */
const readDigits = (source: string, at: number, count: number): Escape => {
  const characters = Array.from(source.slice(at, at + 2 * count)).slice(0, count)
  const digits = characters.join("")
  return characters.length < count ? "unfinished" : readCharacter(digits, at + digits.length)
}

const readCharacter = (digits: string, next: number): Escape => {
  if (!hexadecimal.test(digits)) return "notANumber"
  const code = Number.parseInt(digits, 16)
  if (code > 0xffffffff) return "notANumber"
  const isCharacter = code <= codePointMax && (code < 0xd800 || code > 0xdfff)
  return isCharacter ? { character: String.fromCodePoint(code), next } : "malformed"
}

const failure = (reason: "malformed" | "notANumber" | "unfinished", source: string): Unescaped =>
  reason === "notANumber"
    ? { tag: "refused", sentence: `Found an invalid escaped sequence number: \`${escapeDebug(source)}\`.` }
    : { tag: reason === "malformed" ? "refused" : "unfinished", sentence: malformedValue(source) }

export const malformedValue = (source: string): string => `Malformed value: \`${escapeDebug(source)}\`.`
