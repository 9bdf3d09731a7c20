import { Effect, Fiber } from "effect"
import type { IndexRecord } from "#core/catalogue/index-record.ts"
import type { NodeClient, NodeUnreachable } from "#core/ports/node-client.ts"
import { decodeString, readElements, readMembers } from "#core/protocol/json-slices.ts"
import { shardClause } from "#core/protocol/hidden-fields.ts"
import type { ResyncScope } from "#core/repair/plan-resync.ts"
import { NodeRefused, awaitNodeTask, enqueueOnNode } from "./await-node-task.ts"
import { Cluster } from "./cluster.ts"
import { laneOf } from "./lanes.ts"
import { callNode, jsonRequest } from "./node-calls.ts"
import { WriteLanes } from "./write.ts"

/** Documents that are compared and copied at a time: a few MB of text at the most usual sizes. */
const copyBatch = 500
/** Ids that one answer may list; an index with more documents in the shards of one repair cannot be repaired in one go. */
const listedIdsMax = 10_000_000

/**
 * Makes the documents of the scopes on the target equal to those on the source: compares whole documents as text, copies what is missing
 * or different with its vectors, deletes what the source does not have.
 */
export const copyDocuments = Effect.fnUntraced(function* (
  record: IndexRecord,
  sourceId: string,
  targetId: string,
  scopes: ReadonlyMap<number, ResyncScope>,
) {
  const { primaryKey } = record
  // Without a primary key no document has ever been accepted.
  if (primaryKey === null) return { changed: 0, unsettled: new Set<string>() }
  const whole = [...scopes].filter(([, scope]) => scope.tag === "shard").map(([shard]) => shard)
  const named = [...scopes.values()].flatMap((scope) => (scope.tag === "ids" ? scope.ids : []))
  const ids = new Set(named)
  if (whole.length > 0)
    for (const nodeId of [sourceId, targetId])
      for (const id of yield* listIds(record.physicalUid, primaryKey, nodeId, whole)) ids.add(id)

  let changed = 0
  const unsettled = new Set<string>()
  const all = [...ids]
  for (let from = 0; from < all.length; from += copyBatch) {
    const batch = all.slice(from, from + copyBatch)
    const outcome = yield* copyBatchOf(record, primaryKey, sourceId, targetId, batch)
    changed += outcome.changed
    for (const id of outcome.unsettled) unsettled.add(id)
  }
  const copied: CopiedDocuments = { changed, unsettled }
  return copied
})

export interface CopiedDocuments {
  readonly changed: number
  /**
   * Documents of which a later write must be looked at again: it may have been overwritten by the copy. Those that were equal carry the same number
   * of their last write, so both nodes had applied the same writes to them and apply the same ones next; of two that are not there nobody knows.
   */
  readonly unsettled: ReadonlySet<string>
}

const copyBatchOf = Effect.fnUntraced(function* (
  record: IndexRecord,
  primaryKey: string,
  sourceId: string,
  targetId: string,
  ids: ReadonlyArray<string>,
) {
  const cluster = yield* Cluster
  const lanes = yield* WriteLanes
  const [source, target] = yield* Effect.all(
    [
      fetchDocuments(record.physicalUid, primaryKey, sourceId, ids),
      fetchDocuments(record.physicalUid, primaryKey, targetId, ids),
    ],
    { concurrency: 2 },
  )
  const isSame = ([id, text]: readonly [string, string]) => isSameDocument(text, target.get(id))
  const same = new Set([...source].filter(isSame).map(([id]) => id))
  const wrong = [...source].filter(([id]) => !same.has(id)).map(([, text]) => text)
  const extra = [...target.keys()].filter((id) => !source.has(id))

  const timeoutMs = cluster.options.writeTimeoutMs
  const path = `/indexes/${record.physicalUid}/documents`
  const requests = [
    ...(wrong.length === 0
      ? []
      : [
          {
            method: "POST" as const,
            path: `${path}?primaryKey=${encodeURIComponent(primaryKey)}`,
            body: wrong.join("\n"),
            contentType: "application/x-ndjson" as const,
            timeoutMs,
          },
        ]),
    ...(extra.length === 0 ? [] : [jsonRequest("POST", `${path}/delete-batch`, extra, timeoutMs)]),
  ]
  for (const request of requests) {
    const sent = yield* lanes.put(laneOf(record.physicalUid, targetId), enqueueOnNode(targetId, request))
    yield* awaitNodeTask(targetId, yield* Fiber.join(sent))
  }
  return { changed: wrong.length + extra.length, unsettled: ids.filter((id) => !same.has(id)) }
})

const listIds = Effect.fnUntraced(function* (
  physicalUid: string,
  primaryKey: string,
  nodeId: string,
  shards: ReadonlyArray<number>,
) {
  const body = { filter: shardClause(shards), fields: [topLevelOf(primaryKey)], limit: listedIdsMax }
  return [...(yield* fetchResults(physicalUid, primaryKey, nodeId, body)).keys()]
})

const fetchDocuments = (physicalUid: string, primaryKey: string, nodeId: string, ids: ReadonlyArray<string>) =>
  fetchResults(physicalUid, primaryKey, nodeId, { ids, limit: ids.length, retrieveVectors: true })

/** Documents by id, as text. */
const fetchResults = Effect.fnUntraced(function* (
  physicalUid: string,
  primaryKey: string,
  nodeId: string,
  body: object,
): Effect.fn.Return<ReadonlyMap<string, string>, NodeUnreachable | NodeRefused, Cluster | NodeClient> {
  const cluster = yield* Cluster
  const path = `/indexes/${physicalUid}/documents/fetch`
  const response = yield* callNode(nodeId, jsonRequest("POST", path, body, cluster.options.writeTimeoutMs))
  if (response.status !== 200)
    return yield* new NodeRefused({ nodeId, reason: `it answered ${response.status} to a read of documents` })
  const results = readMembers(response.body).find((member) => member.key === "results")
  const documents = new Map<string, string>()
  if (results === undefined) return documents
  for (const { start, end } of readElements(response.body, results.valueStart)) {
    const text = response.body.slice(start, end)
    const id = idOf(text, primaryKey)
    if (id !== null) documents.set(id, text)
  }
  return documents
})

const topLevelOf = (primaryKey: string): string => primaryKey.split(".")[0] ?? primaryKey

/** The id of a document in its normal form: integers as their digits. Nested keys are looked up step by step. */
const idOf = (text: string, primaryKey: string): string | null => {
  for (const member of readMembers(text)) {
    const value = text.slice(member.valueStart, member.valueEnd)
    if (member.key === primaryKey) return value.startsWith('"') ? decodeString(value, 0, value.length) : value
    if (value.startsWith("{") && primaryKey.startsWith(`${member.key}.`))
      return idOf(value, primaryKey.slice(member.key.length + 1))
  }
  return null
}

/** Members may stand in another order on another node; their text is the same when they are. */
const isSameDocument = (one: string, other: string | undefined): boolean => {
  if (one === other) return true
  if (other === undefined) return false
  const members = membersOf(one)
  const others = membersOf(other)
  return members.size === others.size && [...members].every(([key, value]) => others.get(key) === value)
}

const membersOf = (text: string): ReadonlyMap<string, string> =>
  new Map(readMembers(text).map((member) => [member.key, text.slice(member.valueStart, member.valueEnd)]))
