import { Predicate, SchemaIssue } from "effect"
import { isJsonObject } from "#core/prelude/json.ts"
import { allKeys, keyAt, pathName } from "./config-names.ts"
import { nearestName } from "./nearest-name.ts"

/**
 * One sentence per thing that is wrong with a configuration: where it stands, what was expected, what was found, and which
 * variable or flag gave it. Values of secrets are never quoted.
 */
export const explainIssues = (
  issue: SchemaIssue.Issue,
  tree: unknown,
  originOf: (path: string) => string | null,
): ReadonlyArray<string> => {
  const sentences = findings(issue).issues.map(({ path: segments = [], message }) => {
    const path = segments.map((segment) => (typeof segment === "object" ? segment.key : segment))
    return message === unknownKey
      ? explainUnknown(path)
      : explainValue(path, valueAt(tree, path), originOf(pathName(path)))
  })
  return [...new Set(sentences)]
}

/** The formatter finds the paths; of its messages we only need to know whether the key itself is the mistake. */
const unknownKey = "unknown key"
const findings = SchemaIssue.makeFormatterStandardSchemaV1({
  leafHook: (leaf) => (Predicate.isTagged(leaf, "UnexpectedKey") ? unknownKey : "wrong value"),
  checkHook: () => "wrong value",
})

const explainUnknown = (path: ReadonlyArray<PropertyKey>): string => {
  const wrong = pathName(path)
  const parent = pathName(path.slice(0, -1))
  const known = namesBelow(path.slice(0, -1))
  const here = known.map((name) => (parent === "" ? name : `${parent}.${name}`))
  const elsewhere = allKeys.map((key) => pathName(key.path)).filter((name) => !name.includes("[]"))
  const nearest = nearestName(wrong, here) ?? nearestName(wrong, elsewhere)
  if (nearest !== null) return `${wrong} is not a key; did you mean ${nearest}?`
  return `${wrong} is not a key; the keys ${parent === "" ? "at the top" : `of ${parent}`} are ${known.join(", ")}`
}

const explainValue = (path: ReadonlyArray<PropertyKey>, value: unknown, origin: string | null): string => {
  const key = keyAt(path)
  const expected = key?.documentation.expected ?? `a group of keys (${namesBelow(path).join(", ")})`
  const got = key?.documentation.secret === true ? kindOf(value) : quote(value)
  return `${pathName(path)}: expected ${expected}, got ${got}${origin === null ? "" : ` (from ${origin})`}`
}

/** The names that may stand right below a path. */
const namesBelow = (path: ReadonlyArray<PropertyKey>): ReadonlyArray<string> => {
  const parent = path.map((part) => (typeof part === "number" ? "[]" : String(part)))
  const below = allKeys.filter((key) => parent.every((part, position) => key.path[position] === part))
  return [...new Set(below.flatMap((key) => key.path[parent.length] ?? []))].filter((name) => name !== "[]")
}

const valueAt = (tree: unknown, path: ReadonlyArray<PropertyKey>): unknown =>
  path.reduce<unknown>((value, part) => {
    if (Array.isArray(value)) return value[Number(part)]
    return isJsonObject(value) && Object.hasOwn(value, part) ? value[String(part)] : undefined
  }, tree)

/** Longest value that a message quotes in full, in characters: enough to find it again in the file. */
const quotedCharactersMax = 60

const quote = (value: unknown): string => {
  if (value === null || typeof value === "boolean" || typeof value === "number") return String(value)
  if (typeof value !== "string") return kindOf(value)
  const quoted = JSON.stringify(value)
  return quoted.length <= quotedCharactersMax ? quoted : `${quoted.slice(0, quotedCharactersMax)}…`
}

const kindOf = (value: unknown): string => {
  if (value === undefined || value === null) return "nothing"
  if (Array.isArray(value)) return "a list"
  return typeof value === "object" ? "a group of keys" : `a ${typeof value}`
}
