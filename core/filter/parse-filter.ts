import { type FilterExpression, negate } from "./filter-expression.ts"
import { filterGrammar121, type FilterGrammar } from "./filter-grammar.ts"
import {
  expectedOperation,
  FilterRefused,
  isBlank,
  missingDelimiter,
  tooDeep,
  unexpectedEnd,
} from "./filter-refused.ts"
import { readCondition, type ReadExpression } from "./read-condition.ts"
import { readGeo } from "./read-geo.ts"
import { readValue } from "./read-value.ts"
import { literal, skipSpace, wholeWord } from "./tokens.ts"

export type ParsedFilter =
  /** `null`: the filter is empty and keeps every document. */
  | { readonly tag: "parsed"; readonly expression: FilterExpression | null }
  /** `message` is Meilisearch's own, with the line that points at the mistake. */
  | { readonly tag: "refused"; readonly message: string }

/**
 * Reads a filter as the engine does, quirks included: `NOT` binds tighter than `AND`, `AND` tighter than `OR`; space is
 * refused at the very end after `EXISTS`, `NULL`, `EMPTY` and geo filters. Compared with v1.21.0 on generated filters.
 */
export const parseFilter = (text: string, grammar: FilterGrammar = filterGrammar121): ParsedFilter => {
  if (isBlank(text)) return { tag: "parsed", expression: null }
  try {
    const { expression, next } = readOr({ text, grammar }, 0, 0)
    if (next < text.length) refuse(text, next, unexpectedEnd(text.slice(next)))
    return { tag: "parsed", expression }
  } catch (error) {
    if (error instanceof FilterRefused) return { tag: "refused", message: error.message }
    throw error
  }
}

interface Source {
  readonly text: string
  readonly grammar: FilterGrammar
}

type ReadLevel = (source: Source, at: number, depth: number) => ReadExpression

const readOr: ReadLevel = (source, at, depth) => readOperands(source, at, depth, "or")
const readAnd: ReadLevel = (source, at, depth) => readOperands(source, at, depth, "and")

/** Operands of one level; a keyword between them promises another operand. */
const readOperands = (source: Source, at: number, depth: number, tag: "or" | "and"): ReadExpression => {
  refuseDepth(source, at, depth)
  const readOperand = tag === "or" ? readAnd : readNot
  const keyword = tag === "or" ? "OR" : "AND"
  const first = readOperand(source, at, depth + 1)
  const operands = [first.expression]
  let next = first.next
  for (;;) {
    const after = wholeWord(source.text, skipSpace(source.text, next), keyword)
    if (after === null) break
    const operand = readOperand(source, skipSpace(source.text, after), depth + 1)
    operands.push(operand.expression)
    next = operand.next
  }
  return { expression: operands.length === 1 ? first.expression : { tag, operands }, next }
}

const readNot: ReadLevel = (source, at, depth) => {
  refuseDepth(source, at, depth)
  const not = wholeWord(source.text, skipSpace(source.text, at), "NOT")
  if (not === null) return readPrimary(source, at, depth + 1)
  const operand = readNot(source, skipSpace(source.text, not), depth + 1)
  return { expression: negate(operand.expression), next: operand.next }
}

const readPrimary: ReadLevel = (source, at, depth) => {
  refuseDepth(source, at, depth)
  const { text, grammar } = source
  const open = literal(text, skipSpace(text, at), "(")
  if (open !== null) return readParenthesis(source, at, skipSpace(text, open), depth)
  const geo = readGeo(text, at, grammar)
  if (geo !== null) return { expression: geo.condition, next: geo.next }
  const attribute = readValue(text, at)
  if (attribute.tag === "none" && attribute.isReserved) return refuse(text, attribute.span, attribute.sentence)
  const condition = attribute.tag === "none" ? null : readCondition(text, at, attribute.value, attribute.next)
  return condition ?? refuse(text, at, expectedOperation(text.slice(at), grammar.hasGeoShapes))
}

const readParenthesis = (source: Source, at: number, inside: number, depth: number): ReadExpression => {
  const { text } = source
  const { expression, next } = readOr(source, inside, depth + 1)
  const close = literal(text, skipSpace(text, next), ")")
  if (close === null) return refuse(text, at, missingDelimiter(text.slice(at), ")"))
  return { expression, next: skipSpace(text, close) }
}

const refuseDepth = ({ text, grammar }: Source, at: number, depth: number): void => {
  if (depth > grammar.nestingMax) refuse(text, at, tooDeep)
}

const refuse = (
  text: string,
  at: number | { readonly start: number; readonly end: number },
  sentence: string,
): never => {
  throw new FilterRefused(sentence, text, typeof at === "number" ? { start: at, end: text.length } : at)
}
