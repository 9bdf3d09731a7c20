import { drawFilter, drawQuery } from "../draw-search.ts"
import { jsonValues, oneOf, sometimes, times } from "../draw-values.ts"
import { library, libraryFixtures } from "../library.ts"
import type { Family, WireRequest } from "../sequence.ts"

const ask = (uid: string, body: unknown): WireRequest => ({
  method: "POST",
  path: `/indexes/${uid}/facet-search`,
  body: body as object,
})

const names = [
  "genres",
  "language",
  "author.name",
  "tags",
  "title",
  "mixed",
  "year",
  "available",
  "overview",
  "nothing",
]
const queries = ["", "n", "no", "novl", "CR", "é", "Ém", "a", "sci", "-", "1", "silver", "*", "x y"]

/** Searching the values of a facet. */
export const facetSearchFamily: Family = {
  name: "facet-search",
  company: "together",
  fixtures: libraryFixtures,
  written: [
    () =>
      names.flatMap((facetName) => [
        ask(library.shelf, { facetName }),
        ask(library.tuned, { facetName }),
        ask(library.plain, { facetName }),
      ]),
    () => queries.map((facetQuery) => ask(library.shelf, { facetName: "genres", facetQuery })),
    () => queries.map((facetQuery) => ask(library.shelf, { facetName: "title", facetQuery })),
    () => queries.slice(0, 6).map((facetQuery) => ask(library.tuned, { facetName: "genres", facetQuery, q: "night" })),
    () => [
      ...jsonValues.map((value) => ask(library.shelf, { facetName: value })),
      ...jsonValues.map((value) => ask(library.shelf, { facetName: "genres", facetQuery: value })),
      ...jsonValues.map((value) => ask(library.shelf, value)),
      ask(library.shelf, "{"),
      ask(library.shelf, ""),
      ask(library.shelf, { facetName: "genres", limit: "x", unknown: 3 }),
      ask("facet-none", { facetName: "genres" }),
      ask("no%20uid", { facetName: "genres" }),
      ask(library.empty, { facetName: "genres" }),
      { ...ask(library.shelf, { facetName: "genres" }), headers: { "content-type": "text/plain" } },
    ],
  ],
  drawnCount: 14,
  draw: (draws) =>
    times(6, () => {
      const body: Record<string, unknown> = { facetName: oneOf(draws, names.slice(0, 8)) }
      if (sometimes(draws, 60)) body["facetQuery"] = oneOf(draws, queries)
      if (sometimes(draws, 40)) body["q"] = drawQuery(draws)
      if (sometimes(draws, 40)) body["filter"] = drawFilter(draws)
      if (sometimes(draws, 20)) body["matchingStrategy"] = oneOf(draws, ["all", "last", "frequency", "x"])
      if (sometimes(draws, 20)) body["attributesToSearchOn"] = oneOf(draws, [["title"], ["overview"], ["nothing"]])
      if (sometimes(draws, 20)) body["exhaustiveFacetCount"] = oneOf(draws, [true, false, "x"])
      if (sometimes(draws, 10)) body["rankingScoreThreshold"] = oneOf(draws, [0.5, 0.9, 2])
      return ask(library.shelf, body)
    }),
}
