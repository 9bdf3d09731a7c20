import { invalidIndexUidMessage, isValidIndexUid } from "#core/catalogue/new-index.ts"
import type { NodeResponse } from "#core/protocol/http-message.ts"
import { isJsonObject, type Json } from "#core/prelude/json.ts"
import { array, inBody, members } from "./decode.ts"
import { Refusal, refuse, refuseUnsupported } from "./refusal.ts"
import { existingIndex, indexUid, readJson, type Route, type RoutedRequest } from "./route.ts"
import { answerSearch } from "./search.ts"
import { decodeMultiSearchQuery, decodeSearchBody, decodeSearchQuery, type SearchRequest } from "./search-request.ts"

export const searchRoutes: ReadonlyArray<Route> = [
  {
    path: "/indexes/*/search",
    answer: {
      GET: (request) => answerOne(request, decodeSearchQuery(request.parameters)),
      POST: (request) => answerOne(request, decodeSearchBody(readJson(request))),
    },
  },
  { path: "/multi-search", answer: { POST: (request) => answerMany(request) } },
]

const answerOne = (request: RoutedRequest, search: SearchRequest): NodeResponse => ({
  status: 200,
  body: `{${answerSearch(existingIndex(request), indexUid(request), search)}}`,
})

/** The first query that fails makes the whole request fail, whatever its own status would be, with 400. */
const answerMany = (request: RoutedRequest): NodeResponse => {
  const body = readJson(request)
  if (isJsonObject(body) && (body["federation"] ?? null) !== null) return refuseUnsupported("federated search")
  const { queries } = members(body, inBody("", "bad_request"), {
    queries: { code: "bad_request", decode: array((query, place) => decodeMultiSearchQuery(query, place.path)) },
    federation: { code: "invalid_multi_search_federated", decode: (value: Json) => value },
  }) as { queries?: ReadonlyArray<{ indexUid: string; request: SearchRequest }> }
  if (queries === undefined) return refuse("bad_request", "Missing field `queries`")
  const answers: Array<string> = []
  for (const [at, query] of queries.entries()) {
    try {
      answers.push(`{"indexUid":${JSON.stringify(query.indexUid)},${answerQuery(request, query)}}`)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      const message = `Inside \`.queries[${at}]\`: ${error.body.message}`
      return { status: 400, body: JSON.stringify({ ...error.body, message }) }
    }
  }
  return { status: 200, body: `{"results":[${answers.join(",")}]}` }
}

const answerQuery = (request: RoutedRequest, query: { indexUid: string; request: SearchRequest }): string => {
  if (!isValidIndexUid(query.indexUid)) return refuse("invalid_index_uid", invalidIndexUidMessage(query.indexUid))
  const index = request.node.indexes.get(query.indexUid)
  if (index === undefined) return refuse("index_not_found", `Index \`${query.indexUid}\` not found.`)
  return answerSearch(index, query.indexUid, query.request)
}
