import { type Json, type JsonObject, isJsonObject } from "#core/prelude/json.ts"
import { readFilterParameter, readSearchBody, type SearchRequest } from "./search-request.ts"

/** What the proxy must understand of a search for similar documents. */
export interface SimilarRequest {
  /** The request in the form of `POST /similar`. */
  readonly body: JsonObject
  /** The document that others shall be similar to. */
  readonly id: string
  readonly embedder: string
  readonly offset: number
  readonly limit: number
  readonly filter: Json | undefined
  /** Smallest score that is shown, between 0 and 1; null: all are. */
  readonly threshold: number | null
  /** The search that finds the same documents when the vector is added. */
  readonly search: SearchRequest
}

const limitDefault = 20

/** null where a node should say what is wrong. */
export const readSimilarBody = (value: Json): SimilarRequest | null => {
  if (!isJsonObject(value)) return null
  const { id, embedder } = value
  const { offset = 0, limit = limitDefault } = value
  const filter = value["filter"] ?? undefined
  if ((typeof id !== "string" && !isInteger(id)) || typeof embedder !== "string") return null
  if (!isCount(offset) || !isCount(limit)) return null
  if (filter !== undefined && typeof filter !== "string" && !Array.isArray(filter)) return null
  const threshold = value["rankingScoreThreshold"] ?? null
  if (threshold !== null && !(typeof threshold === "number" && threshold >= 0 && threshold <= 1)) return null
  const search = readSearchBody({ ...value, id: undefined, embedder: undefined, rankingScoreThreshold: undefined })
  return search === null ? null : { body: value, id: String(id), embedder, offset, limit, filter, threshold, search }
}

const parameterKinds: Readonly<Record<string, "text" | "count" | "flag" | "number" | "list" | "filter">> = {
  id: "text",
  embedder: "text",
  offset: "count",
  limit: "count",
  attributesToRetrieve: "list",
  retrieveVectors: "flag",
  filter: "filter",
  showRankingScore: "flag",
  showRankingScoreDetails: "flag",
  rankingScoreThreshold: "number",
}

/** Reads the parameters of `GET /similar`. */
export const readSimilarParameters = (pairs: ReadonlyArray<readonly [string, string]>): SimilarRequest | null => {
  const body: Record<string, Json> = {}
  for (const [name, text] of pairs) {
    const kind = Object.hasOwn(parameterKinds, name) ? parameterKinds[name] : undefined
    const value = kind === undefined ? undefined : readParameter(kind, text)
    if (value === undefined) return null
    body[name] = value
  }
  return readSimilarBody(body)
}

const readParameter = (kind: NonNullable<(typeof parameterKinds)[string]>, text: string): Json | undefined => {
  switch (kind) {
    case "text":
      return text
    case "count":
      return /^\+?[0-9]{1,15}$/.test(text) ? Number(text) : undefined
    case "number":
      return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : undefined
    case "flag":
      return text === "true" ? true : text === "false" ? false : undefined
    case "list":
      return text === "" ? [] : text.split(",")
    case "filter":
      return readFilterParameter(text)
  }
}

const isInteger = (value: Json | undefined): value is number => typeof value === "number" && Number.isSafeInteger(value)

const isCount = (value: Json): value is number => isInteger(value) && value >= 0
