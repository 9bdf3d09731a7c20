import type { SearchParams } from "meilisearch"
import type { Step } from "./step.ts"

/** A search on `movies`: its name, the query, the parameters. */
type Search = readonly [name: string, query: string | null, parameters?: SearchParams]

/** Short answers, so that a difference is readable. */
const brief = ["id", "Title"]
const drama = '"Major Genre" = Drama'

const words: ReadonlyArray<Search> = [
  ["placeholder", null],
  ["an empty query", ""],
  ["one word", "war"],
  ["several words", "the lord of the rings"],
  ["two words", "star wars"],
  ["a prefix", "spid"],
  ["a prefix after a word", "lord of th"],
  ["one letter", "b"],
  ["a typo", "godfathr"],
  ["two typos", "termniatro"],
  ["a typo and a word", "jurasic park"],
  ["words of several attributes", "steven spielberg drama"],
  ["a phrase", '"the dark knight"'],
  ["a phrase and a word", 'spielberg "private ryan"'],
  ["a word that must not occur", "batman -returns"],
  ["a phrase that must not occur", 'star -"star wars"'],
  ["accents", "amelie"],
  ["upper case", "ALIEN"],
  ["words that stand in no document", "qqxzzv wwkjh"],
  ["a number in a title", "1941"],
  ["many words", "a very long question about the good the bad and the ugly in the west of america"],
  ["all words", "love story new york", { matchingStrategy: "all" }],
  ["the last words may be missing", "love story new york", { matchingStrategy: "last" }],
  ["one attribute only", "drama", { attributesToSearchOn: ["Title"] }],
  // The values of hidden fields are written in separator characters: a query of digits or signs must not find them.
  ["the digits 12", "12"],
  ["the digit 1", "1"],
  ["the sign #", "#"],
]

const filters: ReadonlyArray<Search> = [
  ["a filter", null, { filter: drama }],
  ["a filter and words", "man", { filter: drama }],
  ["numbers compared", null, { filter: '"IMDB Rating" >= 8.5', attributesToRetrieve: [...brief, "IMDB Rating"] }],
  ["a range", null, { filter: '"Running Time min" 100 TO 105' }],
  ["OR, AND, NOT and parentheses", null, { filter: `(${drama} OR "Major Genre" = Musical) AND NOT "MPAA Rating" = R` }],
  ["IN", null, { filter: '"Major Genre" IN [Western, "Black Comedy"]' }],
  ["NOT IN", "love", { filter: '"Major Genre" NOT IN [Drama, Comedy, "Romantic Comedy"]' }],
  ["unequal", "night", { filter: '"MPAA Rating" != R' }],
  ["EXISTS", null, { filter: "Director EXISTS" }],
  ["IS NULL", null, { filter: '"Running Time min" IS NULL AND "IMDB Rating" > 8' }],
  ["IS NOT EMPTY", "king", { filter: "Director IS NOT EMPTY" }],
  ["STARTS WITH", null, { filter: "Director STARTS WITH 'Steven'" }],
  [
    "a filter in arrays",
    null,
    { filter: [['"Major Genre" = Action', '"Major Genre" = Adventure'], '"IMDB Rating" > 8'] },
  ],
  ["a filter that matches nothing", "war", { filter: '"US Gross" < 0' }],
  ["a filter by a title that is a number", null, { filter: "Title = 1941" }],
]

const order: ReadonlyArray<Search> = [
  [
    "sorted by a number",
    null,
    { sort: ["IMDB Rating:desc"], attributesToRetrieve: [...brief, "IMDB Rating"], limit: 40 },
  ],
  ["sorted by words and numbers", null, { sort: ["Title:asc"], attributesToRetrieve: brief, limit: 40 }],
  ["sorted downwards", null, { sort: ["Title:desc"], attributesToRetrieve: brief, limit: 40 }],
  [
    "sorted by two attributes",
    "love",
    { sort: ["Running Time min:asc", "US Gross:desc"], attributesToRetrieve: brief },
  ],
  [
    "sorted by an attribute that is often missing",
    null,
    { sort: ["Running Time min:asc"], filter: '"Major Genre" = Western', limit: 40 },
  ],
  ["sorted and filtered", null, { sort: ["US Gross:desc"], filter: drama, limit: 5 }],
  ["scores", "star wars", { showRankingScore: true, attributesToRetrieve: brief }],
  ["details of scores", "star wars", { showRankingScoreDetails: true, attributesToRetrieve: brief, limit: 10 }],
  ["details of scores with sort", "king", { showRankingScoreDetails: true, sort: ["US Gross:asc"], limit: 10 }],
  ["scores of a placeholder", null, { showRankingScore: true, showRankingScoreDetails: true, limit: 3 }],
  ["a threshold for scores", "batman", { rankingScoreThreshold: 0.6, showRankingScore: true, page: 1 }],
  ["distinct", null, { distinct: "Director", hitsPerPage: 30, attributesToRetrieve: [...brief, "Director"] }],
  [
    "distinct with words",
    "love",
    { distinct: "Major Genre", page: 1, attributesToRetrieve: [...brief, "Major Genre"] },
  ],
]

