import { matchesPattern } from "./attribute-patterns.ts"
import { filterablePatterns, filterFeatures } from "./model-settings.ts"
import { type ModelIndex, type StoredDocument } from "./model-index.ts"
import { compareTexts, float } from "./ranking-scores.ts"
import { facetValues, type FacetValue } from "./read-fields.ts"
import type { RawObject, RawValue } from "./raw-json.ts"
import { refuse } from "./refusal.ts"

export interface Facets {
  /** attribute → value → count. */
  readonly distribution: RawObject
  /** attribute → `{min, max}`, only where there are numbers. */
  readonly stats: RawObject
}

/** Above this many candidates the engine orders numbers by value instead of by text. */
const listedCandidatesMax = 3000

/** Counts the values of the requested attributes (`*`: all filterable ones) over the candidates. */
export const countFacets = (
  requested: ReadonlyArray<string>,
  index: ModelIndex,
  candidates: ReadonlyArray<StoredDocument>,
): Facets => {
  const { settings } = index
  const distribution = new Map<string, RawValue>()
  const stats = new Map<string, RawValue>()
  for (const attribute of [...attributesOf(requested, index)].sort(compareTexts)) {
    const counts = countValues(attribute, candidates)
    const orders = new Map(Object.entries(settings.faceting.sortFacetValuesBy))
    const order = orders.get(attribute) ?? orders.get("*") ?? "alpha"
    const values = [...counts.values()].sort(compareCounts(order, candidates.length))
    const shown = new Map<string, RawValue>()
    for (const { value, count } of values.slice(0, settings.faceting.maxValuesPerFacet))
      shown.set(value.text, { digits: `${count}` })
    distribution.set(attribute, shown)
    const numbers = values.flatMap(({ value }) => (value.tag === "number" ? [value.number] : []))
    if (numbers.length > 0) {
      const least = numbers.reduce((left, right) => Math.min(left, right))
      const most = numbers.reduce((left, right) => Math.max(left, right))
      stats.set(
        attribute,
        new Map([
          ["min", float(least)],
          ["max", float(most)],
        ]),
      )
    }
  }
  return { distribution, stats }
}

interface CountedValue {
  readonly value: FacetValue
  readonly count: number
}

/** Counts by normal form; the spelling is that of the first document. */
const countValues = (
  attribute: string,
  candidates: ReadonlyArray<StoredDocument>,
): ReadonlyMap<string, CountedValue> => {
  const counts = new Map<string, CountedValue>()
  for (const { content } of candidates) {
    const own = new Map(facetValues(content, attribute).map((value) => [facetKey(value), value]))
    for (const [key, value] of own)
      counts.set(key, { value: counts.get(key)?.value ?? value, count: (counts.get(key)?.count ?? 0) + 1 })
  }
  return counts
}

/** Equal for values that the engine takes as one. */
export const facetKey = (value: FacetValue): string =>
  value.tag === "number" ? `n${value.number}` : `t${value.normal}`

/** Numbers stand before texts in both orders. */
const compareCounts =
  (order: "alpha" | "count", candidateCount: number) =>
  (left: CountedValue, right: CountedValue): number => {
    const [one, other] = [left.value, right.value]
    if (one.tag !== other.tag) return one.tag === "number" ? -1 : 1
    if (order === "count" && left.count !== right.count) return right.count - left.count
    const direction = order === "count" ? -1 : 1
    if (one.tag === "number" && other.tag === "number") {
      const byValue = candidateCount > listedCandidatesMax || order === "count"
      return direction * (byValue ? one.number - other.number : compareTexts(one.text, other.text))
    }
    return direction * (one.tag === "text" && other.tag === "text" ? compareTexts(one.normal, other.normal) : 0)
  }

/** Names of fields that some document of the index has. A plain name stands for what is nested in it, too. */
const attributesOf = (requested: ReadonlyArray<string>, index: ModelIndex): ReadonlyArray<string> => {
  const { settings } = index
  for (const pattern of requested) {
    if (pattern === "*" || filterFeatures(settings, pattern, matchesPattern) !== null) continue
    const available =
      settings.filterableAttributes.length === 0
        ? "This index does not have configured filterable attributes."
        : `Available filterable attributes patterns are: \`${filterablePatterns(settings).join(", ")}\`.`
    return refuse(
      "invalid_search_facets",
      `Invalid facet distribution: Attribute \`${pattern}\` is not filterable. ${available}`,
    )
  }
  return [...index.fieldNames].filter(
    (name) =>
      requested.some((wanted) => wanted === "*" || name === wanted || name.startsWith(`${wanted}.`)) &&
      filterFeatures(settings, name, matchesPattern) !== null,
  )
}
