// How Rust prints what stands in Meilisearch's messages: numbers as serde_json writes them, strings as `{:?}` does.

/** A double as serde_json writes it: the shortest digits that read back, `1.0` with its point, `1e16` from 10^16 on. */
export const printFloat = (value: number): string => {
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0"
  const sign = value < 0 ? "-" : ""
  const [mantissa = "", exponentText = ""] = Math.abs(value).toExponential().split("e")
  const digits = mantissa.replace(".", "")
  /** Where the point stands, counted from the first digit. */
  const point = Number(exponentText) + 1
  if (point >= digits.length && point <= pointMax) return `${sign}${digits.padEnd(point, "0")}.0`
  if (point > 0 && point <= pointMax) return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`
  if (point > pointMin && point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : ""
  return `${sign}${digits.charAt(0)}${fraction}e${point - 1}`
}

/** A string as Rust's `{:?}` prints it: quotes and backslashes escaped, invisible characters as `\u{200b}`. */
export const debugString = (text: string): string => {
  let printed = '"'
  for (const character of text) printed += shortEscapes.get(character) ?? visible(character)
  return `${printed}"`
}

const pointMax = 16
const pointMin = -5

const shortEscapes: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ["\\", "\\\\"],
  ["\0", "\\0"],
  ["\t", "\\t"],
  ["\r", "\\r"],
  ["\n", "\\n"],
])

const visible = (character: string): string =>
  character !== " " && /[\p{C}\p{Z}\p{Grapheme_Extend}]/u.test(character)
    ? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`
    : character
