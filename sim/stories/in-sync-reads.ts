import { Effect } from "effect"
import type { IndexRecord } from "#core/catalogue/index-record.ts"
import type { NodeRequest } from "#core/protocol/http-message.ts"
import { encodeShard } from "#core/protocol/hidden-fields.ts"
import { shardOf } from "#core/routing/hash-document-id.ts"
import { shardsOnNode } from "#core/topology/topology.ts"
import { shardsIn } from "../checkers/read-calls.ts"
import { CurrentAttempt } from "../world/history.ts"
import { bodyOf } from "../world/network.ts"
import type { Protection } from "./story.ts"

/**
 * Which replica is read is decided in core. From outside it can only be turned round: what one node was asked goes to another one that holds the
 * same shards, whatever is known of it, and comes back to the first where the other is not there.
 */
export const inSyncReads: Protection = {
  name: "in-sync-reads",
  does: "only replicas that are known to have every write are read; without it, any replica that is there",
  off: () => {
    const records = new Map<string, IndexRecord>()
    const learn = (indexes: ReadonlyArray<IndexRecord> = []): void => {
      for (const record of indexes) records.set(record.physicalUid, record)
    }
    return {
      store: (store) => ({
        ...store,
        loadState: Effect.tap(store.loadState, ({ indexes }) => Effect.sync(() => learn(indexes))),
        intend: (prepare) =>
          store.intend((version) => {
            const change = prepare(version)
            learn(change.indexes)
            return change
          }),
      }),
      nodes: ({ send }) => ({
        send: (member, request) =>
          Effect.flatMap(Effect.service(CurrentAttempt), (attempt) => {
            const other = attempt === null ? null : otherHolder(records, member.id, request, attempt.number)
            const sent = send(member, request)
            return other === null ? sent : Effect.catch(send({ ...member, id: other }, request), () => sent)
          }),
      }),
    }
  },
}

/** Another node that holds all shards of a read, by turns; null where there is none, or where it is no read. */
const otherHolder = (
  records: ReadonlyMap<string, IndexRecord>,
  nodeId: string,
  request: NodeRequest,
  turn: number,
): string | null => {
  const match = /^\/indexes\/([^/]+)\/(?:search|documents\/([^/]+))$/.exec(request.path)
  const record = records.get(match?.[1] ?? "")
  if (record === undefined || (request.method !== "GET" && !/\/(search|fetch)$/.test(request.path))) return null
  const shards = request.method === "GET" ? [shardOf(match?.[2] ?? "", record.shardCount)] : clauseOf(request, record)
  const nodeIds = [...new Set(Object.values(record.placement).flatMap((ofGroup) => ofGroup.flat()))].sort()
  const holders = nodeIds.filter((id) => {
    const held = shardsOnNode(record.placement, id)
    return id !== nodeId && shards !== null && shards.every((shard) => held.includes(shard))
  })
  return holders[turn % holders.length] ?? null
}

const clauseOf = (request: NodeRequest, { shardCount }: IndexRecord): ReadonlyArray<number> | null => {
  const byText = new Map(Array.from({ length: shardCount }, (_, shard) => [encodeShard(shard), shard]))
  return shardsIn(bodyOf(request) ?? "", byText)
}
