import { encodeUtf8 } from "#core/prelude/utf8.ts"
import type { ApiRequest } from "#core/protocol/http-message.ts"
import { type Member, readMembers } from "#core/protocol/json-slices.ts"
import { parseQuery } from "#core/protocol/parse-query.ts"
import { readJson } from "#core/protocol/read-json.ts"

/**
 * No node is asked for more documents at once: for similar ones, and for sorted lists, it makes room for all of them before it looks,
 * and ends where it has not so much memory (measured on v1.21.0).
 */
export const nodeHitsMax = 10_000_000

/** A request as it may be shown to a node that shall say what is wrong with it. */
export const boundLimit = (request: ApiRequest): ApiRequest =>
  request.method === "GET" ? boundQuery(request) : boundBody(request)

const u64Max = 18_446_744_073_709_551_615n

/** Beyond 64 bits the node refuses it, and shall. */
const isDangerous = (digits: string): boolean => {
  if (!/^\+?[0-9]+$/.test(digits)) return false
  const limit = BigInt(digits.replace("+", ""))
  return limit > nodeHitsMax && limit <= u64Max
}

const boundQuery = (request: ApiRequest): ApiRequest => {
  const pairs = parseQuery(request.query)
  const isBound = ([name, text]: readonly [string, string]): boolean => name === "limit" && isDangerous(text)
  if (!pairs.some(isBound)) return request
  const query = pairs.map((pair) => {
    const [name, text] = isBound(pair) ? ["limit", String(nodeHitsMax)] : pair
    return `${encodeURIComponent(name)}=${encodeURIComponent(text)}`
  })
  return { ...request, query: query.join("&") }
}

const boundBody = (request: ApiRequest): ApiRequest => {
  const read = readJson(request.body)
  if (read.tag === "malformed" || !read.text.trimStart().startsWith("{")) return request
  const { text } = read
  const isBound = ({ key, valueStart, valueEnd }: Member): boolean =>
    key === "limit" && isDangerous(text.slice(valueStart, valueEnd))
  const bound = readMembers(text).filter(isBound)
  if (bound.length === 0) return request
  let body = ""
  let from = 0
  for (const { valueStart, valueEnd } of bound) {
    body += text.slice(from, valueStart) + String(nodeHitsMax)
    from = valueEnd
  }
  return { ...request, body: encodeUtf8(body + text.slice(from)) }
}
