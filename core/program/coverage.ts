import type { IndexRecord } from "#core/catalogue/index-record.ts"
import type { ApiRequest, ApiResponse } from "#core/protocol/http-message.ts"
import { errorBody, errorResponse } from "#core/protocol/meilisearch-error.ts"
import type { NodeAnswer } from "./scatter.ts"

/** Whether an answer may be given, and what it must say of the shards that it does not cover. */
export type Coverage =
  | { readonly tag: "unavailable"; readonly response: ApiResponse }
  | {
      readonly tag: "available"
      readonly headers: Readonly<Record<string, string>>
      /** Adds the coverage object to a JSON object, where the client asked for it. */
      readonly addTo: (body: string) => string
    }

/** An answer that covers no shard at all is never given, whatever the policy. `isEmpty`: of one that is more than this index, whether it does. */
export const coverageOf = (
  gathered: { readonly answers: ReadonlyArray<NodeAnswer>; readonly uncovered: ReadonlyArray<number> },
  record: IndexRecord,
  request: ApiRequest,
  policy: "partial" | "error",
  isEmpty = gathered.answers.length === 0,
): Coverage => {
  const { answers, uncovered } = gathered
  if (uncovered.length > 0 && (policy === "error" || isEmpty)) {
    const message = `No replica of shards ${uncovered.join(", ")} of index \`${record.uid}\` can be read.`
    return { tag: "unavailable", response: errorResponse(errorBody("miroir_shard_unavailable", message)) }
  }
  const headers: Record<string, string> =
    uncovered.length === 0 ? {} : { "x-miroir-degraded": `shards=${uncovered.join(",")}` }
  if (request.headers["x-miroir-coverage"] !== "1") return { tag: "available", headers, addTo: (body) => body }
  const coverage = {
    shards: record.shardCount,
    covered: record.shardCount - uncovered.length,
    nodes: new Set(answers.map((answer) => answer.nodeId)).size,
    full: uncovered.length === 0,
  }
  return {
    tag: "available",
    headers,
    addTo: (body) => `${body.slice(0, -1)},"coverage":${JSON.stringify(coverage)}}`,
  }
}
