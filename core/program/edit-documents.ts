import { Effect } from "effect"
import { newIndex } from "#core/catalogue/new-index.ts"
import type { IndexRecord } from "#core/catalogue/index-record.ts"
import { wrapEditFunction } from "#core/documents/edit-function.ts"
import { andShardClause } from "#core/filter/and-shard-clause.ts"
import { parseFilterValue } from "#core/filter/parse-filter-value.ts"
import { type Json, type JsonObject, isJsonObject } from "#core/prelude/json.ts"
import { reservedPrefix } from "#core/protocol/hidden-fields.ts"
import type { ApiRequest } from "#core/protocol/http-message.ts"
import { readMembers } from "#core/protocol/json-slices.ts"
import { errorBody, errorResponse } from "#core/protocol/meilisearch-error.ts"
import { parseJsonBody } from "#core/protocol/parse-json-request.ts"
import { placeShards } from "#core/topology/place-shards.ts"
import { nodesOfPlacement, shardsOnNode } from "#core/topology/topology.ts"
import { allShardsOf, countingNodes } from "#core/writing/broadcast.ts"
import type { NodeSend } from "#core/writing/write-draft.ts"
import { askNodeForError } from "./ask-node-for-error.ts"
import { type ClusterState, isBehind } from "./cluster-state.ts"
import { type Understood, runWrite } from "./write.ts"

/*
 * Documents are edited by a function that nodes run. Like a deletion by filter it goes to every replica, in two requests per node: the shards
 * whose edited documents this node counts, and the others. What the function sees and leaves is the matter of core/documents/edit-function.ts.
 */

/** `POST /indexes/{uid}/documents/edit`. */
export const editDocuments = Effect.fnUntraced(function* (request: ApiRequest, uid: string) {
  const parsed = parseJsonBody(request.body, request.headers["content-type"])
  if (parsed.tag === "refused") return errorResponse(parsed.error)
  const edit = readEdit(parsed.value, parsed.text)
  const refusedByNode = askNodeForError(request, uid, null, "/documents/edit")
  if (edit === null) return yield* refusedByNode
  if (edit.text.includes(reservedPrefix))
    return errorResponse(
      errorBody("miroir_reserved_field", `Attributes that begin with \`${reservedPrefix}\` are reserved.`),
    )
  if (wrapEditFunction(edit.text, 0).tag === "cannot-be-wrapped")
    return errorResponse(
      errorBody("miroir_not_supported", "A function that holds a closure cannot use `return` behind this proxy."),
    )
  const response = yield* runWrite(uid, (state) => understand(state, uid, edit))
  // Nodes have refused the script that holds the function; of the function alone they speak in the client's own positions.
  return response.status === 400 ? yield* refusedByNode : response
})

interface Edit {
  readonly text: string
  readonly filter: Json | undefined
  readonly context: JsonObject | null
  /** The context as the client wrote it: its numbers may have more digits than a JavaScript number. */
  readonly contextText: string
}

/** Null where a node should say what is wrong. */
const readEdit = (value: Json, text: string): Edit | null => {
  if (!isJsonObject(value) || Object.keys(value).some((name) => !members.has(name))) return null
  const { function: body, filter = null, context = null } = value as JsonObject
  if (typeof body !== "string" || (context !== null && !isJsonObject(context))) return null
  const understood = filter === null ? null : parseFilterValue(filter)
  if (understood !== null && (understood.tag !== "parsed" || understood.expression === null)) return null
  const written = readMembers(text).findLast(({ key }) => key === "context")
  return {
    text: body,
    filter: filter ?? undefined,
    context: context as JsonObject | null,
    contextText: written === undefined ? "null" : text.slice(written.valueStart, written.valueEnd),
  }
}

const members: ReadonlySet<string> = new Set(["filter", "context", "function"])

const understand = (state: ClusterState, uid: string, edit: Edit): Understood => {
  // Of an index that does not exist every node says that it is not found: that is the outcome of the task.
  const known = state.writable.get(uid) ?? null
  const record = known ?? newIndex(uid, 0, null, state.topology, placeShards)
  return {
    tag: "write",
    draft: () => ({
      kind: "documentEdition",
      record,
      catalogue: "untouched",
      shards: allShardsOf(record),
      touched: { tag: "bulk" },
      details: {
        editedDocuments: null,
        deletedDocuments: null,
        originalFilter: edit.filter === undefined ? null : JSON.stringify(edit.filter),
        context: edit.context,
        function: edit.text,
      },
      detailsWhenDone: null,
      change: null,
      verdict: null,
    }),
    sends: (_draft, version) => {
      const isTrusted = (nodeId: string, shard: number) =>
        state.health.get(nodeId)?.tag === "up" && !isBehind(state, record.physicalUid, nodeId, shard)
      const counting = countingNodes(record, isTrusted)
      return nodesOfPlacement(record.placement).flatMap((nodeId) => {
        const onNode = shardsOnNode(record.placement, nodeId)
        return [
          ...partOf(
            record,
            nodeId,
            onNode.filter((shard) => counting[shard] === nodeId),
            true,
            edit,
            version,
          ),
          ...partOf(
            record,
            nodeId,
            onNode.filter((shard) => counting[shard] !== nodeId),
            false,
            edit,
            version,
          ),
        ]
      })
    },
  }
}

const partOf = (
  record: IndexRecord,
  nodeId: string,
  shards: ReadonlyArray<number>,
  counts: boolean,
  edit: Edit,
  version: number,
): ReadonlyArray<NodeSend> => {
  const wrapped = wrapEditFunction(edit.text, version)
  if (shards.length === 0 || wrapped.tag === "cannot-be-wrapped") return []
  const filter = JSON.stringify(andShardClause(edit.filter, shards))
  const body = `{"function":${JSON.stringify(wrapped.script)},"filter":${filter},"context":${edit.contextText}}`
  const path = `/indexes/${record.physicalUid}/documents/edit`
  return [
    { nodeId, role: "main", counts, shards, request: { method: "POST", path, body, contentType: "application/json" } },
  ]
}
