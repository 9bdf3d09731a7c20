import { printFloat } from "#core/protocol/serde-json-print.ts"

export type ColumnType = "string" | "number" | "boolean"

/** `price:number` → the name and type of a column. Split at the last colon; an unknown type belongs to the name. */
export const parseHeader = (header: string): { readonly name: string; readonly type: ColumnType } => {
  const colon = header.lastIndexOf(":")
  const suffix = colon === -1 ? "" : header.slice(colon + 1)
  return suffix === "string" || suffix === "number" || suffix === "boolean"
    ? { name: header.slice(0, colon), type: suffix }
    : { name: header, type: "string" }
}

/**
 * The JSON text of a number cell, as Rust parses it: i64 (`+5` and `007` too), else a double; `null` when it is empty,
 * infinite or not a number; null when it is no number at all.
 */
export const csvNumber = (cell: string): string | null => {
  const text = trim(cell)
  if (text === "") return "null"
  if (/^[+-]?[0-9]+$/.test(text)) {
    const integer = BigInt(text.replace("+", ""))
    if (BigInt.asIntN(64, integer) === integer) return integer.toString()
  } else if (!/^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$/.test(text)) {
    return /^[+-]?(inf|infinity|nan)$/i.test(text) ? "null" : null
  }
  const float = Number(text)
  return Number.isFinite(float) ? printFloat(float) : "null"
}

/** The JSON text of a boolean cell; null when it is neither `true` nor `false`. */
export const csvBoolean = (cell: string): string | null => {
  const text = trim(cell)
  if (text === "") return "null"
  return text === "true" || text === "false" ? text : null
}

/** Whitespace as Rust sees it: U+0085 is, U+FEFF is not. */
const trim = (cell: string): string => cell.replace(/^\p{White_Space}+/u, "").replace(/\p{White_Space}+$/u, "")
