import { type Json, type JsonObject, isJsonObject } from "#core/prelude/json.ts"
import { countOf, type LargeCounts } from "./large-counts.ts"
import { type ParameterKind, readParameters } from "./read-parameters.ts"
import { readSearchBody, type SearchRequest } from "./search-request.ts"

/** What the proxy must understand of a search for similar documents. */
export interface SimilarRequest {
  /** The request in the form of `POST /similar`. */
  readonly body: JsonObject
  /** The document that others shall be similar to. */
  readonly id: string
  readonly embedder: string
  readonly offset: number
  readonly limit: number
  readonly large: LargeCounts
  readonly filter: Json | undefined
  /** Smallest score that is shown, between 0 and 1; null: all are. */
  readonly threshold: number | null
  /** The search that finds the same documents when the vector is added. */
  readonly search: SearchRequest
}

const limitDefault = 20

/** null where a node should say what is wrong. */
export const readSimilarBody = (value: Json, large: LargeCounts = {}): SimilarRequest | null => {
  if (!isJsonObject(value)) return null
  const { id, embedder } = value
  // These have a default in the engine, and may be left out, but not be null.
  if (value["offset"] === null || value["limit"] === null) return null
  const offset = countOf(value, "offset", large) ?? 0
  const limit = countOf(value, "limit", large) ?? limitDefault
  const filter = value["filter"] ?? undefined
  if ((typeof id !== "string" && !isInteger(id)) || typeof embedder !== "string") return null
  if (offset === "wrong" || limit === "wrong") return null
  if (filter !== undefined && typeof filter !== "string" && !Array.isArray(filter)) return null
  const threshold = value["rankingScoreThreshold"] ?? null
  if (threshold !== null && !(typeof threshold === "number" && threshold >= 0 && threshold <= 1)) return null
  const others = { ...value, id: undefined, embedder: undefined, rankingScoreThreshold: undefined }
  const search = readSearchBody(others, large)
  if (search === null) return null
  return { body: value, id: String(id), embedder, offset, limit, large, filter, threshold, search }
}

const parameterKinds: Readonly<Record<string, ParameterKind>> = {
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
  const read = readParameters(pairs, parameterKinds)
  return read === null ? null : readSimilarBody(read.body, read.large)
}

const isInteger = (value: Json | undefined): value is number => typeof value === "number" && Number.isSafeInteger(value)
