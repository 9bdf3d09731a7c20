import { unreachable } from "#core/prelude/unreachable.ts"
import type { FilterCondition, FilterExpression, FilterPoint, FilterValue, VectorPart } from "./filter-expression.ts"
import { isReservedWord } from "./read-value.ts"
import { dotlessWordAt, wordAt } from "./tokens.ts"

/**
 * Canonical text of a filter: parsing it gives the same expression again, but for the offsets of its values (and the
 * quotes that an attribute beginning with `_vectors` gets, so that it is not taken for a vector filter). It nests
 * no deeper than the text that the expression came from, so it never exceeds the limit that the first one kept.
 */
export const printFilter = (expression: FilterExpression): string => {
  switch (expression.tag) {
    case "or":
      return expression.operands.map((operand) => printOperand(operand, operand.tag === "or")).join(" OR ")
    case "and":
      return expression.operands.map((operand) => printOperand(operand, isChain(operand))).join(" AND ")
    case "not":
      return printNot(expression.operand)
    default:
      return printCondition(expression, "")
  }
}

const isChain = (expression: FilterExpression): boolean => expression.tag === "or" || expression.tag === "and"

const printOperand = (operand: FilterExpression, needsParentheses: boolean): string =>
  needsParentheses ? `(${printFilter(operand)})` : printFilter(operand)

/** `a NOT IN [..]` rather than `NOT a IN [..]`: the first is one level less deep. */
const printNot = (operand: FilterExpression): string => {
  switch (operand.tag) {
    case "in":
    case "exists":
    case "isNull":
    case "isEmpty":
    case "contains":
    case "startsWith":
    case "vectorExists":
      return printCondition(operand, "NOT ")
    default:
      return `NOT ${printOperand(operand, isChain(operand))}`
  }
}

const printCondition = (condition: FilterCondition, not: "" | "NOT "): string => {
  switch (condition.tag) {
    case "compare":
      return `${printValue(condition.attribute)} ${condition.operator} ${printValue(condition.value)}`
    case "between":
      return `${printValue(condition.attribute)} ${printValue(condition.from)} TO ${printValue(condition.to)}`
    case "in":
      return `${printValue(condition.attribute)} ${not}IN [${condition.values.map(printValue).join(", ")}]`
    case "exists":
      return `${printValue(condition.attribute)} ${not}EXISTS`
    case "isNull":
      return `${printValue(condition.attribute)} IS ${not}NULL`
    case "isEmpty":
      return `${printValue(condition.attribute)} IS ${not}EMPTY`
    case "contains":
      return `${printValue(condition.attribute)} ${not}CONTAINS ${printValue(condition.value)}`
    case "startsWith":
      return `${printValue(condition.attribute)} ${not}STARTS WITH ${printValue(condition.value)}`
    case "geoRadius": {
      const more = condition.resolution === null ? "" : `, ${condition.resolution.text}`
      return `_geoRadius(${printCoordinates(condition.center)}, ${condition.radius.text}${more})`
    }
    case "geoBoundingBox":
      return `_geoBoundingBox(${printPoints([condition.topRight, condition.bottomLeft])})`
    case "geoPolygon":
      return `_geoPolygon(${printPoints(condition.points)})`
    case "vectorExists":
      return `_vectors${printEmbedder(condition.embedder, condition.part)} ${not}EXISTS`
    default:
      return unreachable(condition)
  }
}

const printPoints = (points: ReadonlyArray<FilterPoint>): string =>
  points.map((point) => `[${printCoordinates(point)}]`).join(", ")

const printCoordinates = ({ latitude, longitude }: FilterPoint): string => `${latitude.text}, ${longitude.text}`

const printEmbedder = (embedder: FilterValue | null, part: VectorPart): string => {
  if (embedder === null) return ""
  const name = `.${printDotted(embedder)}`
  switch (part.tag) {
    case "any":
      return name
    case "fragment":
      return `${name}.fragments.${printDotted(part.name)}`
    default:
      return `${name}.${part.tag}`
  }
}

const printDotted = (value: FilterValue): string =>
  value.quoted || dotlessWordAt(value.text, 0) !== value.text ? quote(value.text) : value.text

/** A value that was quoted stays quoted. One that was not, but cannot stand bare everywhere, is quoted too. */
const printValue = (value: FilterValue): string => {
  const mayStandBare =
    value.text !== "" &&
    wordAt(value.text, 0) === value.text &&
    !isReservedWord(value.text) &&
    !/^(?:_geo$|_geoPoint|_geoDistance|_vectors)/.test(value.text)
  return value.quoted || !mayStandBare ? quote(value.text) : value.text
}

/** Any text as a quoted value of a filter. */
export const quote = (text: string): string => `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`
