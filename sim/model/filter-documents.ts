import type { FilterExpression, FilterValue } from "#core/filter/filter-expression.ts"
import { columnsOf } from "#core/filter/filter-refused.ts"
import { parseFilter } from "#core/filter/parse-filter.ts"
import { parseFilterValue } from "#core/filter/parse-filter-value.ts"
import type { Json } from "#core/prelude/json.ts"
import { unreachable } from "#core/prelude/unreachable.ts"
import { matchesPattern } from "./attribute-patterns.ts"
import { satisfies } from "./evaluate-filter.ts"
import { allDocuments, type ModelIndex, type StoredDocument } from "./model-index.ts"
import { filterablePatterns, filterFeatures, type ModelSettings } from "./model-settings.ts"
import { refuse } from "./refusal.ts"

type FilterCode = "invalid_search_filter" | "invalid_document_filter"

/** The documents that satisfy a filter, in the order of their numbers; `prefix` goes before messages about attributes. */
export const filterDocuments = (
  index: ModelIndex,
  filter: Json,
  code: FilterCode,
  prefix: string,
): ReadonlyArray<StoredDocument> => {
  const expression = readFilter(filter, code)
  for (const text of textsOf(filter)) {
    const parsed = parseFilter(text)
    if (parsed.tag === "refused" || parsed.expression === null) continue
    checkConditions(parsed.expression, text, index, code, prefix)
  }
  return allDocuments(index).filter(({ content }) => expression === null || satisfies(expression, content))
}

/** Whether a filter has no condition at all: then it may not be used to delete. */
export const isEmptyFilter = (filter: Json, code: FilterCode): boolean => readFilter(filter, code) === null

const readFilter = (filter: Json, code: FilterCode): FilterExpression | null => {
  const parsed = parseFilterValue(filter)
  return parsed.tag === "refused" ? refuse(code, parsed.message) : parsed.expression
}

/** The texts that a filter is made of: messages point into one of them. */
const textsOf = (filter: Json): ReadonlyArray<string> =>
  typeof filter === "string" ? [filter] : Array.isArray(filter) ? filter.flatMap((member: Json) => textsOf(member)) : []

/** Every attribute must be filterable and, where some document has it, with the operators that are used on it. */
const checkConditions = (
  expression: FilterExpression,
  text: string,
  index: ModelIndex,
  code: FilterCode,
  prefix: string,
): void => {
  switch (expression.tag) {
    case "or":
    case "and":
      for (const operand of expression.operands) checkConditions(operand, text, index, code, prefix)
      return
    case "not":
      return checkConditions(expression.operand, text, index, code, prefix)
    case "compare": {
      const { operator } = expression
      const feature = operator === "=" || operator === "!=" ? "equality" : "comparison"
      return checkAttribute(expression.attribute, operator, feature, text, index, code, prefix)
    }
    case "in":
      return checkAttribute(expression.attribute, "=", "equality", text, index, code, prefix)
    case "between":
      return checkAttribute(expression.attribute, "TO", "comparison", text, index, code, prefix)
    case "contains": {
      const start = text.indexOf("CONTAINS", expression.attribute.end)
      const end = start + "CONTAINS".length
      const sentence = "Using `CONTAINS` in a filter requires enabling the `contains filter` experimental feature."
      const link = "See https://github.com/orgs/meilisearch/discussions/763"
      return refuse("feature_not_enabled", `${sentence} ${link}\n${columnsOf(text, { start, end })} ${text}`)
    }
    case "exists":
    case "isNull":
    case "isEmpty":
    case "startsWith":
      return checkAttribute(expression.attribute, null, "equality", text, index, code, prefix)
    case "geoRadius":
    case "geoBoundingBox":
    case "geoPolygon":
    case "vectorExists":
      return
    default:
      return unreachable(expression)
  }
}

const checkAttribute = (
  attribute: FilterValue,
  operator: string | null,
  feature: "equality" | "comparison",
  text: string,
  index: ModelIndex,
  code: FilterCode,
  prefix: string,
): void => {
  const { settings } = index
  const features = filterFeatures(settings, attribute.text, matchesPattern)
  if (features === null) {
    refuse(
      code,
      `${prefix}Attribute \`${attribute.text}\` is not filterable. ${listFilterable(settings)}\n${columnsOf(text, attribute)} ${text}`,
    )
  } else if (operator !== null && !features[feature] && index.fieldNames.has(attribute.text)) {
    refuse(code, `${prefix}${explainOperator(attribute.text, operator, feature, settings)}`)
  }
}

const listFilterable = (settings: ModelSettings): string => {
  const patterns = filterablePatterns(settings)
  if (patterns.length === 0) return "This index does not have configured filterable attributes."
  return `Available filterable attribute patterns are: ${patterns.map((pattern) => `\`${pattern}\``).join(", ")}.`
}

const explainOperator = (
  attribute: string,
  operator: string,
  feature: "equality" | "comparison",
  settings: ModelSettings,
): string => {
  const features = filterFeatures(settings, attribute, matchesPattern)
  const rule = settings.filterableAttributes.findIndex(
    (entry) =>
      typeof entry !== "string" && entry.attributePatterns.some((pattern) => matchesPattern(pattern, attribute)),
  )
  const equality = features?.equality ? "=, !=, IN, " : ""
  const comparison = features?.comparison ? "<, >, <=, >=, TO, " : ""
  const allowed = `OR, AND, NOT, ${equality}${comparison}IS EMPTY, IS NULL, EXISTS`
  return [
    `Filter operator \`${operator}\` is not allowed for the attribute \`${attribute}\`.`,
    `  - Note: allowed operators: ${allowed}.`,
    `  - Note: field \`${attribute}\` matched rule #${rule} in \`filterableAttributes\``,
    `  - Hint: enable ${feature} in rule #${rule} by modifying the features.filter object`,
    `  - Hint: prepend another rule matching \`${attribute}\` with appropriate filter features before rule #${rule}`,
  ].join("\n")
}
