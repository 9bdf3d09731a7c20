import { coversAttribute } from "./attribute-patterns.ts"
import { isRawArray, isRawObject, type RawObject, type RawValue } from "./raw-json.ts"

/** The part of a document that the names stand for: `*`, `title`, `author.name`; unknown names are ignored. */
export const selectFields = (document: RawObject, names: ReadonlyArray<string>): RawObject => {
  if (names.includes("*")) return document
  return pick("", document, names)
}

const pick = (prefix: string, value: RawObject, names: ReadonlyArray<string>): RawObject => {
  const picked = new Map<string, RawValue>()
  for (const [key, item] of value) {
    const name = `${prefix}${key}`
    if (names.some((wanted) => coversAttribute(wanted, name))) picked.set(key, item)
    else if (names.some((wanted) => wanted.startsWith(`${name}.`))) {
      const below = pickBelow(`${name}.`, item, names)
      if (below !== undefined) picked.set(key, below)
    }
  }
  return picked
}

const pickBelow = (prefix: string, value: RawValue, names: ReadonlyArray<string>): RawValue | undefined => {
  if (isRawObject(value)) {
    const picked = pick(prefix, value, names)
    return picked.size > 0 ? picked : undefined
  }
  if (!isRawArray(value)) return undefined
  return value.flatMap((item) => {
    const picked = pickBelow(prefix, item, names)
    return picked === undefined ? [] : [picked]
  })
}