const pages: ReadonlyArray<Search> = [
  ["an offset and a limit", "man", { offset: 15, limit: 10, attributesToRetrieve: brief }],
  ["the next offset", "man", { offset: 25, limit: 10, attributesToRetrieve: brief }],
  ["a limit of nothing", "man", { limit: 0 }],
  ["an offset beyond the end", "godfather", { offset: 900 }],
  ["a page", "man", { page: 3, hitsPerPage: 7, attributesToRetrieve: brief }],
  ["a page without a size", "night", { page: 2, attributesToRetrieve: brief }],
  ["a size without a page", "night", { hitsPerPage: 4, attributesToRetrieve: brief }],
  ["page zero", "night", { page: 0 }],
  ["pages of nothing", "night", { hitsPerPage: 0 }],
  ["the last hits that may be seen", null, { offset: 990, limit: 50, attributesToRetrieve: ["id"] }],
  ["a page beyond the hits that may be seen", null, { page: 60, hitsPerPage: 20, attributesToRetrieve: ["id"] }],
]

const rendering: ReadonlyArray<Search> = [
  ["chosen attributes", "war", { attributesToRetrieve: ["Title", "unknown"] }],
  ["no attributes", "war", { attributesToRetrieve: [], limit: 3 }],
  ["the star among the attributes", "war", { attributesToRetrieve: ["*"], limit: 3 }],
  ["highlighting", "dark knight", { attributesToHighlight: ["Title"], limit: 5 }],
  ["highlighting everything", "spielberg", { attributesToHighlight: ["*"], limit: 5 }],
  [
    "highlighting with other tags",
    "alien",
    { attributesToHighlight: ["Title"], highlightPreTag: "<b>", highlightPostTag: "</b>" },
  ],
  ["highlighting without the attribute", "alien", { attributesToHighlight: ["Title"], attributesToRetrieve: ["id"] }],
  ["cropping", "rings", { attributesToCrop: ["Title"], cropLength: 3, attributesToRetrieve: brief }],
  [
    "cropping with lengths and a marker",
    "lord rings",
    { attributesToCrop: ["Title:2", "Distributor:1"], cropMarker: "[..]", limit: 5 },
  ],
  ["positions of matches", "lord of the rings", { showMatchesPosition: true, attributesToRetrieve: brief, limit: 5 }],
  [
    "highlighting, cropping and positions",
    "star trek",
    { attributesToHighlight: ["*"], attributesToCrop: ["Title"], cropLength: 2, showMatchesPosition: true, limit: 4 },
  ],
]

const facets: ReadonlyArray<Search> = [
  ["a facet", null, { facets: ["Major Genre"], limit: 2 }],
  ["several facets", "love", { facets: ["Major Genre", "MPAA Rating"], limit: 2 }],
  ["facets of numbers with stats", "war", { facets: ["IMDB Rating", "Running Time min"], limit: 0 }],
  ["every facet", "godfather", { facets: ["*"], limit: 2 }],
  ["a facet with more values than are shown", null, { facets: ["Director"], limit: 1 }],
  [
    "facets under a filter",
    "man",
    { facets: ["Major Genre", "US Gross"], filter: '"MPAA Rating" = PG', hitsPerPage: 1 },
  ],
  ["facets of nothing", "qqxzzv", { facets: ["Major Genre", "US Gross"] }],
]

const asSteps = (searches: ReadonlyArray<Search>, kind: "POST" | "GET"): ReadonlyArray<Step> =>
  searches.map(([name, query, parameters]) => ({
    name: `search ${kind}: ${name}`,
    run: ({ client }) => {
      const movies = client.index("movies")
      return kind === "GET" ? movies.searchGet(query, parameters) : movies.search(query, parameters)
    },
  }))

/** One of each kind again with GET, where every parameter is text. */
const asGet = (
  [
    "placeholder",
    "two words",
    "a filter and words",
    "a filter in arrays",
    "sorted by two attributes",
    "a page",
    "highlighting",
    "several facets",
    "details of scores",
  ] as const
).map(String)

const all = [...words, ...filters, ...order, ...pages, ...rendering, ...facets]

export const searchSteps: ReadonlyArray<Step> = [
  ...asSteps(all, "POST"),
  ...asSteps(
    all.filter(([name]) => asGet.includes(name)),
    "GET",
  ),
]
