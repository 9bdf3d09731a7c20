import { drawSearch, parameterNames, searchQueryString } from "../draw-search.ts"
import { jsonValues, oneOf, sometimes, textValues, times } from "../draw-values.ts"
import { library, libraryFixtures } from "../library.ts"
import type { Family, WireRequest } from "../sequence.ts"

const names = [
  ...parameterNames,
  "page",
  "hitsPerPage",
  "hybrid",
  "vector",
  "retrieveVectors",
  "attributeToRetrieve",
  "Q",
  "limits",
  "hybridEmbedder",
  "media",
  "exhaustiveFacetCount",
]

const badFilters: ReadonlyArray<unknown> = [
  "genres =",
  "genres = = x",
  "= x",
  "genres LIKE x",
  "genres = 'x",
  "(genres = x",
  "genres = x)",
  "genres = x AND",
  "genres = x year = 2",
  "AND",
  "NOT",
  "genres IN [x",
  "genres IN x",
  "genres TO 3",
  "year 3 TO",
  "year > silver",
  "nothing = 3",
  "overview = x",
  "_geoRadius(1, 2)",
  "_geoRadius(100, 2, 3)",
  "_geoRadius(a, 2, 3)",
  "_geoBoundingBox([1, 2], [3, 4])",
  "_geoBoundingBox([1, 2])",
  "_geoPoint(1, 2)",
  "_geoDistance < 3",
  "genres CONTAINS nov",
  "_vectors EXISTS",
  "_foreign(x, y = 1)",
  "genres IS x",
  "genres = IN",
  ["genres = x", 3],
  ["genres = x", ["year = 3", ["year = 4"]]],
  ["genres = x", ["year >"]],
  [[["genres = x"]]],
  `${"(".repeat(160)}genres = x${")".repeat(160)}`,
  { genres: "x" },
  "é = ü",
  "genres = 'é\\' OR year = 2",
]

const badSorts: ReadonlyArray<unknown> = [
  ["title"],
  ["title:up"],
  ["overview:asc"],
  [":asc"],
  [""],
  ["_geoPoint(1):asc"],
  ["_geoPoint(100, 2):asc"],
  ["_geoPoint(1, 2)"],
  ["_geo:asc"],
  ["_geoDistance:asc"],
  ["_geoRadius(1, 2, 3):asc"],
  ["title:asc", "nothing:desc"],
  ["title:asc", "title:desc"],
]

const malformed: ReadonlyArray<string> = [
  "",
  " ",
  "{",
  '{"q": "x"',
  '{"q": "x"}}',
  '{"q": "x",}',
  "{'q': 'x'}",
  '{"q": x}',
  '{"q": 01}',
  '{"q": "\\u12"}',
  '{"q": "a\nb"}',
  "[]",
  "12",
  '"text"',
  "true",
  '{"q":"x","q":"y"}',
  '{"limit":1,"limit":2}',
  '{"limit": 1e2}',
  '{"limit": 18446744073709551616}',
  '{"offset": -0}',
  "\ufeff{}",
  '{"q": "x"} x',
  '{"q": "\ud800"}',
]

const post = (uid: string, body: object | string, headers: WireRequest["headers"] = {}): WireRequest => ({
  method: "POST",
  path: `/indexes/${uid}/search`,
  body,
  headers,
})

