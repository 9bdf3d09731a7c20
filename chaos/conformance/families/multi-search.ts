import { drawQuery, drawSearch } from "../draw-search.ts"
import { jsonValues, oneOf, someOf, sometimes, times } from "../draw-values.ts"
import { library, libraryFixtures } from "../library.ts"
import type { SeededDraws } from "../../seeded-draws.ts"
import type { Family, WireRequest } from "../sequence.ts"

const ask = (body: unknown): WireRequest => ({ method: "POST", path: "/multi-search", body: body as object })
const shelf = (more: object = {}): object => ({ indexUid: library.shelf, q: "silver", ...more })
const plain = (more: object = {}): object => ({ indexUid: library.plain, q: "castle", ...more })
const tuned = (more: object = {}): object => ({ indexUid: library.tuned, q: "night", ...more })

const federated = ["limit", "offset", "page", "hitsPerPage", "facets", "distinct"]

const drawFederated = (draws: SeededDraws): unknown => ({
  federation: {
    ...(sometimes(draws, 60) ? { limit: oneOf(draws, [0, 1, 5, 40, 200]) } : {}),
    ...(sometimes(draws, 30) ? { offset: oneOf(draws, [0, 3, 30]) } : {}),
    ...(sometimes(draws, 30)
      ? { facetsByIndex: { [library.shelf]: someOf(draws, ["genres", "language", "year"], 0, 2) } }
      : {}),
    ...(sometimes(draws, 20) ? { mergeFacets: { maxValuesPerFacet: oneOf(draws, [1, 3, 100]) } } : {}),
  },
  queries: times(1 + draws.below(3), () => ({
    ...drawSearch(draws, [...federated, "showRankingScoreDetails"]),
    indexUid: oneOf(draws, [library.shelf, library.shelf, library.plain]),
    ...(sometimes(draws, 40) ? { federationOptions: { weight: oneOf(draws, [0, 0.5, 1, 3.25]) } } : {}),
  })),
})

/** The library's plain index can neither be filtered nor sorted. */
const plainParameters = ["filter", "sort", "facets", "distinct"]

const drawQueries = (draws: SeededDraws): unknown => ({
  queries: times(draws.below(4), () =>
    sometimes(draws, 60)
      ? { indexUid: library.shelf, ...drawSearch(draws) }
      : { indexUid: library.plain, ...drawSearch(draws, plainParameters) },
  ),
})

