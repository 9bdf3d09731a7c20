import type { Index, Settings } from "meilisearch"
import type { Step } from "./step.ts"

/** One setting: how the SDK reads, writes and resets it, and a value that differs from the default. */
interface Setting {
  readonly name: string
  readonly get: (index: Index) => Promise<unknown>
  readonly update: (index: Index) => ReturnType<Index["updateSettings"]>
  readonly reset: (index: Index) => ReturnType<Index["updateSettings"]>
}

const settings: ReadonlyArray<Setting> = [
  {
    name: "displayed attributes",
    get: (index) => index.getDisplayedAttributes(),
    update: (index) => index.updateDisplayedAttributes(["id", "title"]),
    reset: (index) => index.resetDisplayedAttributes(),
  },
  {
    name: "searchable attributes",
    get: (index) => index.getSearchableAttributes(),
    update: (index) => index.updateSearchableAttributes(["title", "overview"]),
    reset: (index) => index.resetSearchableAttributes(),
  },
  {
    name: "filterable attributes",
    get: (index) => index.getFilterableAttributes(),
    update: (index) => index.updateFilterableAttributes(["genre", "year"]),
    reset: (index) => index.resetFilterableAttributes(),
  },
  {
    name: "sortable attributes",
    get: (index) => index.getSortableAttributes(),
    update: (index) => index.updateSortableAttributes(["year", "author"]),
    reset: (index) => index.resetSortableAttributes(),
  },
  {
    name: "ranking rules",
    get: (index) => index.getRankingRules(),
    update: (index) => index.updateRankingRules(["words", "typo", "year:desc"]),
    reset: (index) => index.resetRankingRules(),
  },
  {
    name: "stop words",
    get: (index) => index.getStopWords(),
    update: (index) => index.updateStopWords(["the", "of"]),
    reset: (index) => index.resetStopWords(),
  },
  {
    name: "synonyms",
    get: (index) => index.getSynonyms(),
    update: (index) => index.updateSynonyms({ film: ["movie"], movie: ["film"] }),
    reset: (index) => index.resetSynonyms(),
  },
  {
    name: "distinct attribute",
    get: (index) => index.getDistinctAttribute(),
    update: (index) => index.updateDistinctAttribute("genre"),
    reset: (index) => index.resetDistinctAttribute(),
  },
  {
    name: "typo tolerance",
    get: (index) => index.getTypoTolerance(),
    update: (index) => index.updateTypoTolerance({ minWordSizeForTypos: { oneTypo: 4 }, disableOnWords: ["dune"] }),
    reset: (index) => index.resetTypoTolerance(),
  },
  {
    name: "faceting",
    get: (index) => index.getFaceting(),
    update: (index) => index.updateFaceting({ maxValuesPerFacet: 7, sortFacetValuesBy: { genre: "count" } }),
    reset: (index) => index.resetFaceting(),
  },
  {
    name: "pagination",
    get: (index) => index.getPagination(),
    update: (index) => index.updatePagination({ maxTotalHits: 50 }),
    reset: (index) => index.resetPagination(),
  },
  {
    name: "separator tokens",
    get: (index) => index.getSeparatorTokens(),
    update: (index) => index.updateSeparatorTokens(["&sep", "/"]),
    reset: (index) => index.resetSeparatorTokens(),
  },
  {
    name: "non separator tokens",
    get: (index) => index.getNonSeparatorTokens(),
    update: (index) => index.updateNonSeparatorTokens(["@"]),
    reset: (index) => index.resetNonSeparatorTokens(),
  },
  {
    name: "dictionary",
    get: (index) => index.getDictionary(),
    update: (index) => index.updateDictionary(["J.R.R."]),
    reset: (index) => index.resetDictionary(),
  },
  {
    name: "proximity precision",
    get: (index) => index.getProximityPrecision(),
    update: (index) => index.updateProximityPrecision("byAttribute"),
    reset: (index) => index.resetProximityPrecision(),
  },
  {
    name: "search cutoff",
    get: (index) => index.getSearchCutoffMs(),
    update: (index) => index.updateSearchCutoffMs(900),
    reset: (index) => index.resetSearchCutoffMs(),
  },
  {
    name: "localized attributes",
    get: (index) => index.getLocalizedAttributes(),
    update: (index) => index.updateLocalizedAttributes([{ attributePatterns: ["title*"], locales: ["fra"] }]),
    reset: (index) => index.resetLocalizedAttributes(),
  },
  {
    name: "facet search",
    get: (index) => index.getFacetSearch(),
    update: (index) => index.updateFacetSearch(false),
    reset: (index) => index.resetFacetSearch(),
  },
  {
    name: "prefix search",
    get: (index) => index.getPrefixSearch(),
    update: (index) => index.updatePrefixSearch("disabled"),
    reset: (index) => index.resetPrefixSearch(),
  },
]

