import type { Step } from "./step.ts"

/** Settings that change what a search finds and how it is shown, and searches that show it. */
export const searchSettingSteps: ReadonlyArray<Step> = [
  {
    name: "change how movies are searched and shown",
    run: ({ client, write }) =>
      write(() =>
        client.index("movies").updateSettings({
          searchableAttributes: ["Title", "Director"],
          displayedAttributes: ["Title", "Director", "Major Genre"],
          stopWords: ["the", "of"],
          synonyms: { film: ["movie"], cop: ["police"] },
          rankingRules: ["words", "typo", "proximity", "attribute", "sort", "exactness", "US Gross:desc"],
          typoTolerance: { disableOnAttributes: ["Director"], disableOnWords: ["alien"] },
          faceting: { maxValuesPerFacet: 8, sortFacetValuesBy: { "Major Genre": "count" } },
          pagination: { maxTotalHits: 60 },
        }),
      ),
  },
  { name: "the settings of movies", run: ({ client }) => client.index("movies").getSettings() },
  { name: "only displayed attributes", run: ({ client }) => client.index("movies").search("war") },
  {
    name: "stop words",
    run: ({ client }) => client.index("movies").search("the lord of the rings", { showMatchesPosition: true }),
  },
  { name: "synonyms", run: ({ client }) => client.index("movies").search("cop academy") },
  { name: "an attribute that is not searched", run: ({ client }) => client.index("movies").search("miramax") },
  {
    name: "a custom ranking rule",
    run: ({ client }) => client.index("movies").search("love", { limit: 40, showRankingScore: true }),
  },
  {
    name: "a custom ranking rule over pages",
    run: ({ client }) => client.index("movies").search(null, { offset: 40, limit: 40 }),
  },
  {
    name: "a sort before a custom rule",
    run: ({ client }) => client.index("movies").search("love", { sort: ["Title:asc"] }),
  },
  { name: "a word that takes no typos", run: ({ client }) => client.index("movies").search("alein") },
  { name: "an attribute that takes no typos", run: ({ client }) => client.index("movies").search("spielbrg") },
  {
    name: "facets by count",
    run: ({ client }) => client.index("movies").search(null, { facets: ["Major Genre"], limit: 0 }),
  },
  {
    name: "few values per facet",
    run: ({ client }) => client.index("movies").search("man", { facets: ["Director", "MPAA Rating"], limit: 0 }),
  },
  { name: "few total hits", run: ({ client }) => client.index("movies").search(null, { page: 3, hitsPerPage: 25 }) },
  { name: "few estimated hits", run: ({ client }) => client.index("movies").search("man", { offset: 55, limit: 20 }) },
  { name: "facet names", run: ({ client }) => client.index("movies").search("", { facets: ["*"], hitsPerPage: 1 }) },
  { name: "documents show every attribute", run: ({ client }) => client.index("movies").getDocument(5) },
  {
    name: "a distinct attribute in the settings",
    run: ({ client, write }) =>
      write(() =>
        client.index("movies").updateSettings({
          distinctAttribute: "Director",
          pagination: { maxTotalHits: null },
          displayedAttributes: null,
        }),
      ),
  },
  {
    name: "distinct directors",
    run: ({ client }) =>
      client.index("movies").search("love", { hitsPerPage: 50, attributesToRetrieve: ["id", "Director"] }),
  },
  {
    name: "reset the settings of movies",
    run: ({ client, write }) => write(() => client.index("movies").resetSettings()),
  },
  { name: "movies after the reset", run: ({ client }) => client.index("movies").search("star wars", { limit: 5 }) },
  {
    name: "a filter after the reset",
    run: ({ client }) => client.index("movies").search("", { filter: "Director = x" }),
  },
]
