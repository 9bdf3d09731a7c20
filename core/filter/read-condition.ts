import { type ComparisonOperator, type FilterExpression, type FilterValue, negate } from "./filter-expression.ts"
import { FilterRefused, unexpectedInList } from "./filter-refused.ts"
import { readRequiredValue, readValue } from "./read-value.ts"
import { readVectors } from "./read-vectors.ts"
import { literal, phrase, skipSpace, wholeWord } from "./tokens.ts"

export interface ReadExpression {
  readonly expression: FilterExpression
  readonly next: number
}

/** What follows an attribute: `at` is behind it and its space, `from` where the condition began. Null: no condition. */
export const readCondition = (text: string, from: number, attribute: FilterValue, at: number): ReadExpression | null =>
  readIn(text, attribute, at) ??
  readComparison(text, attribute, at) ??
  readIs(text, attribute, at) ??
  readVectors(text, from) ??
  readExists(text, attribute, at) ??
  readBetween(text, attribute, at) ??
  readTextMatch(text, attribute, at)

const readIn = (text: string, attribute: FilterValue, at: number): ReadExpression | null => {
  const not = wholeWord(text, at, "NOT")
  const list = wholeWord(text, skipSpace(text, not ?? at), "IN")
  if (list === null) return null
  const { values, next } = readList(text, skipSpace(text, list))
  const condition = { tag: "in", attribute, values } as const
  return { expression: not === null ? condition : negate(condition), next }
}

/** `[a, 'b', c,]`: may be empty, may end with a comma. */
const readList = (text: string, at: number) => {
  const refuse = (sentence: string, start: number): never => {
    throw new FilterRefused(sentence, text, { start, end: text.length })
  }
  const values: Array<FilterValue> = []
  let next = literal(text, at, "[") ?? refuse("Expected `[` after `IN` keyword.", at)
  let item = readValue(text, next)
  while (item.tag === "value") {
    values.push(item.value)
    next = item.next
    const comma = literal(text, skipSpace(text, next), ",")
    if (comma === null) break
    item = readValue(text, skipSpace(text, comma))
    if (item.tag === "none") next = skipSpace(text, comma)
  }
  const end = literal(text, skipSpace(text, next), "]")
  if (end !== null) return { values, next: skipSpace(text, end) }
  return next === text.length
    ? refuse("Expected matching `]` after the list of field names given to `IN[`", next)
    : refuse(unexpectedInList(text.slice(next)), next)
}

/** Longer ones first: `<=` is not `<`. */
const operators: ReadonlyArray<ComparisonOperator> = ["<=", ">=", "!=", "<", ">", "="]

const readComparison = (text: string, attribute: FilterValue, at: number): ReadExpression | null => {
  const operator = operators.find((candidate) => text.startsWith(candidate, at))
  if (operator === undefined) return null
  const { value, next } = readRequiredValue(text, at + operator.length)
  return { expression: { tag: "compare", attribute, operator, value }, next }
}

const readIs = (text: string, attribute: FilterValue, at: number): ReadExpression | null => {
  for (const [word, tag] of [
    ["NULL", "isNull"],
    ["EMPTY", "isEmpty"],
  ] as const) {
    const is = phrase(text, at, ["IS", word])
    if (is !== null) return { expression: { tag, attribute }, next: is }
    const isNot = phrase(text, at, ["IS", "NOT", word])
    if (isNot !== null) return { expression: negate({ tag, attribute }), next: isNot }
  }
  return null
}

const readExists = (text: string, attribute: FilterValue, at: number): ReadExpression | null => {
  const exists = literal(text, at, "EXISTS")
  if (exists !== null) return { expression: { tag: "exists", attribute }, next: exists }
  const lacks = phrase(text, at, ["NOT", "EXISTS"])
  return lacks === null ? null : { expression: negate({ tag: "exists", attribute }), next: lacks }
}

const readBetween = (text: string, attribute: FilterValue, at: number): ReadExpression | null => {
  const from = readValue(text, at)
  if (from.tag === "none") return null
  const word = literal(text, from.next, "TO")
  if (word === null || skipSpace(text, word) === word) return null
  const to = readRequiredValue(text, word)
  return { expression: { tag: "between", attribute, from: from.value, to: to.value }, next: to.next }
}

const readTextMatch = (text: string, attribute: FilterValue, at: number): ReadExpression | null => {
  for (const [words, tag] of [
    ["CONTAINS", "contains"],
    ["STARTS WITH", "startsWith"],
  ] as const) {
    const plain = literal(text, at, words)
    const after = plain ?? phrase(text, at, ["NOT", words])
    if (after === null) continue
    const { value, next } = readRequiredValue(text, after)
    const condition = { tag, attribute, value } as const
    return { expression: plain === null ? negate(condition) : condition, next }
  }
  return null
}
