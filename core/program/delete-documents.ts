import { Effect } from "effect"
import { invalidIndexUidMessage, isValidIndexUid, newIndex } from "#core/catalogue/new-index.ts"
import type { IndexRecord } from "#core/catalogue/index-record.ts"
import { readIdList } from "#core/documents/id-list.ts"
import { andShardClause } from "#core/filter/and-shard-clause.ts"
import { parseFilterValue } from "#core/filter/parse-filter-value.ts"
import { type Json, type JsonObject, isJsonObject } from "#core/prelude/json.ts"
import type { ApiRequest, ApiResponse } from "#core/protocol/http-message.ts"
import { errorBody, errorResponse } from "#core/protocol/meilisearch-error.ts"
import { parseJsonBody } from "#core/protocol/parse-json-request.ts"
import { shardOf } from "#core/routing/hash-document-id.ts"
import type { Touched } from "#core/tasks/task-record.ts"
import { placeShards } from "#core/topology/place-shards.ts"
import { nodesOfPlacement, shardsOnNode } from "#core/topology/topology.ts"
import { allShardsOf, countingNodes, sendJson } from "#core/writing/broadcast.ts"
import type { NodeSend } from "#core/writing/write-draft.ts"
import { askNodeForError } from "./ask-node-for-error.ts"
import { type ClusterState, isBehind } from "./cluster-state.ts"
import { touchedIdsMax } from "./write-documents.ts"
import { type Understood, runWrite } from "./write.ts"

/*
 * Deletions of documents. A node counts what it deleted, and two nodes may hold the same shard, so each node gets its part in two requests:
 * the shards for which it counts, and the others. Added up over the first kind, every document is counted once.
 */

/** `DELETE /indexes/{uid}/documents/{id}`. */
export const deleteDocument = (_request: ApiRequest, uid: string, id: string) => deleteIds(uid, [id])

/** `POST /indexes/{uid}/documents/delete-batch`. */
export const deleteBatch = Effect.fnUntraced(function* (request: ApiRequest, uid: string) {
  const parsed = parseJsonBody(request.body, request.headers["content-type"])
  if (parsed.tag === "refused") return errorResponse(parsed.error)
  const ids = readIdList(parsed.text)
  if (ids === null) return yield* askNodeForError(request, uid, null, "/documents/delete-batch")
  return yield* deleteIds(uid, ids)
})

const deleteIds = (uid: string, ids: ReadonlyArray<string>) => {
  const distinct = [...new Set(ids)]
  const touched: Touched = ids.length <= touchedIdsMax ? { tag: "ids", ids: distinct } : { tag: "bulk" }
  const details = { providedIds: ids.length, deletedDocuments: null, originalFilter: null }
  const idsIn = (record: IndexRecord, shards: ReadonlySet<number>) =>
    distinct.filter((id) => shards.has(shardOf(id, record.shardCount)))
  return deletion(uid, touched, details, {
    shardsOf: (record) => distinct.map((id) => shardOf(id, record.shardCount)),
    requestFor: (record, shards) => {
      const ids = idsIn(record, new Set(shards))
      return ids.length === 0 ? null : sendJson("POST", `/indexes/${record.physicalUid}/documents/delete-batch`, ids)
    },
  })
}

/** `DELETE /indexes/{uid}/documents`: as a filter on shards, because a node that clears its index counts every replica. */
export const clearDocuments = (_request: ApiRequest, uid: string) =>
  deletion(uid, { tag: "bulk" }, { deletedDocuments: null }, filterDeletion(undefined))

/** `POST /indexes/{uid}/documents/delete`. */
export const deleteByFilter = Effect.fnUntraced(function* (request: ApiRequest, uid: string) {
  const parsed = parseJsonBody(request.body, request.headers["content-type"])
  if (parsed.tag === "refused") return errorResponse(parsed.error)
  const filter =
    isJsonObject(parsed.value) && Object.keys(parsed.value).length === 1 ? parsed.value["filter"] : undefined
  const understood = filter === undefined || filter === null ? null : parseFilterValue(filter)
  const isUnderstood = understood?.tag === "parsed" && understood.expression !== null
  if (!isUnderstood || filter === undefined) return yield* askNodeForError(request, uid, null, "/documents/delete")
  const details = { providedIds: 0, deletedDocuments: null, originalFilter: JSON.stringify(filter) }
  return yield* deletion(uid, { tag: "bulk" }, details, filterDeletion(filter))
})

interface Deletion {
  readonly shardsOf: (record: IndexRecord) => ReadonlyArray<number>
  /** The request for a part of a node's shards; null where there is nothing to do. */
  readonly requestFor: (record: IndexRecord, shards: ReadonlyArray<number>) => NodeSend["request"] | null
}

const filterDeletion = (filter: Json | undefined): Deletion => ({
  shardsOf: allShardsOf,
  requestFor: (record, shards) =>
    sendJson("POST", `/indexes/${record.physicalUid}/documents/delete`, { filter: andShardClause(filter, shards) }),
})

const deletion = Effect.fnUntraced(function* (uid: string, touched: Touched, details: JsonObject, how: Deletion) {
  if (!isValidIndexUid(uid))
    return errorResponse(errorBody("invalid_index_uid", invalidIndexUidMessage(uid))) satisfies ApiResponse
  return yield* runWrite(uid, (state) => understand(state, uid, touched, details, how))
})

const understand = (
  state: ClusterState,
  uid: string,
  touched: Touched,
  details: JsonObject,
  how: Deletion,
): Understood => {
  // Of an index that does not exist every node says that it is not found: that is the outcome of the task.
  const known = state.writable.get(uid) ?? null
  const record = known ?? newIndex(uid, 0, null, state.topology, placeShards)
  const concerned = [...new Set(how.shardsOf(record))].sort((a, b) => a - b)
  const shards = known === null || concerned.length === 0 ? allShardsOf(record) : concerned
  return {
    tag: "write",
    draft: () => ({
      kind: "documentDeletion",
      record,
      catalogue: "untouched",
      shards,
      touched,
      details,
      detailsWhenDone: null,
      change: null,
      verdict: null,
    }),
    sends: () => {
      const counting = countingNodes(
        record,
        (nodeId, shard) =>
          state.health.get(nodeId)?.tag === "up" && !isBehind(state, record.physicalUid, nodeId, shard),
      )
      return nodesOfPlacement(record.placement).flatMap((nodeId) => {
        const onNode = shardsOnNode(record.placement, nodeId).filter((shard) => shards.includes(shard))
        const counted = onNode.filter((shard) => counting[shard] === nodeId)
        const others = onNode.filter((shard) => counting[shard] !== nodeId)
        return [...partOf(record, nodeId, counted, true, how), ...partOf(record, nodeId, others, false, how)]
      })
    },
  }
}

const partOf = (
  record: IndexRecord,
  nodeId: string,
  shards: ReadonlyArray<number>,
  counts: boolean,
  how: Deletion,
): ReadonlyArray<NodeSend> => {
  if (shards.length === 0) return []
  // An empty list of ids still makes a task on a node, so that the order and the existence of the index are checked there.
  const request =
    how.requestFor(record, shards) ?? sendJson("POST", `/indexes/${record.physicalUid}/documents/delete-batch`, [])
  return [{ nodeId, role: "main", counts, shards, request }]
}
