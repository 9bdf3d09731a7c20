import { Effect } from "effect"
import type { IndexRecord } from "#core/catalogue/index-record.ts"
import { andShardClause } from "#core/filter/and-shard-clause.ts"
import type { NodeClient } from "#core/ports/node-client.ts"
import { isJsonObject } from "#core/prelude/json.ts"
import { Cluster } from "./cluster.ts"
import { type NodeAnswer, allShards, scatter } from "./scatter.ts"

/** Documents of an index, each counted once; 0 for an index that does not exist. Shards that cannot be read count nothing. */
export const countDocuments = Effect.fnUntraced(function* (
  uid: string,
): Effect.fn.Return<number, never, Cluster | NodeClient> {
  const cluster = yield* Cluster
  const record = cluster.state.readable.get(uid)
  return record === undefined ? 0 : yield* countOf(record)
})

export const countOf = (record: IndexRecord): Effect.Effect<number, never, Cluster | NodeClient> =>
  Effect.map(gatherCount(record), ({ total }) => total)

/** The same, with what it covers. */
export const gatherCount = Effect.fnUntraced(function* (
  record: IndexRecord,
): Effect.fn.Return<Counted, never, Cluster | NodeClient> {
  const gathered = yield* scatter({
    record,
    shards: allShards(record),
    seed: 0,
    requestFor: (shards) => ({
      method: "POST",
      path: `/indexes/${record.physicalUid}/documents/fetch`,
      contentType: "application/json",
      body: JSON.stringify({
        limit: 0,
        ...(shards.length === record.shardCount ? {} : { filter: andShardClause(undefined, shards) }),
      }),
    }),
  })
  // Only an index that is on its way out is refused.
  if (gathered.tag === "refused") return { total: 0, answers: [], uncovered: [] }
  const { answers, uncovered } = gathered
  return { total: answers.reduce((sum, answer) => sum + totalOf(answer.body), 0), answers, uncovered }
})

interface Counted {
  readonly total: number
  readonly answers: ReadonlyArray<NodeAnswer>
  /** Shards that nobody could count. */
  readonly uncovered: ReadonlyArray<number>
}

const totalOf = (body: string): number => {
  const value: unknown = JSON.parse(body)
  return isJsonObject(value) && typeof value["total"] === "number" ? value["total"] : 0
}
