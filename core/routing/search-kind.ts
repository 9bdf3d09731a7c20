import { type Json, type JsonObject, isJsonObject } from "#core/prelude/json.ts"
import type { SearchRequest } from "./search-request.ts"

/**
 * Which documents a search looks for, as the engine decides it: by words, by a vector, or by both. `ratio` is the weight
 * of the vector's part, between 0 and 1. Measured on v1.21.0.
 */
export type SearchKind =
  { readonly tag: "keyword" } | { readonly tag: "semantic" } | { readonly tag: "hybrid"; readonly ratio: number }

const semanticRatioDefault = 0.5

export const searchKind = (request: SearchRequest): SearchKind => {
  const hybrid = request.body["hybrid"] ?? null
  if (!isJsonObject(hybrid)) return { tag: "keyword" }
  const hasVector = ["vector", "media"].some((name) => (request.body[name] ?? null) !== null)
  const hasQuery = request.query.trim() !== ""
  const ratio = typeof hybrid["semanticRatio"] === "number" ? hybrid["semanticRatio"] : semanticRatioDefault
  if ((!hasVector && !hasQuery) || ratio <= 0) return { tag: "keyword" }
  return ratio >= 1 || !hasQuery ? { tag: "semantic" } : { tag: "hybrid", ratio }
}

/** The part of a hybrid search that looks for words. */
export const keywordPart = (request: SearchRequest): SearchRequest =>
  withBody(request, { hybrid: undefined, vector: undefined, media: undefined })

/**
 * The part of a hybrid search that looks for a vector. It still is a hybrid search, in which hits by words come after
 * all hits by vectors: so the node highlights words in them, and counts what either part has found.
 */
export const vectorPart = (request: SearchRequest, vector: ReadonlyArray<number> | null): SearchRequest =>
  withRatio(request, largestRatioBelowOne, vector)

/** A search by a vector alone, which may be known already. */
export const semanticPart = (request: SearchRequest, vector: ReadonlyArray<number> | null): SearchRequest =>
  withRatio(request, 1, vector)

/** The engine keeps ratios in 32 bits. */
const largestRatioBelowOne = 1 - 2 ** -24

const withRatio = (
  request: SearchRequest,
  semanticRatio: number,
  vector: ReadonlyArray<number> | null,
): SearchRequest => {
  const hybrid = request.body["hybrid"]
  return withBody(request, {
    hybrid: isJsonObject(hybrid) ? { ...hybrid, semanticRatio } : hybrid,
    ...(vector === null ? {} : { vector, media: undefined }),
  })
}

export const withBody = (
  request: SearchRequest,
  changes: Readonly<Record<string, Json | undefined>>,
): SearchRequest => ({
  ...request,
  body: { ...request.body, ...changes },
})

/**
 * Whether the nodes would compute a vector from the query. It is computed once instead: every node would call the same
 * service, and the service may answer differently each time.
 */
export const needsEmbedding = (request: SearchRequest, settings: JsonObject): boolean => {
  const hybrid = request.body["hybrid"]
  const embedders = settings["embedders"]
  if (!isJsonObject(hybrid) || !isJsonObject(embedders) || (request.body["vector"] ?? null) !== null) return false
  const embedder = embedders[String(hybrid["embedder"])]
  return isJsonObject(embedder) && embedder["source"] !== "userProvided"
}
