import type { IndexRecord } from "#core/catalogue/index-record.ts"
import type { ApiResponse } from "#core/protocol/http-message.ts"
import type { ErrorBody } from "#core/protocol/meilisearch-error.ts"
import type { IndexQuery } from "#core/routing/multi-search-request.ts"

/** Queries of one request that are asked at the same time; each asks every node of a covering set. */
export const queriesAtOnce = 8

/** A query with the index that it is about. */
export interface KnownQuery extends IndexQuery {
  readonly record: IndexRecord
}

/** An answer, or what a node said of one of the queries. */
export type MultiAnswer =
  { readonly tag: "answered"; readonly response: ApiResponse } | { readonly tag: "refused"; readonly error: ErrorBody }

export const insideQuery = (error: ErrorBody, position: number): ErrorBody => ({
  ...error,
  message: `Inside \`.queries[${position}]\`: ${error.message}`,
})
