import { jsonValues, oneOf, sometimes, textValues, times } from "../draw-values.ts"
import { library, libraryFixtures, libraryVector } from "../library.ts"
import type { Family, WireRequest } from "../sequence.ts"

const search = (body: object): WireRequest => ({ method: "POST", path: `/indexes/${library.vectors}/search`, body })
const similar = (body: unknown, uid: string = library.vectors): WireRequest => ({
  method: "POST",
  path: `/indexes/${uid}/similar`,
  body: body as object,
})
const get = (query: string): WireRequest => ({ method: "GET", path: `/indexes/${library.vectors}/${query}` })

const embedder = "manual"
const pure = { hybrid: { embedder, semanticRatio: 1 } }

const near = libraryVector(5000)
const far = libraryVector(6000)

/** Vectors that the client brings along: semantic and hybrid search, similar documents. */
export const vectorsFamily: Family = {
  name: "vectors",
  company: "together",
  fixtures: libraryFixtures,
  written: [
    () => [
      search({ vector: near, ...pure }),
      search({ vector: near, ...pure, limit: 100, showRankingScore: true }),
      search({ vector: near, ...pure, showRankingScoreDetails: true, retrieveVectors: true, limit: 3 }),
      search({
        vector: near,
        ...pure,
        filter: "year > 1980",
        limit: 100,
        attributesToRetrieve: ["id", "year"],
      }),
      search({ vector: near, ...pure, offset: 5, limit: 5 }),
      search({ vector: near, ...pure, page: 2, hitsPerPage: 6 }),
      search({ vector: near, ...pure, sort: ["year:asc"], limit: 40, attributesToRetrieve: ["id"] }),
      search({ vector: near, ...pure, rankingScoreThreshold: 0.6, limit: 40 }),
      search({ vector: near, ...pure, facets: ["genres"], limit: 2 }),
      search({ vector: [0.1, 0.2], ...pure }),
      search({ vector: [], ...pure }),
      search({ vector: near }),
      search({ vector: "x", ...pure }),
      search({ q: "silver", hybrid: { embedder, semanticRatio: 0 } }),
      search({ q: "silver", hybrid: { embedder, semanticRatio: 0.5 } }),
      search({ q: "silver", hybrid: { embedder } }),
      search({ q: "silver", hybrid: { embedder: "none" } }),
      search({
        q: "silver",
        vector: far,
        hybrid: { embedder, semanticRatio: 0.5 },
        limit: 40,
        showRankingScore: true,
      }),
      search({ q: "silver", vector: far, hybrid: { embedder, semanticRatio: 0.2 }, limit: 10 }),
      search({ q: "silver", vector: far, hybrid: { embedder, semanticRatio: 0.9 }, limit: 10, offset: 4 }),
      search({ hybrid: { embedder } }),
      search({ retrieveVectors: true, limit: 4 }),
      search({ retrieveVectors: true, attributesToRetrieve: ["id"], limit: 9 }),
      ...jsonValues.map((hybrid) => search({ q: "x", hybrid })),
    ],
    () => [
      ...[1, 7, 9, 40, 41, "1", "x", "a b", "", 1.5].map((id) => similar({ id, embedder })),
      similar({ id: 1, embedder, limit: 3, offset: 2 }),
      similar({ id: 1, embedder, filter: "year > 1980" }),
      similar({ id: 1, embedder, filter: "year >" }),
      similar({ id: 1, embedder, filter: "title = x" }),
      similar({
        id: 1,
        embedder,
        showRankingScore: true,
        showRankingScoreDetails: true,
        retrieveVectors: true,
        limit: 2,
      }),
      similar({ id: 1, embedder, rankingScoreThreshold: 0.7 }),
      similar({ id: 1, embedder, attributesToRetrieve: ["id", "title"] }),
      similar({ id: 1, embedder: "none" }),
      similar({ id: 1 }),
      similar({ embedder }),
      similar({ id: 1, embedder, x: 1 }),
      similar({ id: 1, embedder, limit: -1 }),
      similar({ id: 1, embedder }, library.plain),
      similar({ id: 1, embedder }, library.empty),
      similar({ id: 1, embedder }, "vectors-none"),
      similar({ id: 1, embedder }, "no%20uid"),
      ...jsonValues.map((body) => similar(body)),
      get(`similar?id=1&embedder=${embedder}`),
      get(`similar?id=1&embedder=${embedder}&limit=2&offset=1&filter=year%20%3E%201980&attributesToRetrieve=id`),
      get("similar?id=1"),
      get(`similar?embedder=${embedder}`),
      get(`similar?id=&embedder=${embedder}`),
      get(`similar?id=1&embedder=${embedder}&x=1`),
      get(`search?hybridEmbedder=${embedder}&hybridSemanticRatio=1&vector=${near.join(",")}`),
      get(`search?hybridEmbedder=${embedder}&hybridSemanticRatio=x&q=a`),
      get("search?hybridSemanticRatio=1&q=a"),
      get(`search?vector=0.1,x&hybridEmbedder=${embedder}`),
      get("search?retrieveVectors=true&limit=2"),
    ],
    // Writing vectors.
    (uid) => {
      const add = (documents: unknown): WireRequest => ({
        method: "POST",
        path: `/indexes/${uid()}/documents`,
        body: documents as object,
      })
      const list: WireRequest = { method: "GET", path: `/indexes/${uid()}/documents?retrieveVectors=true` }
      return [
        {
          method: "PATCH",
          path: `/indexes/${uid()}/settings`,
          body: { embedders: { manual: { source: "userProvided", dimensions: 2 } } },
        },
        add([{ id: 1, _vectors: { manual: [1, 2] } }]),
        add([
          {
            id: 2,
            _vectors: {
              manual: {
                embeddings: [
                  [1, 2],
                  [3, 4],
                ],
                regenerate: false,
              },
            },
          },
        ]),
        add([{ id: 3, _vectors: { manual: null, other: [1, 2, 3] } }]),
        add([{ id: 4 }]),
        add([{ id: 5, _vectors: { manual: [1, 2, 3] } }]),
        add([{ id: 6, _vectors: { manual: ["a"] } }]),
        add([{ id: 7, _vectors: "x" }]),
        list,
        { method: "PUT", path: `/indexes/${uid()}/documents`, body: [{ id: 1, title: "kept" }] },
        list,
        { method: "GET", path: `/indexes/${uid()}/stats` },
        { method: "POST", path: `/indexes/${uid()}/search`, body: { vector: [1, 2], ...pure, showRankingScore: true } },
        { method: "PATCH", path: `/indexes/${uid()}/settings/embedders`, body: { manual: null } },
        list,
      ]
    },
  ],
  drawnCount: 16,
  draw: (draws) =>
    times(5, () => {
      if (sometimes(draws, 35)) {
        const body: Record<string, unknown> = { id: 1 + draws.below(41), embedder }
        if (sometimes(draws, 40)) body["limit"] = oneOf(draws, [0, 1, 5, 100])
        if (sometimes(draws, 30)) body["offset"] = draws.below(8)
        if (sometimes(draws, 30)) body["filter"] = `year ${oneOf(draws, [">", "<"])} ${1950 + draws.below(70)}`
        if (sometimes(draws, 30)) body["rankingScoreThreshold"] = draws.below(10) / 10
        if (sometimes(draws, 10)) body[oneOf(draws, ["id", "limit", "filter", "embedder"])] = oneOf(draws, jsonValues)
        return similar(body)
      }
      if (sometimes(draws, 10))
        return get(
          `similar?id=${draws.below(41)}&embedder=${embedder}&${oneOf(draws, ["limit", "offset", "rankingScoreThreshold", "id"])}=${encodeURIComponent(oneOf(draws, textValues))}`,
        )
      const ratio = oneOf(draws, [0, 0.3, 0.5, 0.8, 1, 1, 1])
      return search({
        vector: libraryVector(2000 + draws.below(500)),
        hybrid: { embedder, semanticRatio: ratio },
        ...(sometimes(draws, 60) || ratio < 1 ? { q: oneOf(draws, ["silver", "castle night", "", "rivr"]) } : {}),
        ...(sometimes(draws, 50) ? { limit: oneOf(draws, [1, 5, 40]) } : {}),
        ...(sometimes(draws, 30) ? { offset: draws.below(10) } : {}),
        ...(sometimes(draws, 30) ? { filter: `genres = novel OR year > ${1950 + draws.below(70)}` } : {}),
        ...(sometimes(draws, 30) ? { showRankingScore: true } : {}),
      })
    }),
}
