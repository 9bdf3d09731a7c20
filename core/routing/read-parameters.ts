import type { Json } from "#core/prelude/json.ts"

/** How a value is written in a query string. */
export type ParameterKind = "text" | "count" | "flag" | "number" | "list" | "filter" | "sort" | "numbers"

/**
 * Turns the parameters of a query string into the body that would say the same. Null where a node should say what is wrong:
 * with a parameter that is not listed, or a value that is not of its kind.
 */
export const readParameters = (
  pairs: ReadonlyArray<readonly [string, string]>,
  kinds: Readonly<Record<string, ParameterKind>>,
): Readonly<Record<string, Json>> | null => {
  const body: Record<string, Json> = {}
  for (const [name, text] of pairs) {
    const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined
    const value = kind === undefined ? undefined : readParameter(kind, text)
    if (value === undefined) return null
    body[name] = value
  }
  return body
}

const readParameter = (kind: ParameterKind, text: string): Json | undefined => {
  switch (kind) {
    case "text":
      return text
    case "count":
      return /^\+?[0-9]{1,15}$/.test(text) ? Number(text) : undefined
    case "number":
      return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : undefined
    case "flag":
      return text === "true" ? true : text === "false" ? false : undefined
    case "list":
      return text === "" ? [] : text.split(",")
    case "numbers": {
      const numbers = text.split(",").map(Number)
      return numbers.every(Number.isFinite) ? numbers : undefined
    }
    case "sort":
      return splitSort(text)
    case "filter":
      return readFilter(text)
  }
}

/** Commas separate criteria, but not inside `_geoPoint(a, b)`. */
const splitSort = (text: string): ReadonlyArray<string> =>
  text.split(/,(?![^(]*\))/).map((criterion) => criterion.trim())

/** JSON where it can be read as JSON, so that arrays work; otherwise it is an expression. */
const readFilter = (text: string): Json => {
  try {
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}