/** Requests that an engine refuses, or that look as if it would. */
export const searchErrorsFamily: Family = {
  name: "search-errors",
  company: "together",
  fixtures: libraryFixtures,
  written: [
    () => badFilters.map((filter) => post(library.shelf, { filter })),
    () => badFilters.slice(0, 20).map((filter) => post(library.plain, { filter })),
    () => badFilters.slice(10).map((filter) => post(library.tuned, { q: "star", filter })),
    () => badSorts.map((sort) => post(library.shelf, { sort })),
    () => badSorts.map((sort) => post(library.tuned, { sort })),
    () => badSorts.slice(0, 5).map((sort) => post(library.plain, { sort })),
    () => malformed.map((body) => post(library.shelf, body)),
    () => malformed.slice(0, 9).map((body) => post("no-such-index", body)),
    () => [
      ...["text/plain", "application/xml", "application/x-ndjson", "", "json", "application/jsonp", null].map((type) =>
        post(library.shelf, { q: "x" }, { "content-type": type }),
      ),
      post(library.shelf, { q: "x" }, { "Content-Type": "APPLICATION/JSON" }),
      post(library.shelf, { q: "x" }, { "content-type": "application/json;charset=latin1" }),
      post(library.shelf, { q: "x", limit: 1 }, { "content-type": "application/vnd.api+json" }),
      post(library.shelf, { q: "x" }, { "content-encoding": "gzip" }),
      post(library.shelf, { q: "x" }, { "content-encoding": "zstd" }),
    ],
    () =>
      ["no-such-index", "no such index", "é", "a/b", "x".repeat(401), "x".repeat(513), ".", "-", "_", "*"].flatMap(
        (uid) => [
          post(encodeURIComponent(uid), { q: "x" }),
          { method: "GET", path: `/indexes/${encodeURIComponent(uid)}/search?q=x` },
          post(encodeURIComponent(uid), { limit: -1 }),
        ],
      ),
    () => [
      post(library.shelf, { facets: ["overview"] }),
      post(library.shelf, { facets: ["overview", "genres", "nothing"] }),
      post(library.plain, { facets: ["genres"] }),
      post(library.tuned, { facets: ["rating", "author.*"] }),
      post(library.shelf, { distinct: "overview" }),
      post(library.plain, { distinct: "year" }),
      post(library.tuned, { distinct: "rating" }),
      post(library.shelf, { q: "x", attributesToSearchOn: ["nothing"] }),
      post(library.tuned, { q: "x", attributesToSearchOn: ["genres", "title"] }),
      post(library.tuned, { q: "x", attributesToSearchOn: [] }),
      post(library.shelf, { vector: [1, 2, 3] }),
      post(library.shelf, { hybrid: { embedder: "manual" } }),
      post(library.shelf, { q: "x", hybrid: {} }),
      post(library.shelf, { q: "x", hybrid: { embedder: "manual", semanticRatio: 2 } }),
      post(library.shelf, { q: "x", locales: ["xxx"] }),
      post(library.shelf, { q: "x", locales: ["eng", 3] }),
      post(library.shelf, { q: "x", matchingStrategy: "al" }),
      post(library.shelf, { q: "x", rankingScoreThreshold: 1.01 }),
      post(library.shelf, { q: "x", personalize: { userContext: "x" } }),
      post(library.shelf, { q: "x", useNetwork: true }),
      post(library.shelf, { q: "x", showPerformanceDetails: true }),
      post(library.shelf, { q: "x", indexUid: "y" }),
    ],
    () =>
      names.flatMap((name) => [
        { method: "GET", path: `/indexes/${library.shelf}/search?${name}=` },
        { method: "GET", path: `/indexes/${library.shelf}/search?${name}=x` },
      ]),
  ],
  drawnCount: 40,
  draw: (draws) =>
    times(8, () => {
      const uid = oneOf(draws, [library.shelf, library.shelf, library.plain, library.tuned])
      const valid = sometimes(draws, 40) ? drawSearch(draws) : {}
      if (sometimes(draws, 30)) {
        const bad = `${oneOf(draws, names)}=${encodeURIComponent(oneOf(draws, textValues))}`
        const rest = searchQueryString(valid)
        return { method: "GET", path: `/indexes/${uid}/search?${rest}${rest === "" ? "" : "&"}${bad}` }
      }
      if (sometimes(draws, 15)) return post(uid, { ...valid, filter: oneOf(draws, badFilters) })
      if (sometimes(draws, 10)) return post(uid, { ...valid, sort: oneOf(draws, badSorts) })
      const bad = Object.fromEntries(
        times(1 + draws.below(2), () => [oneOf(draws, names), oneOf(draws, jsonValues)] as const),
      )
      return post(uid, { ...valid, ...bad })
    }),
}
