import type { RawRequest, Step } from "./step.ts"

const search = (body: object | string): RawRequest => ({ method: "POST", path: "/indexes/movies/search", body })
const get = (query: string): RawRequest => ({ method: "GET", path: `/indexes/movies/search?${query}` })

const requests: ReadonlyArray<readonly [name: string, request: RawRequest]> = [
  ["an unknown parameter", search({ query: "war" })],
  ["an unknown parameter that is nearly right", search({ attributeToRetrieve: ["id"] })],
  ["a query of the wrong type", search({ q: 12 })],
  ["a limit of the wrong type", search({ limit: "ten" })],
  ["a negative limit", search({ limit: -1 })],
  ["a limit with a fraction", search({ limit: 1.5 })],
  ["attributes of the wrong type", search({ attributesToRetrieve: "id" })],
  ["an attribute of the wrong type", search({ attributesToHighlight: ["Title", 3] })],
  ["an unknown matching strategy", search({ matchingStrategy: "first" })],
  ["a threshold above one", search({ rankingScoreThreshold: 1.5 })],
  ["a filter of the wrong type", search({ filter: 12 })],
  ["a filter without a value", search({ filter: '"Major Genre" =' })],
  ["a filter with an unknown operator", search({ q: "war", filter: '"Major Genre" LIKE Drama' })],
  ["a filter without its end", search({ filter: '("Major Genre" = Drama' })],
  ["a filter with a reserved word", search({ filter: "AND = 1" })],
  ["a bad filter in an array", search({ filter: [['"Major Genre" = Drama'], "x >"] })],
  ["a filter on an attribute that is not filterable", search({ filter: "Source = x" })],
  ["a filter on a geo point without geo", search({ filter: "_geoRadius(1, 2, 3)" })],
  ["a sort by an attribute that is not sortable", search({ sort: ["Director:asc"] })],
  ["a sort without a direction", search({ sort: ["Title"] })],
  ["a sort of the wrong type", search({ sort: "Title:asc" })],
  ["a facet that is not filterable", search({ facets: ["Source"] })],
  ["several facets that are not filterable", search({ facets: ["Source", "Director", "Title2"] })],
  ["distinct by an attribute that is not filterable", search({ distinct: "Source" })],
  ["a search on an attribute that is not searchable", search({ q: "war", attributesToSearchOn: ["unknown"] })],
  ["vectors without an embedder", search({ vector: [1, 2] })],
  ["hybrid with an unknown embedder", search({ q: "x", hybrid: { embedder: "default" } })],
  ["a body that is no JSON", search('{"q": ')],
  ["a body that is a list", search([])],
  ["an empty body", search("")],
  ["a body of another content type", { ...search("q=war"), headers: { "content-type": "text/plain" } }],
  ["a body without a content type", { ...search('{"q":"war"}'), headers: { "content-type": "" } }],
  ["a limit in the query string that is no number", get("q=war&limit=ten")],
  ["an unknown name in the query string", get("q=war&size=3")],
  ["a bad filter in the query string", get("filter=x%20%3D")],
  ["a bad page in the query string", get("page=-1")],
  ["a missing index", { method: "POST", path: "/indexes/missing/search", body: { q: "war" } }],
  ["a missing index with GET", { method: "GET", path: "/indexes/missing/search?q=war" }],
  ["an index with a bad uid", { method: "POST", path: "/indexes/no%20uid/search", body: {} }],
]

const documentRequests: ReadonlyArray<readonly [name: string, request: RawRequest]> = [
  ["documents that are no JSON", { method: "POST", path: "/indexes/movies/documents", body: '[{"id": 1]' }],
  ["documents that are a number", { method: "POST", path: "/indexes/movies/documents", body: "12" }],
  ["a list of numbers as documents", { method: "POST", path: "/indexes/movies/documents", body: "[1]" }],
  ["no documents at all", { method: "POST", path: "/indexes/movies/documents", body: "" }],
  [
    "documents of an unknown type",
    { method: "POST", path: "/indexes/movies/documents", body: "<x/>", headers: { "content-type": "text/xml" } },
  ],
  [
    "documents without a type",
    { method: "POST", path: "/indexes/movies/documents", body: "[]", headers: { "content-type": "" } },
  ],
  [
    "a bad line of NDJSON",
    {
      method: "POST",
      path: "/indexes/movies/documents",
      body: '{"id":1}\n{"id":',
      headers: { "content-type": "application/x-ndjson" },
    },
  ],
  [
    "a bad cell of CSV",
    {
      method: "POST",
      path: "/indexes/movies/documents",
      body: "id:number,a\nx,y",
      headers: { "content-type": "text/csv" },
    },
  ],
  ["a delimiter for JSON", { method: "POST", path: "/indexes/movies/documents?csvDelimiter=%3B", body: "[]" }],
  ["an unknown write parameter", { method: "POST", path: "/indexes/movies/documents?primarykey=id", body: "[]" }],
  ["documents for a bad uid", { method: "POST", path: "/indexes/no%20uid/documents", body: "[]" }],
  ["a bad limit of documents", { method: "GET", path: "/indexes/movies/documents?limit=x" }],
  ["an unknown parameter of documents", { method: "GET", path: "/indexes/movies/documents?filters=x" }],
  ["documents of a missing index", { method: "GET", path: "/indexes/missing/documents" }],
  ["a deletion without a filter", { method: "POST", path: "/indexes/movies/documents/delete", body: {} }],
  ["ids that are no list", { method: "POST", path: "/indexes/movies/documents/delete-batch", body: { id: 1 } }],
]

const otherRequests: ReadonlyArray<readonly [name: string, request: RawRequest]> = [
  ["an unknown route", { method: "GET", path: "/unknown" }],
  ["an unknown route below an index", { method: "GET", path: "/indexes/movies/unknown" }],
  ["an unknown method", { method: "PATCH", path: "/indexes/movies/search", body: {} }],
  ["a trailing slash", { method: "GET", path: "/indexes/movies/documents/5/" }],
]

export const searchErrorSteps: ReadonlyArray<Step> = [...requests, ...documentRequests, ...otherRequests].map(
  ([name, request]) => ({ name: `error: ${name}`, run: ({ raw }) => raw(request) }),
)
