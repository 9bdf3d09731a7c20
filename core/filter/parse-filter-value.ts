import type { Json } from "#core/prelude/json.ts"
import type { FilterExpression } from "./filter-expression.ts"
import type { FilterGrammar } from "./filter-grammar.ts"
import { type ParsedFilter, parseFilter } from "./parse-filter.ts"

/**
 * Reads the JSON forms of a filter: a string, or an array of strings and arrays of strings, where the outer array
 * means AND and an inner one OR. Empty members are left out; what is left of nothing is the empty filter.
 * Wrong types are found before syntax errors, wherever they stand.
 */
export const parseFilterValue = (filter: Json | undefined, grammar?: FilterGrammar): ParsedFilter => {
  if (filter === undefined || filter === null) return { tag: "parsed", expression: null }
  if (typeof filter === "string") return parseFilter(filter, grammar)
  if (!isList(filter)) return wrongType("String, Array", filter)
  for (const member of filter) {
    if (isList(member)) {
      const wrong = member.find((text) => typeof text !== "string")
      if (wrong !== undefined) return wrongType("String", wrong)
    } else if (typeof member !== "string") return wrongType("String, [String]", member)
  }
  return parseAll(filter, "and", (member) =>
    isList(member)
      ? parseAll(member, "or", (text) => parseFilter(text as string, grammar))
      : parseFilter(member as string, grammar),
  )
}

const parseAll = (
  members: ReadonlyArray<Json>,
  tag: "and" | "or",
  parse: (member: Json) => ParsedFilter,
): ParsedFilter => {
  const operands: Array<FilterExpression> = []
  for (const member of members) {
    const parsed = parse(member)
    if (parsed.tag === "refused") return parsed
    if (parsed.expression !== null) operands.push(parsed.expression)
  }
  return { tag: "parsed", expression: operands.length > 1 ? { tag, operands } : (operands[0] ?? null) }
}

const wrongType = (expected: string, found: Json): ParsedFilter => ({
  tag: "refused",
  message: `Invalid syntax for the filter parameter: \`expected ${expected}, found: ${JSON.stringify(found)}\`.`,
})

const isList = (value: Json): value is ReadonlyArray<Json> => Array.isArray(value)
