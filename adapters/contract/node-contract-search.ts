import { beforeAll, expect, it } from "vitest"
import { type Answered, type ContractClient, errorOf, idsOf } from "./contract-client.ts"

const documents = [
  {
    id: 1,
    title: "The quick Brown fox jumps over the lazy dog and runs away",
    genre: "Action",
    year: 1999,
    tags: ["a", "b"],
    o: { t: "brown bear" },
  },
  { id: 2, title: "Browns in New York, a story", genre: "action", year: 2001.5, tags: ["B", "c", 3] },
  { id: 3, title: "auto mobile", genre: "Drama", year: "2000", tags: [] },
  { id: 4, title: "Élan vital brown", genre: "", year: -5 },
  { id: 5, title: ["one brown", "two browned"], genre: null },
]

const formatted = (answer: Answered): Answered => answer.hits.map((hit: Answered) => hit._formatted)

export const searchCases = ({ call, search, write }: ContractClient): void => {
  const found = async (q: string) => idsOf(await search("searches", { q }))

  beforeAll(async () => {
    await call("PATCH", "/indexes/searches/settings", {
      filterableAttributes: ["genre", "year", "tags"],
      sortableAttributes: ["year", "genre"],
      synonyms: { nyc: ["new york"], car: ["auto"] },
    })
    await call("PATCH", "/indexes/narrow/settings", {
      displayedAttributes: ["id", "title"],
      searchableAttributes: ["title"],
      rankingRules: ["words", "secret:desc"],
      pagination: { maxTotalHits: 2 },
    })
    await call(
      "POST",
      "/indexes/narrow/documents",
      [1, 2, 3].map((id) => ({ id, title: "same", note: "hidden", secret: id })),
    )
    await write("POST", "/indexes/searches/documents", documents)
  })

  it("an answer has exactly these members, in this order", async () => {
    const answer = await search("searches", { limit: 1 })
    expect(answer).toEqual({
      hits: [documents[0]],
      query: "",
      processingTimeMs: expect.any(Number),
      limit: 1,
      offset: 0,
      estimatedTotalHits: 5,
    })
    expect(Object.keys(answer)).toEqual(["hits", "query", "processingTimeMs", "limit", "offset", "estimatedTotalHits"])
    const paged = await search("searches", { page: 2, hitsPerPage: 2, facets: ["year"] })
    expect(idsOf(paged)).toEqual([3, 4])
    expect(paged).toMatchObject({ hitsPerPage: 2, page: 2, totalPages: 3, totalHits: 5 })
    expect(Object.keys(paged).slice(3)).toEqual([
      "hitsPerPage",
      "page",
      "totalPages",
      "totalHits",
      "facetDistribution",
      "facetStats",
    ])
  })

  it("page 0 and empty pages have totals and no hits", async () => {
    expect(await search("searches", { page: 0 })).toMatchObject({ hits: [], page: 0, totalPages: 1, totalHits: 5 })
    expect(await search("searches", { hitsPerPage: 0 })).toMatchObject({
      hits: [],
      page: 1,
      totalPages: 0,
      totalHits: 5,
    })
    expect(await search("searches", { offset: 9 })).toMatchObject({ hits: [], offset: 9, estimatedTotalHits: 5 })
  })

  it("maxTotalHits bounds hits and totals", async () => {
    expect(await search("narrow", {})).toMatchObject({ estimatedTotalHits: 2 })
    expect(await search("narrow", { page: 2, hitsPerPage: 1 })).toMatchObject({
      totalPages: 2,
      totalHits: 2,
      hits: [{ id: 2 }],
    })
    expect(await search("narrow", { offset: 1, limit: 5 })).toMatchObject({ hits: [{ id: 2 }] })
  })

  it("only displayed attributes are answered, searched ones are found, and hidden ranking values are masked", async () => {
    const { hits } = await search("narrow", { q: "same", showRankingScoreDetails: true })
    expect(Object.keys(hits[0])).toEqual(["id", "title", "_rankingScoreDetails"])
    expect(hits[0]._rankingScoreDetails["<hidden-rule-1>"]).toEqual({ order: 1, value: "<hidden>" })
    expect(idsOf(await search("narrow", { q: "hidden" }))).toEqual([])
  })

  it("a search in a query string is the same search", async () => {
    const path =
      "/indexes/searches/search?q=brown&attributesToRetrieve=id,year&facets=genre&sort=year:asc&limit=1&showRankingScore=true"
    const body = {
      q: "brown",
      attributesToRetrieve: ["id", "year"],
      facets: ["genre"],
      sort: ["year:asc"],
      limit: 1,
      showRankingScore: true,
    }
    const expected = await search("searches", body)
    expect((await call("GET", path)).body).toEqual({ ...expected, processingTimeMs: expect.any(Number) })
  })

  it("matches are highlighted, and numbers become texts in _formatted", async () => {
    const answer = await search("searches", { q: "brown fo", attributesToHighlight: ["*"], filter: "year = 1999" })
    expect(formatted(answer)).toEqual([
      {
        ...documents[0],
        id: "1",
        title: "The quick <em>Brown</em> <em>fo</em>x jumps over the lazy dog and runs away",
        year: "1999",
        o: { t: "<em>brown</em> bear" },
      },
    ])
  })

  it("texts are cropped around their matches", async () => {
    const crop = { attributesToRetrieve: ["id"], attributesToCrop: ["title:3"], filter: "year = 1999" }
    expect(formatted(await search("searches", { q: "brown", ...crop }))).toEqual([
      { id: "1", title: "…quick Brown fox…" },
    ])
    expect(formatted(await search("searches", { q: "", ...crop }))).toEqual([{ id: "1", title: "The quick Brown…" }])
    expect(
      formatted(
        await search("searches", {
          q: "brown",
          ...crop,
          attributesToCrop: ["title"],
          cropLength: 4,
          attributesToHighlight: ["title"],
        }),
      ),
    ).toEqual([{ id: "1", title: "The quick <em>Brown</em> fox…" }])
  })

  it("positions of matches are in bytes, and of an array only the last item with a match is told", async () => {
    const { hits } = await search("searches", {
      q: "brown",
      showMatchesPosition: true,
      filter: "genre IS EMPTY OR genre IS NULL",
    })
    expect(hits.map((hit: Answered) => hit._matchesPosition)).toEqual([
      { title: [{ start: 4, length: 5, indices: [1] }] },
      { title: [{ start: 12, length: 5 }] },
    ])
  })

  it("facets count values by their normal form, numbers first", async () => {
    const answer = await search("searches", { facets: ["*"], limit: 0 })
    expect(JSON.stringify(answer.facetDistribution)).toBe(
      JSON.stringify({
        genre: { Action: 2, Drama: 1 },
        tags: { "3": 1, a: 1, b: 2, c: 1 },
        year: { "-5": 1, "1999": 1, "2001.5": 1, "2000": 1 },
      }),
    )
    expect(answer.facetStats).toEqual({ tags: { min: 3, max: 3 }, year: { min: -5, max: 2001.5 } })
    expect((await search("searches", { facets: ["tags"], filter: "year < 0" })).facetDistribution).toEqual({ tags: {} })
  })

  it("sorting puts numbers before texts and documents without a value last, in both directions", async () => {
    expect(idsOf(await search("searches", { sort: ["year:asc"] }))).toEqual([4, 1, 2, 3, 5])
    expect(idsOf(await search("searches", { sort: ["year:desc"] }))).toEqual([2, 1, 4, 3, 5])
    expect(idsOf(await search("searches", { sort: ["genre:asc", "year:desc"] }))).toEqual([2, 1, 3, 4, 5])
  })

  it("sort values stand in the details: numbers, normalised texts, null", async () => {
    const { hits } = await search("searches", {
      sort: ["year:asc"],
      showRankingScoreDetails: true,
      showRankingScore: true,
      attributesToRetrieve: ["id"],
    })
    expect(hits.map((hit: Answered) => hit._rankingScoreDetails["year:asc"])).toEqual(
      [-5, 1999, 2001.5, "2000", null].map((value) => ({ order: 0, value })),
    )
    expect(hits[0]._rankingScore).toBe(1)
  })

  it("distinct keeps the best document of each value, and all documents without one", async () => {
    expect(idsOf(await search("searches", { distinct: "genre", sort: ["year:desc"] }))).toEqual([2, 4, 3, 5])
  })

  it("attributesToSearchOn narrows where words are looked for", async () => {
    expect(idsOf(await search("searches", { q: "bear", attributesToSearchOn: ["title"] }))).toEqual([])
    expect(idsOf(await search("searches", { q: "bear", attributesToSearchOn: ["o.t"] }))).toEqual([1])
    expect(await call("POST", "/indexes/narrow/search", { q: "a", attributesToSearchOn: ["zz"] })).toMatchObject({
      status: 400,
      body: errorOf(
        "invalid_search_attributes_to_search_on",
        "Index `narrow`: Attribute `zz` is not searchable. Available searchable attributes are: `title`.",
      ),
    })
  })

  it("synonyms, phrases and negatives select documents", async () => {
    expect(await found("nyc")).toEqual([2])
    expect(await found("car")).toEqual([3])
    expect(await found('"brown fox"')).toEqual([1])
    expect(await found('"fox brown"')).toEqual([])
    expect(await found("brown -lazy")).toEqual([5, 4, 2])
    expect(await found('brown -"new york"')).toEqual([1, 5, 4])
    expect(await found("elan")).toEqual([4])
  })

  it("a threshold drops hits with a lower score", async () => {
    const answer = await search("searches", { q: "brown fox zzz", rankingScoreThreshold: 0.6 })
    expect(idsOf(answer)).toEqual([1])
  })

  it("non-federated multi-search answers in the order of the queries", async () => {
    const { status, body } = await call("POST", "/multi-search", {
      queries: [
        { indexUid: "searches", q: "nyc", attributesToRetrieve: ["id"] },
        { indexUid: "narrow", limit: 0 },
      ],
    })
    expect(status).toBe(200)
    expect(body.results).toMatchObject([
      { indexUid: "searches", hits: [{ id: 2 }], query: "nyc" },
      { indexUid: "narrow", hits: [], limit: 0 },
    ])
    expect(
      await call("POST", "/multi-search", { queries: [{ indexUid: "searches" }, { indexUid: "none" }] }),
    ).toMatchObject({
      status: 400,
      body: errorOf("index_not_found", "Inside `.queries[1]`: Index `none` not found."),
    })
  })
}
