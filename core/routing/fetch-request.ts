import { type Json, type JsonObject, isJsonObject } from "#core/prelude/json.ts"
import { countOf, type LargeCounts } from "./large-counts.ts"
import { type ParameterKind, readParameters } from "./read-parameters.ts"

/** What the proxy must understand of a read of documents; the rest of `body` is passed on. */
export interface FetchRequest {
  /** The request in the form of `POST /documents/fetch`. */
  readonly body: JsonObject
  readonly offset: number
  readonly limit: number
  readonly large: LargeCounts
  /** null: all fields. */
  readonly fields: ReadonlyArray<string> | null
  readonly sort: ReadonlyArray<{ readonly field: string; readonly direction: "asc" | "desc" }>
}

const limitDefault = 20

/** null where a value has the wrong type: then a node says so in its own words. */
export const readFetchBody = (value: Json, large: LargeCounts = {}): FetchRequest | null => {
  if (!isJsonObject(value)) return null
  // These have a default in the engine, and may be left out, but not be null.
  if (value["offset"] === null || value["limit"] === null) return null
  const offset = countOf(value, "offset", large) ?? 0
  const limit = countOf(value, "limit", large) ?? limitDefault
  const fields = value["fields"] ?? null
  const sort = readSort(value["sort"] ?? [])
  const filter = value["filter"] ?? null
  if (offset === "wrong" || limit === "wrong" || sort === null) return null
  if (fields !== null && !isStrings(fields)) return null
  if (filter !== null && typeof filter !== "string" && !Array.isArray(filter)) return null
  return { body: value, offset, limit, large, fields, sort }
}

const parameterKinds: Readonly<Record<string, ParameterKind>> = {
  offset: "count",
  limit: "count",
  fields: "list",
  retrieveVectors: "flag",
  ids: "list",
  filter: "filter",
  sort: "sort",
}

/** Reads the parameters of `GET /documents`. */
export const readFetchParameters = (pairs: ReadonlyArray<readonly [string, string]>): FetchRequest | null => {
  // `*` among the fields means all of them here, and a field of that name in a body.
  const meant = pairs.filter(([name, text]) => !(name === "fields" && text.split(",").includes("*")))
  const read = readParameters(meant, parameterKinds)
  return read === null ? null : readFetchBody(read.body, read.large)
}

const readSort = (value: Json): FetchRequest["sort"] | null => {
  if (!isStrings(value)) return null
  const sort: Array<FetchRequest["sort"][number]> = []
  for (const criterion of value) {
    const match = /^(.*):(asc|desc)$/.exec(criterion)
    if (match === null) return null
    sort.push({ field: match[1] ?? "", direction: match[2] === "asc" ? "asc" : "desc" })
  }
  return sort
}

const isStrings = (value: Json): value is ReadonlyArray<string> =>
  Array.isArray(value) && value.every((item) => typeof item === "string")
