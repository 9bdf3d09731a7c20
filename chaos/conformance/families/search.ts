import { drawSearch, searchQueryString } from "../draw-search.ts"
import { oneOf, sometimes, times } from "../draw-values.ts"
import { library, libraryFixtures } from "../library.ts"
import type { Family, WireRequest } from "../sequence.ts"

const post = (uid: string, body: unknown): WireRequest => ({
  method: "POST",
  path: `/indexes/${uid}/search`,
  body: body as object,
})
const get = (uid: string, query: string): WireRequest => ({ method: "GET", path: `/indexes/${uid}/search?${query}` })

/** The four usual ways to page through one list, all over its end. */
const pages = (uid: string, body: object): ReadonlyArray<WireRequest> => [
  ...[0, 7, 14, 84, 91, 1000].map((offset) => post(uid, { ...body, offset, limit: 7 })),
  ...[0, 1, 2, 4, 5, 6].map((page) => post(uid, { ...body, page, hitsPerPage: 20 })),
  post(uid, { ...body, hitsPerPage: 0 }),
  post(uid, { ...body, page: 2 }),
]

export const searchFamily: Family = {
  name: "search",
  company: "together",
  fixtures: libraryFixtures,
  written: [
    () => pages(library.shelf, {}),
    () => pages(library.shelf, { q: "silver" }),
    () => pages(library.tuned, { q: "castle" }),
    () => pages(library.shelf, { sort: ["year:desc", "title:asc"], attributesToRetrieve: ["id", "year"] }),
    () => pages(library.empty, { q: "x" }),
    () => [
      post(library.shelf, { sort: ["_geoPoint(45, 5):asc"], limit: 60, attributesToRetrieve: ["id"] }),
      post(library.shelf, { sort: ["_geoPoint(45, 5):desc"], limit: 60, attributesToRetrieve: ["id", "_geo"] }),
      post(library.shelf, { sort: ["_geoPoint(45, 5):asc", "year:asc"], q: "night", showRankingScoreDetails: true }),
      post(library.shelf, { filter: "_geoRadius(45, 5, 200000)", limit: 60 }),
      post(library.shelf, { filter: "_geoPolygon([50, 0], [50, 9], [41, 4])", limit: 60 }),
    ],
    () => [
      post(library.tuned, { facets: ["*"], limit: 0 }),
      post(library.tuned, { q: "the silver of", facets: ["genres", "language"], showMatchesPosition: true }),
      post(library.tuned, { q: "winter castle", showRankingScore: true, limit: 40 }),
      post(library.tuned, { q: "rivver", limit: 40 }),
      post(library.tuned, { q: "casle", limit: 40, attributesToHighlight: ["*"] }),
      post(library.tuned, { q: "night", sort: ["year:asc"], limit: 40 }),
      post(library.tuned, { q: "night", offset: 25, limit: 20 }),
      post(library.tuned, { filter: "author.name = 'Ana Silva'" }),
      post(library.tuned, { filter: "year > 1990 AND genres = novel" }),
      post(library.tuned, { distinct: "language", limit: 40 }),
    ],
    // Text in the characters of hidden values, and digits as words.
    () =>
      ["#", "!", "!!!!", "%&*", "1", "12", "42", "3", "#42", "_", "miroir", "shard"].map((q) =>
        post(library.plain, { q, limit: 5 }),
      ),
    () => [
      { method: "POST", path: `/indexes/${library.plain}/search`, body: '{"q":"silver","limit":3}' },
      { method: "POST", path: `/indexes/${library.plain}/search/`, body: { q: "silver", limit: 3 } },
      { method: "POST", path: `/indexes/${library.plain}/search`, body: "null" },
      { method: "POST", path: `/indexes/${library.plain}/search?q=x`, body: { limit: 1 } },
      {
        method: "POST",
        path: `/indexes/${library.plain}/search`,
        body: { q: "star", limit: 2 },
        headers: { "content-TYPE": "application/json; charset=utf-8" },
      },
      { method: "GET", path: `/indexes/${library.plain}/search` },
      { method: "GET", path: `/indexes/${library.plain}/search?q=silver+river&limit=2` },
      { method: "GET", path: `/indexes/${library.plain}/search?q=%C3%89mile&limit=2&limit=3` },
      { method: "GET", path: `/indexes/${library.plain}/search?q=%ff&limit=2` },
      { method: "GET", path: `/indexes/${library.plain}/search?&&q=star&&limit=1&` },
    ],
  ],
  drawnCount: 60,
  draw: (draws) =>
    times(8, () => {
      const uid = sometimes(draws, 80) ? library.shelf : oneOf(draws, [library.plain, library.tuned, library.empty])
      const body = drawSearch(draws)
      return sometimes(draws, 25) ? get(uid, searchQueryString(body)) : post(uid, body)
    }),
}
