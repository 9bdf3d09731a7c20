// Every setting: its place in the routes, its default, and what the engine accepts and stores for it.

import { isJsonObject, type Json, type JsonObject } from "#core/prelude/json.ts"
import { array, boolean, count, type Decoder, inBody, members, nullable, oneOf, string } from "./decode.ts"
import { refuseUnsupported } from "./refusal.ts"
import {
  faceting,
  filterableAttribute,
  pagination,
  plainList,
  rankingRule,
  relevancyRules,
  sortedSet,
  synonyms,
  typoTolerance,
} from "./setting-decoders.ts"

export interface SettingField {
  /** Member of the settings object. */
  readonly key: string
  /** Last segment of the sub-route. */
  readonly route: string
  readonly verb: "PUT" | "PATCH"
  readonly initial: Json
  readonly code: string
  readonly decode: Decoder<Json>
}

const nothingBut =
  (what: string, isEmpty: (value: Json) => boolean): Decoder<Json> =>
  (value) =>
    isEmpty(value) ? value : refuseUnsupported(what)

const isEmptyObject = (value: Json): boolean => isJsonObject(value) && Object.keys(value).length === 0
const isEmptyArray = (value: Json): boolean => Array.isArray(value) && value.length === 0

const field = (
  key: string,
  route: string,
  verb: "PUT" | "PATCH",
  initial: Json,
  decode: Decoder<Json>,
): SettingField => ({
  key,
  route,
  verb,
  initial,
  decode: nullable(decode),
  code: `invalid_settings_${route.replaceAll("-", "_")}`,
})

/** In the order of the engine's own declaration, which is the order of answers and of messages. */
export const settingFields: ReadonlyArray<SettingField> = [
  field("displayedAttributes", "displayed-attributes", "PUT", ["*"], plainList),
  field("searchableAttributes", "searchable-attributes", "PUT", ["*"], plainList),
  field("filterableAttributes", "filterable-attributes", "PUT", [], array(filterableAttribute)),
  field("sortableAttributes", "sortable-attributes", "PUT", [], sortedSet),
  field("rankingRules", "ranking-rules", "PUT", relevancyRules, array(rankingRule)),
  field("stopWords", "stop-words", "PUT", [], sortedSet),
  field("nonSeparatorTokens", "non-separator-tokens", "PUT", [], sortedSet),
  field("separatorTokens", "separator-tokens", "PUT", [], sortedSet),
  field("dictionary", "dictionary", "PUT", [], sortedSet),
  field("synonyms", "synonyms", "PUT", {}, synonyms),
  field("distinctAttribute", "distinct-attribute", "PUT", null, string),
  field("proximityPrecision", "proximity-precision", "PUT", "byWord", oneOf(["byWord", "byAttribute"])),
  field(
    "typoTolerance",
    "typo-tolerance",
    "PATCH",
    {
      enabled: true,
      minWordSizeForTypos: { oneTypo: 5, twoTypos: 9 },
      disableOnWords: [],
      disableOnAttributes: [],
      disableOnNumbers: false,
    },
    typoTolerance,
  ),
  field("faceting", "faceting", "PATCH", { maxValuesPerFacet: 100, sortFacetValuesBy: { "*": "alpha" } }, faceting),
  field("pagination", "pagination", "PATCH", { maxTotalHits: 1000 }, pagination),
  field("embedders", "embedders", "PATCH", {}, nothingBut("embedders", isEmptyObject)),
  field("searchCutoffMs", "search-cutoff-ms", "PUT", null, count),
  field("localizedAttributes", "localized-attributes", "PUT", null, nothingBut("localized attributes", isEmptyArray)),
  field("facetSearch", "facet-search", "PUT", true, boolean),
  field("prefixSearch", "prefix-search", "PUT", "indexingTime", oneOf(["indexingTime", "disabled"])),
]

/** Known to the engine, but behind experimental features that the model does not have: they can only be reset, which changes nothing. */
const gatedFields: Readonly<Record<string, string>> = { chat: "chat settings", vectorStore: "a choice of vector store" }

/** Checks a settings object; the result holds only what was given, in the order of declaration. */
export const decodeSettings = (body: Json): JsonObject => {
  const known = Object.fromEntries([
    ...settingFields.map((setting) => [setting.key, setting] as const),
    ...Object.entries(gatedFields).map(
      ([key, what]) => [key, { code: "bad_request", decode: nullable(() => refuseUnsupported(what)) }] as const,
    ),
  ])
  const given = members(body, inBody("", "bad_request"), known)
  return Object.fromEntries(Object.keys(known).flatMap((key) => (key in given ? [[key, given[key] as Json]] : [])))
}
