import type { ModelSettings } from "./model-settings.ts"
import { coversAttribute } from "./attribute-patterns.ts"
import {
  compareFacetValues,
  compareSortValues,
  type RankingRule,
  type RelevancyRule,
  type SortRule,
} from "./ranking-scores.ts"
import { facetValues, type FacetValue } from "./read-fields.ts"
import type { RawObject } from "./raw-json.ts"
import { refuse, refuseUnsupported } from "./refusal.ts"

/** Every active rule in its order; `sort` stands for the rules of the request, `words` comes first unless all words must match. */
export const rankingRules = (
  settings: ModelSettings,
  sort: ReadonlyArray<SortRule>,
  strategy: "last" | "all",
): ReadonlyArray<RankingRule> => {
  const rules: Array<RankingRule> = []
  const seen = new Set<string>()
  for (const name of settings.rankingRules) {
    if (seen.has(name)) continue
    seen.add(name)
    const custom = /^(.+):(asc|desc)$/.exec(name)
    if (name === "sort") rules.push(...sort.filter((rule) => isNew(rules, rule)))
    else if (custom === null) rules.push({ tag: name as RelevancyRule })
    else {
      const rule = sortRule(custom[1]!, custom[2] as "asc" | "desc", settings)
      if (isNew(rules, rule)) rules.push(rule)
    }
  }
  const others = rules.filter((rule) => rule.tag !== "words")
  if (strategy === "all") return others
  const place = rules.findIndex((rule) => rule.tag !== "sort")
  return place === -1 ? others : [...others.slice(0, place), { tag: "words" }, ...others.slice(place)]
}

const isNew = (rules: ReadonlyArray<RankingRule>, rule: SortRule): boolean =>
  !rules.some((other) => other.tag === "sort" && other.field === rule.field)

const sortRule = (field: string, direction: "asc" | "desc", settings: ModelSettings): SortRule => ({
  tag: "sort",
  field,
  direction,
  isShown: settings.displayedAttributes.includes("*") || settings.displayedAttributes.includes(field),
})

export interface SortScope {
  readonly code: "invalid_search_sort" | "invalid_document_sort"
  /** Put before messages about attributes. */
  readonly prefix: string
}

export const parseSort = (
  sort: ReadonlyArray<string>,
  settings: ModelSettings,
  scope: SortScope,
): ReadonlyArray<SortRule> =>
  sort.map((text) => {
    const [, field, direction] = /^(.+):(asc|desc)$/s.exec(text.trim()) ?? []
    if (field === undefined) {
      return refuse(
        scope.code,
        `Invalid syntax for the sort parameter: expected expression ending by \`:asc\` or \`:desc\`, found \`${text}\`.`,
      )
    }
    if (field.startsWith("_geoPoint(")) return refuseUnsupported("sorting by distance")
    if (!settings.sortableAttributes.some((attribute) => coversAttribute(attribute, field))) {
      return refuse(scope.code, `${scope.prefix}Attribute \`${field}\` is not sortable. ${listSortable(settings)}`)
    }
    return sortRule(field, direction as "asc" | "desc", settings)
  })

const listSortable = (settings: ModelSettings): string => {
  const isVisible = (name: string): boolean =>
    settings.displayedAttributes.some((shown) => coversAttribute(shown, name))
  if (!settings.sortableAttributes.some(isVisible)) return "This index does not have configured sortable attributes."
  return `Available sortable attributes are: \`${listVisible(settings.sortableAttributes, settings)}\`.`
}

/** Attributes that clients may not see are only hinted at. */
export const listVisible = (attributes: ReadonlyArray<string>, settings: ModelSettings): string => {
  const visible = attributes.filter((name) =>
    settings.displayedAttributes.some((shown) => coversAttribute(shown, name)),
  )
  return [...visible, ...(visible.length < attributes.length ? ["<..hidden-attributes>"] : [])].join(", ")
}

/** The value that decides: the best one of a list. */
export const sortValue = (document: RawObject, rule: SortRule): FacetValue | null =>
  [...facetValues(document, rule.field)].sort(
    (left, right) => compareSortValues(left, right, rule.direction) || compareFacetValues(left, right),
  )[0] ?? null
