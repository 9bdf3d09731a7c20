import { unreachable } from "#core/prelude/unreachable.ts"
import type { FilterExpression, FilterValue } from "#core/filter/filter-expression.ts"
import { compareTexts } from "./ranking-scores.ts"
import { facetValues, type FacetValue, normalizeFacet, valuesAt } from "./read-fields.ts"
import { isRawArray, isRawObject, type RawObject, type RawValue } from "./raw-json.ts"
import { refuseUnsupported } from "./refusal.ts"

/** Whether a document satisfies a filter. A text that reads as a number is compared both as a number and as a text. */
export const satisfies = (expression: FilterExpression, document: RawObject): boolean => {
  switch (expression.tag) {
    case "or":
      return expression.operands.some((operand) => satisfies(operand, document))
    case "and":
      return expression.operands.every((operand) => satisfies(operand, document))
    case "not":
      return !satisfies(expression.operand, document)
    case "compare": {
      const operand = readOperand(expression.value)
      const test = comparisons[expression.operator]
      const found = facetValues(document, expression.attribute.text).some((value) => test(compare(value, operand)))
      return expression.operator === "!=" ? !found : found
    }
    case "between": {
      const from = readOperand(expression.from)
      const to = readOperand(expression.to)
      return facetValues(document, expression.attribute.text).some(
        (value) => comparisons[">="](compare(value, from)) && comparisons["<="](compare(value, to)),
      )
    }
    case "in": {
      const operands = expression.values.map(readOperand)
      return facetValues(document, expression.attribute.text).some((value) =>
        operands.some((operand) => compare(value, operand) === 0),
      )
    }
    case "exists":
      return valuesAt(document, expression.attribute.text).length > 0
    case "isNull":
      return valuesAt(document, expression.attribute.text).includes(null)
    case "isEmpty":
      return valuesAt(document, expression.attribute.text).some(isEmpty)
    case "startsWith": {
      const start = normalizeFacet(expression.value.text)
      return facetValues(document, expression.attribute.text).some(
        (value) => value.tag === "text" && value.normal.startsWith(start),
      )
    }
    case "contains":
      return refuseUnsupported("`CONTAINS` in filters")
    case "geoRadius":
    case "geoBoundingBox":
    case "geoPolygon":
      return refuseUnsupported("filters by place")
    case "vectorExists":
      return refuseUnsupported("filters by vector")
    default:
      return unreachable(expression)
  }
}

interface Operand {
  readonly number: number | null
  readonly normal: string
}

const numberPattern = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

const readOperand = ({ text }: FilterValue): Operand => {
  const number = numberPattern.test(text) ? Number(text) : Number.NaN
  return { number: Number.isFinite(number) ? number : null, normal: normalizeFacet(text) }
}

/** Null where the two cannot be compared. */
const compare = (value: FacetValue, operand: Operand): number | null => {
  if (value.tag === "number") return operand.number === null ? null : value.number - operand.number
  return compareTexts(value.normal, operand.normal)
}

/** `!=` is decided by the caller as "no value is equal", so that documents without the attribute match. */
const comparisons = {
  "=": (order) => order === 0,
  "!=": (order) => order === 0,
  ">": (order) => order !== null && order > 0,
  ">=": (order) => order !== null && order >= 0,
  "<": (order) => order !== null && order < 0,
  "<=": (order) => order !== null && order <= 0,
} as const satisfies Record<string, (order: number | null) => boolean>

const isEmpty = (value: RawValue): boolean =>
  value === "" ||
  (isRawArray(value) && value.length === 0) ||
  (value !== null && isRawObject(value) && value.size === 0)
