/** Setting of a sub-route and the verb that changes it. Source: the reference of Meilisearch's settings routes. */
export interface SettingsRoute {
  readonly setting: string
  readonly verb: "PUT" | "PATCH"
}

const put = (setting: string): SettingsRoute => ({ setting, verb: "PUT" })
const patch = (setting: string): SettingsRoute => ({ setting, verb: "PATCH" })

export const settingsRoutes: Readonly<Record<string, SettingsRoute>> = {
  "displayed-attributes": put("displayedAttributes"),
  "searchable-attributes": put("searchableAttributes"),
  "filterable-attributes": put("filterableAttributes"),
  "sortable-attributes": put("sortableAttributes"),
  "ranking-rules": put("rankingRules"),
  "stop-words": put("stopWords"),
  "non-separator-tokens": put("nonSeparatorTokens"),
  "separator-tokens": put("separatorTokens"),
  dictionary: put("dictionary"),
  synonyms: put("synonyms"),
  "distinct-attribute": put("distinctAttribute"),
  "proximity-precision": put("proximityPrecision"),
  "typo-tolerance": patch("typoTolerance"),
  faceting: patch("faceting"),
  pagination: patch("pagination"),
  embedders: patch("embedders"),
  "search-cutoff-ms": put("searchCutoffMs"),
  "localized-attributes": put("localizedAttributes"),
  "facet-search": put("facetSearch"),
  "prefix-search": put("prefixSearch"),
}

/** Apart from the others: it may only be set while the feature `chatCompletions` is on. */
export const chatRoute = patch("chat")
