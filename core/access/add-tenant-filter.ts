import { fuseFilters } from "#core/filter/and-shard-clause.ts"
import { type Json, type JsonObject, isJsonObject } from "#core/prelude/json.ts"
import { decodeUtf8Strictly, encodeUtf8 } from "#core/prelude/utf8.ts"
import type { ApiRequest } from "#core/protocol/http-message.ts"
import { parseQuery } from "#core/protocol/parse-query.ts"
import { type Caller, tenantFilterOf } from "./caller.ts"

/**
 * The search with the filter of the caller's tenant token in it, before anybody looks at it: no handler can forget it. `index`: the uid
 * in the path, or null for a multi-search, whose queries name their indexes. What is not of the form of a search stays as it is,
 * because it is refused anyway.
 */
export const addTenantFilter = (request: ApiRequest, caller: Caller, index: string | null): ApiRequest => {
  if (caller.tenantRules === null) return request
  if (index === null) return inBody(request, (body) => inQueries(body, caller))
  const filter = tenantFilterOf(caller, index)
  if (filter === null) return request
  return request.method === "GET"
    ? inQueryString(request, filter)
    : inBody(request, (body) => ({ ...body, filter: fuse(body["filter"], filter) }))
}

const inBody = (request: ApiRequest, change: (body: JsonObject) => JsonObject): ApiRequest => {
  const body = parseObject(request.body)
  return body === null ? request : { ...request, body: encodeUtf8(JSON.stringify(change(body))) }
}

const inQueries = (body: JsonObject, caller: Caller): JsonObject => {
  const { queries } = body
  if (!Array.isArray(queries)) return body
  const filtered = (queries as ReadonlyArray<Json>).map((query) => {
    if (!isJsonObject(query) || typeof query["indexUid"] !== "string") return query
    const filter = tenantFilterOf(caller, query["indexUid"])
    return filter === null ? query : { ...query, filter: fuse(query["filter"], filter) }
  })
  return { ...body, queries: filtered }
}

/** A parameter counts with its last value; a filter that is JSON is meant as JSON. */
const inQueryString = (request: ApiRequest, filter: Json): ApiRequest => {
  const given = parseQuery(request.query).findLast(([name]) => name === "filter")?.[1]
  const others = request.query.split("&").filter((pair) => parseQuery(pair)[0]?.[0] !== "filter" && pair !== "")
  const fused = fuse(given === undefined ? undefined : parseFilter(given), filter)
  return { ...request, query: [...others, `filter=${encodeURIComponent(JSON.stringify(fused))}`].join("&") }
}

/** The client's filter first: if both are wrong, the engine complains of the client's. */
const fuse = (given: Json | undefined, filter: Json): Json =>
  given === undefined || given === null ? filter : fuseFilters(given, filter)

const parseFilter = (text: string): Json => {
  try {
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}

const parseObject = (bytes: Uint8Array): JsonObject | null => {
  const text = decodeUtf8Strictly(bytes)
  try {
    const value: unknown = JSON.parse(text ?? "")
    return isJsonObject(value) ? value : null
  } catch {
    return null
  }
}
