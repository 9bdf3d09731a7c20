// What a filter says, as a tree. Source: the grammar of Meilisearch's filters, v1.21 to v1.50
// (https://www.meilisearch.com/docs/learn/filtering_and_sorting/filter_expression_reference).

/** A word or a quoted text of a filter. */
export interface FilterValue {
  /** What it means: without quotes, escapes resolved. */
  readonly text: string
  readonly quoted: boolean
  /** Offsets (UTF-16 code units) of the source text, without the quotes: what an error message points at. */
  readonly start: number
  readonly end: number
}

export type ComparisonOperator = "=" | "!=" | ">" | ">=" | "<" | "<="

export interface FilterPoint {
  readonly latitude: FilterValue
  readonly longitude: FilterValue
}

/** Which part of a document's vectors must exist. */
export type VectorPart =
  | { readonly tag: "any" }
  | { readonly tag: "fragment"; readonly name: FilterValue }
  | { readonly tag: "userProvided" }
  | { readonly tag: "documentTemplate" }
  | { readonly tag: "regenerate" }

/** `operands` has at least two members, and a negation never stands directly inside a negation: `NOT NOT x` is `x`. */
export type FilterExpression =
  | { readonly tag: "or"; readonly operands: ReadonlyArray<FilterExpression> }
  | { readonly tag: "and"; readonly operands: ReadonlyArray<FilterExpression> }
  | { readonly tag: "not"; readonly operand: FilterExpression }
  | FilterCondition

export type FilterCondition =
  | {
      readonly tag: "compare"
      readonly attribute: FilterValue
      readonly operator: ComparisonOperator
      readonly value: FilterValue
    }
  | { readonly tag: "between"; readonly attribute: FilterValue; readonly from: FilterValue; readonly to: FilterValue }
  | { readonly tag: "in"; readonly attribute: FilterValue; readonly values: ReadonlyArray<FilterValue> }
  | { readonly tag: "exists" | "isNull" | "isEmpty"; readonly attribute: FilterValue }
  | { readonly tag: "contains" | "startsWith"; readonly attribute: FilterValue; readonly value: FilterValue }
  | {
      readonly tag: "geoRadius"
      readonly center: FilterPoint
      readonly radius: FilterValue
      readonly resolution: FilterValue | null
    }
  | { readonly tag: "geoBoundingBox"; readonly topRight: FilterPoint; readonly bottomLeft: FilterPoint }
  | { readonly tag: "geoPolygon"; readonly points: ReadonlyArray<FilterPoint> }
  | { readonly tag: "vectorExists"; readonly embedder: FilterValue | null; readonly part: VectorPart }

/** `NOT` of an expression in its normal form. */
export const negate = (operand: FilterExpression): FilterExpression =>
  operand.tag === "not" ? operand.operand : { tag: "not", operand }