/** Settings of `movies`, before its documents arrive: what the searches of the session filter and sort by. */
const movieSettings: Settings = {
  filterableAttributes: [
    "Major Genre",
    "MPAA Rating",
    "IMDB Rating",
    "Running Time min",
    "Director",
    "Distributor",
    "US Gross",
    "Title",
  ],
  sortableAttributes: ["IMDB Rating", "US Gross", "Title", "Running Time min"],
}

const patch = (body: object | string) => ({ method: "PATCH", path: "/indexes/lab/settings", body }) as const

/** Each setting on a small index of its own: read, changed, read again, reset. */
export const settingSteps: ReadonlyArray<Step> = [
  { name: "create the index for settings", run: ({ client, write }) => write(() => client.createIndex("lab")) },
  { name: "all settings by default", run: ({ client }) => client.index("lab").getSettings() },
  ...settings.flatMap(({ name, get, update, reset }): ReadonlyArray<Step> => [
    { name: `${name}: update`, run: ({ client, write }) => write(() => update(client.index("lab"))) },
    { name: `${name}: get`, run: ({ client }) => get(client.index("lab")) },
    { name: `${name}: reset`, run: ({ client, write }) => write(() => reset(client.index("lab"))) },
  ]),
  { name: "all settings after the resets", run: ({ client }) => client.index("lab").getSettings() },
  {
    name: "update several settings",
    run: ({ client, write }) => write(() => client.index("movies").updateSettings(movieSettings)),
  },
  { name: "several settings", run: ({ client }) => client.index("movies").getSettings() },
  {
    name: "filterable attributes with patterns and features",
    run: ({ client, write }) =>
      write(() =>
        client.index("lab").updateFilterableAttributes([
          {
            attributePatterns: ["genre*"],
            features: { facetSearch: true, filter: { equality: true, comparison: false } },
          },
          "year",
        ]),
      ),
  },
  { name: "the patterns come back", run: ({ client }) => client.index("lab").getFilterableAttributes() },
  {
    name: "a null resets one setting and leaves the others",
    run: ({ client, write }) =>
      write(() => client.index("lab").updateSettings({ filterableAttributes: null, stopWords: ["a"] })),
  },
  { name: "settings after the null", run: ({ client }) => client.index("lab").getSettings() },
  {
    name: "settings create a missing index",
    run: ({ client, write }) => write(() => client.index("from-settings").updateStopWords(["the"])),
  },
  { name: "the created index", run: ({ client }) => client.getRawIndex("from-settings") },
  { name: "reset all settings", run: ({ client, write }) => write(() => client.index("lab").resetSettings()) },
  { name: "settings of a missing index", run: ({ client }) => client.index("missing").getSettings() },
  { name: "one setting of a missing index", run: ({ client }) => client.index("missing").getStopWords() },
  { name: "an unknown setting", run: ({ raw }) => raw(patch({ stopwords: ["a"] })) },
  { name: "an unknown ranking rule", run: ({ raw }) => raw(patch({ rankingRules: ["words", "fame"] })) },
  { name: "stop words of the wrong type", run: ({ raw }) => raw(patch({ stopWords: "the" })) },
  { name: "a total of the wrong type", run: ({ raw }) => raw(patch({ pagination: { maxTotalHits: "many" } })) },
  { name: "an unknown proximity precision", run: ({ raw }) => raw(patch({ proximityPrecision: "byPage" })) },
  {
    name: "typos allowed in the wrong order",
    run: ({ raw }) => raw(patch({ typoTolerance: { minWordSizeForTypos: { oneTypo: 10, twoTypos: 9 } } })),
  },
  { name: "settings that are no JSON", run: ({ raw }) => raw(patch("{stopWords}")) },
  { name: "settings without a body", run: ({ raw }) => raw(patch("")) },
  {
    name: "one setting of the wrong type",
    run: ({ raw }) => raw({ method: "PUT", path: "/indexes/lab/settings/synonyms", body: ["film"] }),
  },
]
