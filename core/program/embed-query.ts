import { Effect } from "effect"
import type { IndexRecord } from "#core/catalogue/index-record.ts"
import { readSearchAnswer } from "#core/merging/read-search-answer.ts"
import type { NodeClient } from "#core/ports/node-client.ts"
import type { ErrorBody } from "#core/protocol/meilisearch-error.ts"
import { semanticPart } from "#core/routing/search-kind.ts"
import type { SearchRequest } from "#core/routing/search-request.ts"
import type { Cluster } from "./cluster.ts"
import { scatter } from "./scatter.ts"

export type Embedded =
  | { readonly tag: "refused"; readonly error: ErrorBody }
  /** null: the node does not say which vector it used; then every node has to compute its own. */
  | { readonly tag: "embedded"; readonly vector: ReadonlyArray<number> | null }

/** Lets one node compute the vector of a query, by a search that returns nothing but the vector. */
export const embedQuery = Effect.fnUntraced(function* (
  asked: SearchRequest,
  record: IndexRecord,
): Effect.fn.Return<Embedded, never, Cluster | NodeClient> {
  const { hybrid, q, media } = semanticPart(asked, null).body
  const gathered = yield* scatter({
    record,
    shards: [0],
    seed: 0,
    requestFor: () => ({
      method: "POST",
      path: `/indexes/${record.physicalUid}/search`,
      body: JSON.stringify({ q, media, hybrid, limit: 0, retrieveVectors: true }),
      contentType: "application/json",
    }),
  })
  if (gathered.tag === "refused") return gathered
  const text = gathered.answers[0]?.body
  const vector = text === undefined ? null : readSearchAnswer(text).queryVector
  return { tag: "embedded", vector: vector === null ? null : (JSON.parse(vector) as ReadonlyArray<number>) }
})
