import { drawFilter } from "../draw-search.ts"
import { jsonValues, oneOf, someOf, sometimes, textValues, times } from "../draw-values.ts"
import { library, libraryFixtures, sortable } from "../library.ts"
import type { Family, WireRequest } from "../sequence.ts"

const get = (uid: string, query = ""): WireRequest => ({ method: "GET", path: `/indexes/${uid}/documents${query}` })
const fetchDocuments = (uid: string, body: unknown): WireRequest => ({
  method: "POST",
  path: `/indexes/${uid}/documents/fetch`,
  body: body as object,
})

const fieldLists = [["id"], ["title", "year"], ["author.name"], ["*"], [], ["nothing"], ["id", "_geo", "price"]]

/** Listing and getting documents. */
export const documentsReadFamily: Family = {
  name: "documents-read",
  company: "together",
  fixtures: libraryFixtures,
  written: [
    () =>
      [
        "",
        "?limit=3&offset=88",
        "?limit=0",
        "?offset=1000",
        "?limit=1000&fields=id",
        "?fields=",
        "?fields=*&limit=1",
      ].flatMap((query) => [get(library.shelf, query), get(library.empty, query), get("documents-none", query)]),
    () =>
      ["/1", "/90", "/91", "/x", "/1.5", "/%20", "/a%2Fb", "/é", "/01", "/-1", `/${"a".repeat(512)}`]
        .map((path) => encodeURI(decodeURI(path)))
        .flatMap((path) => [
          get(library.shelf, path),
          get(library.shelf, `${path}?fields=id,title`),
          get(library.empty, path),
        ]),
    () =>
      [
        "?fields=",
        "?fields=*",
        "?fields=nothing",
        "?x=1",
        "?retrieveVectors=x",
        "?retrieveVectors=true",
        "?field=id",
      ].map((query) => get(library.shelf, `/7${query}`)),
    () => [
      get(library.vectors, "?retrieveVectors=true&limit=40"),
      get(library.vectors, "/7?retrieveVectors=true"),
      get(library.vectors, "/9?retrieveVectors=true"),
      get(library.vectors, "/8?retrieveVectors=true&fields=title"),
      get(library.vectors, "/8?fields=title,_vectors"),
      get(library.vectors, "/8"),
      fetchDocuments(library.vectors, { retrieveVectors: true, ids: [7, 8, 9] }),
      fetchDocuments(library.vectors, { retrieveVectors: true, fields: ["id", "_vectors"], limit: 2 }),
      fetchDocuments(library.shelf, { retrieveVectors: true, limit: 2 }),
    ],
    () => [
      ...jsonValues.map((body) => fetchDocuments(library.shelf, body)),
      ...["{", "", '{"limit":1,"limit":2}'].map((body) => fetchDocuments(library.shelf, body)),
      { ...fetchDocuments(library.shelf, {}), headers: { "content-type": "text/plain" } },
      { ...fetchDocuments(library.shelf, {}), headers: { "content-type": null } },
      fetchDocuments("documents-none", {}),
      fetchDocuments("a%20b", {}),
    ],
    () => [
      fetchDocuments(library.shelf, { ids: ["5", 3, 90, 91, "x"], fields: ["id"] }),
      fetchDocuments(library.shelf, { ids: [], fields: ["id"] }),
      fetchDocuments(library.shelf, { ids: [1.5] }),
      fetchDocuments(library.shelf, { ids: ["a b"] }),
      fetchDocuments(library.shelf, { ids: [5, 3, 8], filter: "year > 1980", fields: ["id", "year"] }),
      fetchDocuments(library.shelf, { ids: [5, 3, 8, 5], offset: 1, limit: 1, fields: ["id"] }),
      fetchDocuments(library.shelf, { filter: "year = 1980" }),
      fetchDocuments(library.shelf, { filter: "overview = 1980" }),
      fetchDocuments(library.shelf, { filter: "year =" }),
      fetchDocuments(library.shelf, { filter: "" }),
      fetchDocuments(library.shelf, { filter: [] }),
      fetchDocuments(library.plain, { filter: "year = 3" }),
      fetchDocuments(library.tuned, { limit: 2 }),
      fetchDocuments(library.shelf, { sort: ["year:asc", "id:asc"], fields: ["id", "year"], limit: 30 }),
      fetchDocuments(library.shelf, { sort: ["overview:asc"] }),
      fetchDocuments(library.shelf, { sort: ["year"] }),
      fetchDocuments(library.shelf, { sort: "year:asc" }),
      fetchDocuments(library.plain, { sort: ["year:asc"] }),
      get(library.shelf, "?ids=5,3,90,x&fields=id"),
      get(library.shelf, "?ids=&fields=id&limit=2"),
      get(library.shelf, `?filter=${encodeURIComponent('["year > 1990", "genres = novel"]')}&fields=id`),
      get(library.shelf, "?filter=year%20%3E%201990&fields=id,year&sort=year:desc,id:asc"),
      get(library.shelf, "?filter=year%20%3E"),
      get(library.shelf, "?sort=title"),
    ],
    () =>
      ["limit", "offset", "fields", "filter", "ids", "retrieveVectors", "sort", "field"].flatMap((name) =>
        ["", "x", "-1", "1.5"].map((value) => get(library.shelf, `?${name}=${value}`)),
      ),
  ],
  drawnCount: 18,
  draw: (draws) =>
    times(8, () => {
      const uid = oneOf(draws, [library.shelf, library.shelf, library.shelf, library.plain])
      const body: Record<string, unknown> = {
        limit: oneOf(draws, [1, 3, 20, 200]),
        offset: oneOf(draws, [0, 0, 5, 80]),
        fields: oneOf(draws, fieldLists),
      }
      if (sometimes(draws, 50) && uid === library.shelf) body["filter"] = drawFilter(draws)
      if (sometimes(draws, 40) && uid === library.shelf) {
        // One engine alone skips too many documents, or too few, when a sorted list begins behind its start.
        body["offset"] = 0
        body["sort"] = [
          ...someOf(draws, sortable.slice(0, 5), 1, 2).map((name) => `${name}:${oneOf(draws, ["asc", "desc"])}`),
          "id:asc",
        ]
      }
      if (sometimes(draws, 25)) body["ids"] = times(4, () => draws.below(95))
      if (sometimes(draws, 20))
        body[oneOf(draws, ["limit", "fields", "filter", "sort", "ids", "x"])] = oneOf(draws, jsonValues)
      if (sometimes(draws, 60)) return fetchDocuments(uid, body)
      const query = new URLSearchParams()
      for (const [name, value] of Object.entries(body))
        query.set(name, Array.isArray(value) ? value.join(",") : String(value))
      if (sometimes(draws, 15))
        query.set(oneOf(draws, ["limit", "offset", "retrieveVectors", "x"]), oneOf(draws, textValues))
      return get(uid, `?${query}`)
    }),
}
