import { isJsonObject, type Json, type JsonObject } from "#core/prelude/json.ts"
import { compareTexts } from "./ranking-scores.ts"
import { settingFields } from "./settings-fields.ts"

/** All settings of an index, as they are answered. */
export interface ModelSettings {
  readonly displayedAttributes: ReadonlyArray<string>
  readonly searchableAttributes: ReadonlyArray<string>
  readonly filterableAttributes: ReadonlyArray<FilterableAttribute>
  readonly sortableAttributes: ReadonlyArray<string>
  readonly rankingRules: ReadonlyArray<string>
  readonly stopWords: ReadonlyArray<string>
  readonly nonSeparatorTokens: ReadonlyArray<string>
  readonly separatorTokens: ReadonlyArray<string>
  readonly dictionary: ReadonlyArray<string>
  readonly synonyms: Readonly<Record<string, ReadonlyArray<string>>>
  readonly distinctAttribute: string | null
  readonly typoTolerance: {
    readonly enabled: boolean
    readonly minWordSizeForTypos: { readonly oneTypo: number; readonly twoTypos: number }
    readonly disableOnWords: ReadonlyArray<string>
    readonly disableOnAttributes: ReadonlyArray<string>
    readonly disableOnNumbers: boolean
  }
  readonly faceting: {
    readonly maxValuesPerFacet: number
    readonly sortFacetValuesBy: Readonly<Record<string, "alpha" | "count">>
  }
  readonly pagination: { readonly maxTotalHits: number }
  readonly facetSearch: boolean
  readonly prefixSearch: "indexingTime" | "disabled"
}

/** A plain name allows everything; patterns say what they allow. */
export type FilterableAttribute =
  | string
  | {
      readonly attributePatterns: ReadonlyArray<string>
      readonly features: {
        readonly facetSearch: boolean
        readonly filter: { readonly equality: boolean; readonly comparison: boolean }
      }
    }

export const initialSettings = Object.fromEntries(
  settingFields.map(({ key, initial }) => [key, initial]),
) as unknown as ModelSettings

/** `change` has passed `decodeSettings`; null resets a setting, or a member of one. */
export const changeSettings = (settings: ModelSettings, change: JsonObject): ModelSettings =>
  Object.fromEntries(
    settingFields.map(({ key, initial }) => {
      const before = (settings as unknown as JsonObject)[key] ?? null
      const given = change[key]
      return [key, given === undefined ? before : tidy(key, merge(before, given, initial))]
    }),
  ) as unknown as ModelSettings

/** Settings with named members keep those that are not mentioned; maps of a client's words (`synonyms`, orders of facets) are values of their own. */
const merge = (before: Json, given: Json, initial: Json): Json => {
  if (given === null) return initial
  if (!isJsonObject(given) || !isJsonObject(initial) || Object.keys(initial).length === 0) return given
  if ("*" in initial) return { ...initial, ...given }
  const merged: Record<string, Json> = { ...(before as Record<string, Json>) }
  for (const [name, value] of Object.entries(given)) {
    merged[name] = merge(merged[name] ?? null, value ?? null, initial[name] ?? null)
  }
  return merged
}

const tidy = (key: string, value: Json): Json => {
  if (key === "displayedAttributes" || key === "searchableAttributes")
    return [...new Set(value as ReadonlyArray<string>)]
  if (key !== "faceting") return value
  const faceting = value as { maxValuesPerFacet: number; sortFacetValuesBy: Record<string, string> }
  const orders = Object.entries(faceting.sortFacetValuesBy).sort(([left], [right]) => compareTexts(left, right))
  return { ...faceting, sortFacetValuesBy: Object.fromEntries(orders) }
}

/** What `DELETE /settings` says in the details of its task. */
export const resetEverything: JsonObject = Object.fromEntries([
  ...settingFields.map(({ key }) => [
    key,
    key === "displayedAttributes" || key === "searchableAttributes" ? ["*"] : null,
  ]),
  ["chat", null],
  ["vectorStore", null],
])

/** What an attribute allows; null: it is not filterable at all. Parents of dotted names allow for their children. */
export const filterFeatures = (
  settings: ModelSettings,
  attribute: string,
  matches: (pattern: string, name: string) => boolean,
): { readonly equality: boolean; readonly comparison: boolean; readonly facetSearch: boolean } | null => {
  for (const entry of settings.filterableAttributes) {
    if (typeof entry === "string") {
      if (attribute === entry || attribute.startsWith(`${entry}.`))
        return { equality: true, comparison: true, facetSearch: true }
    } else if (entry.attributePatterns.some((pattern) => matches(pattern, attribute))) {
      return { ...entry.features.filter, facetSearch: entry.features.facetSearch }
    }
  }
  return null
}

/** Names and patterns as they are listed in messages. */
export const filterablePatterns = (settings: ModelSettings): ReadonlyArray<string> =>
  [
    ...new Set(
      settings.filterableAttributes.flatMap((entry) => (typeof entry === "string" ? [entry] : entry.attributePatterns)),
    ),
  ].sort(compareTexts)
