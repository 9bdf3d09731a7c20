const escapes: Readonly<Record<string, string>> = {
  "\0": "\\0",
  "\t": "\\t",
  "\n": "\\n",
  "\r": "\\r",
  "\\": "\\\\",
  '"': '\\"',
  "'": "\\'",
}

const notPrintable = /[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Zs}]/u
const extendsGrapheme = /\p{Grapheme_Extend}/u

/** Text as Rust's `str::escape_debug` prints it, which is how the engine quotes user text in its messages. */
export const escapeDebug = (text: string): string => {
  let escaped = ""
  for (const character of text) {
    const mustEscape =
      character !== " " && (notPrintable.test(character) || (escaped.length === 0 && extendsGrapheme.test(character)))
    escaped += escapes[character] ?? (mustEscape ? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}` : character)
  }
  return escaped
}