/** Several searches in one request, apart and in one list. */
export const multiSearchFamily: Family = {
  name: "multi-search",
  company: "together",
  fixtures: libraryFixtures,
  written: [
    () => [
      ask({ queries: [] }),
      ask({ queries: [shelf(), plain(), tuned(), { indexUid: library.empty }] }),
      ask({ queries: [shelf(), shelf({ page: 1, hitsPerPage: 3 }), shelf({ facets: ["genres"], limit: 0 })] }),
      ask({ queries: [shelf(), { indexUid: "multi-none" }] }),
      ask({ queries: [{ indexUid: "multi-none" }, { indexUid: "no uid" }] }),
      ask({ queries: [shelf(), shelf({ filter: "year >" })] }),
      ask({ queries: [shelf(), shelf({ filter: "overview = x" })] }),
      ask({ queries: [shelf(), shelf({ sort: ["overview:asc"] })] }),
      ask({ queries: [shelf(), shelf({ limit: "x" })] }),
      ask({ queries: [shelf(), shelf({ x: 1 })] }),
      ask({ queries: [{ q: "x" }] }),
      ask({ queries: [{ indexUid: 3 }] }),
      ask({ queries: [shelf({ federationOptions: { weight: 1 } })] }),
      ask({ queries: "x" }),
      ask({ queries: {} }),
      ask({}),
      ask([]),
      ask("{"),
      ask(""),
      ask({ queries: [shelf()], x: 1 }),
      { ...ask({ queries: [] }), headers: { "content-type": "text/plain" } },
      { ...ask({ queries: [] }), headers: { "content-type": null } },
      { method: "POST", path: "/multi-search?x=1", body: { queries: [shelf()] } },
    ],
    () => [
      ask({ federation: {}, queries: [] }),
      ask({ federation: null, queries: [shelf()] }),
      ask({ federation: {}, queries: [shelf(), plain()] }),
      ask({ federation: { limit: 100 }, queries: [shelf(), plain(), shelf({ q: "castle" })] }),
      ask({ federation: { limit: 5, offset: 5 }, queries: [shelf(), plain()] }),
      ask({ federation: { page: 2, hitsPerPage: 7 }, queries: [shelf(), plain()] }),
      ask({
        federation: {},
        queries: [shelf({ federationOptions: { weight: 0.5 } }), plain({ federationOptions: { weight: 2 } })],
      }),
      ask({ federation: {}, queries: [shelf({ federationOptions: { weight: 0 } }), plain()] }),
      ask({ federation: {}, queries: [shelf({ sort: ["year:asc"] }), shelf({ q: "castle", sort: ["year:asc"] })] }),
      ask({ federation: {}, queries: [shelf({ sort: ["year:asc"] }), plain()] }),
      ask({ federation: {}, queries: [shelf(), tuned()] }),
      ask({ federation: { facetsByIndex: { [library.shelf]: ["genres", "year"] } }, queries: [shelf(), plain()] }),
      ask({
        federation: { facetsByIndex: { [library.shelf]: ["genres"], [library.tuned]: ["genres"] }, mergeFacets: {} },
        queries: [shelf(), tuned()],
      }),
      ask({
        federation: {
          facetsByIndex: { [library.shelf]: ["genres", "language"] },
          mergeFacets: { maxValuesPerFacet: 2 },
        },
        queries: [shelf()],
      }),
      ask({ federation: { facetsByIndex: { "multi-none": ["x"] } }, queries: [shelf()] }),
      ask({ federation: { facetsByIndex: { [library.plain]: ["genres"] } }, queries: [shelf(), plain()] }),
      ask({ federation: { distinct: "genres" }, queries: [shelf()] }),
      ...federated.map((name) =>
        ask({ federation: {}, queries: [shelf({ [name]: name === "facets" ? ["genres"] : 2 })] }),
      ),
      ask({ federation: {}, queries: [shelf({ federationOptions: { weight: -1 } })] }),
      ask({ federation: {}, queries: [shelf({ federationOptions: { weight: "x" } })] }),
      ask({ federation: {}, queries: [shelf({ federationOptions: { remote: "x" } })] }),
      ask({ federation: {}, queries: [shelf({ federationOptions: { x: 1 } })] }),
      ask({ federation: { limit: -1 }, queries: [shelf()] }),
      ask({ federation: { x: 1 }, queries: [shelf()] }),
      ask({ federation: 3, queries: [shelf()] }),
      ask({ federation: { mergeFacets: 3 }, queries: [shelf()] }),
      ask({ federation: {}, queries: [{ indexUid: "multi-none" }] }),
      ask({ federation: {}, queries: [shelf({ filter: "year >" })] }),
      ask({
        federation: {},
        queries: [shelf({ showRankingScore: true, showRankingScoreDetails: true, attributesToRetrieve: ["id"] })],
      }),
      ask({
        federation: {},
        queries: [shelf({ attributesToHighlight: ["*"], attributesToCrop: ["overview:3"], showMatchesPosition: true })],
      }),
    ],
  ],
  drawnCount: 24,
  draw: (draws) =>
    times(5, () => {
      if (sometimes(draws, 45)) return ask(drawFederated(draws))
      if (sometimes(draws, 75)) return ask(drawQueries(draws))
      const federation = sometimes(draws, 50) ? { federation: oneOf(draws, [{}, ...jsonValues]) } : {}
      return ask({
        ...federation,
        queries: [
          {
            indexUid: library.shelf,
            q: drawQuery(draws),
            [oneOf(draws, ["limit", "filter", "federationOptions", "facets", "q", "sort"])]: oneOf(draws, jsonValues),
          },
        ],
      })
    }),
}
