import { fuseFilters } from "#core/filter/and-shard-clause.ts"
import { readFilterParameter } from "#core/filter/read-filter-parameter.ts"
import { type Json, isJsonObject } from "#core/prelude/json.ts"
import { encodeUtf8 } from "#core/prelude/utf8.ts"
import type { ApiRequest } from "#core/protocol/http-message.ts"
import { type Member, readElements, readMembers } from "#core/protocol/json-slices.ts"
import { parseQuery } from "#core/protocol/parse-query.ts"
import { readJson } from "#core/protocol/read-json.ts"
import { type Caller, tenantFilterOf } from "./caller.ts"

/**
 * The search with the filter of the caller's tenant token in it, before anybody looks at it: no handler can forget it. `index`: the uid
 * in the path, or null for a multi-search, whose queries name their indexes. What is not of the form of a search stays as it is,
 * because it is refused anyway.
 */
export const addTenantFilter = (request: ApiRequest, caller: Caller, index: string | null): ApiRequest => {
  if (caller.tenantRules === null) return request
  if (index === null) return inBody(request, (text) => inQueries(text, caller))
  const filter = tenantFilterOf(caller, index)
  if (filter === null) return request
  return request.method === "GET"
    ? inQueryString(request, filter)
    : inBody(request, (text) => withFilter(text, 0, filter))
}

/** Everything else stays as the client wrote it: counts of 64 bits, and `1.0`, which is no count. */
const inBody = (request: ApiRequest, change: (text: string) => string): ApiRequest => {
  const read = readJson(request.body)
  // What the engine refuses will be refused as it is.
  return read.tag === "read" && isJsonObject(read.value) ? { ...request, body: encodeUtf8(change(read.text)) } : request
}

/** The object that begins at `start`, with `filter` fused into its own. Of members of one name the last counts. */
const withFilter = (text: string, start: number, filter: Json): string => {
  const members = readMembers(text, start)
  const own = members.findLast(({ key }) => key === "filter")
  const given = own === undefined ? null : (JSON.parse(text.slice(own.valueStart, own.valueEnd)) as Json)
  return printMembers(text, members, "filter", JSON.stringify(fuse(given, filter)))
}

const inQueries = (text: string, caller: Caller): string => {
  const members = readMembers(text)
  const queries = members.findLast(({ key }) => key === "queries")
  if (queries === undefined || text[queries.valueStart] !== "[") return text
  const filtered = readElements(text, queries.valueStart).map(({ start, end }) => {
    const query = text.slice(start, end)
    const filter = text[start] === "{" ? tenantFilterOfQuery(query, caller) : null
    return filter === null ? query : withFilter(query, 0, filter)
  })
  return printMembers(text, members, "queries", `[${filtered.join(",")}]`)
}

const tenantFilterOfQuery = (query: string, caller: Caller): Json => {
  const named = readMembers(query).findLast(({ key }) => key === "indexUid")
  const uid = named === undefined ? null : (JSON.parse(query.slice(named.valueStart, named.valueEnd)) as Json)
  return typeof uid === "string" ? tenantFilterOf(caller, uid) : null
}

/** The members as they stand, but one name once, with this value. */
const printMembers = (text: string, members: ReadonlyArray<Member>, name: string, value: string): string => {
  const others = members.filter(({ key }) => key !== name).map((member) => text.slice(member.keyStart, member.valueEnd))
  return `{${[...others, `${JSON.stringify(name)}:${value}`].join(",")}}`
}

/** A parameter counts with its last value; a filter that is JSON is meant as JSON. */
const inQueryString = (request: ApiRequest, filter: Json): ApiRequest => {
  const given = parseQuery(request.query).findLast(([name]) => name === "filter")?.[1]
  const others = request.query.split("&").filter((pair) => parseQuery(pair)[0]?.[0] !== "filter" && pair !== "")
  const fused = given === undefined ? filter : fuseParameter(readFilterParameter(given), filter)
  return { ...request, query: [...others, `filter=${encodeURIComponent(JSON.stringify(fused))}`].join("&") }
}

/** The client's filter first: if both are wrong, the engine complains of the client's. */
const fuse = (given: Json, filter: Json): Json => (given === null ? filter : fuseFilters(given, filter))

/** A parameter that says `null` is a mistake, and must stay one; in a body it says that there is no filter. */
const fuseParameter = (given: Json, filter: Json): Json =>
  given === null ? [null, ...[filter].flat()] : fuse(given, filter)
