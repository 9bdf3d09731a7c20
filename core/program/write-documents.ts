import { Effect } from "effect"
import { newIndex } from "#core/catalogue/new-index.ts"
import type { IndexRecord } from "#core/catalogue/index-record.ts"
import { type DistributionPlan, distributeDocuments } from "#core/documents/distribute-documents.ts"
import { distributeInPieces } from "#core/documents/distribute-in-pieces.ts"
import { type DocumentsRequest, readDocumentsRequest } from "#core/documents/documents-request.ts"
import { type SplitPayload, splitPayload } from "#core/documents/split-payload.ts"
import type { ApiRequest, BodyPieces } from "#core/protocol/http-message.ts"
import { type ErrorBody, errorBody, errorResponse } from "#core/protocol/meilisearch-error.ts"
import { shardOf } from "#core/routing/hash-document-id.ts"
import { projectedSettings } from "#core/tasks/projected-settings.ts"
import type { TaskRecord, Touched } from "#core/tasks/task-record.ts"
import { placeShards } from "#core/topology/place-shards.ts"
import { nodesOfPlacement, shardsOnNode } from "#core/topology/topology.ts"
import { allShardsOf, preludeFor } from "#core/writing/broadcast.ts"
import type { NodeSend, WriteDraft } from "#core/writing/write-draft.ts"
import { askNodeForError } from "./ask-node-for-error.ts"
import type { ClusterState } from "./cluster-state.ts"
import { Follower } from "./follow-tasks.ts"
import { type Understood, runWrite } from "./write.ts"

/** Ids that a task remembers one by one; a larger payload is remembered by its shards. */
export const touchedIdsMax = 1_000

/** `POST` (replace) and `PUT` (update) `/indexes/{uid}/documents`. */
export const writeDocuments = Effect.fnUntraced(function* (request: ApiRequest, uid: string) {
  const asked = readDocumentsRequest(request, uid)
  if (asked.tag === "refused") return errorResponse(asked.error)
  if (asked.tag === "misunderstood") return yield* askNodeForError(request, uid, null, "/documents")
  const { liveTasks } = yield* Follower
  return yield* runWrite(uid, (state) => understand(state, uid, request, asked, liveTasks))
})

const understand = (
  state: ClusterState,
  uid: string,
  request: ApiRequest,
  asked: Extract<DocumentsRequest, { readonly tag: "understood" }>,
  liveTasks: () => ReadonlyArray<TaskRecord>,
): Understood => {
  const known = state.writable.get(uid) ?? null
  const primaryKey = known?.primaryKey ?? asked.primaryKey
  const split = splitPayload(request.body, asked.format, primaryKey)
  if (split.tag === "refused") return { tag: "answer", response: errorResponse(split.error) }
  const clash =
    known?.primaryKey != null && asked.primaryKey !== null && asked.primaryKey !== known.primaryKey
      ? errorBody("index_primary_key_already_exists", `Index already has a primary key: \`${known.primaryKey}\`.`)
      : null
  const verdict = clash ?? namedVerdict(split.payload.verdict, uid)
  const settled = verdict === null ? (split.payload.primaryKey ?? primaryKey) : (known?.primaryKey ?? null)
  const payload = verdict === null && split.payload.count > 0 ? split.payload : null
  const touched = touchedBy(payload)

  return {
    tag: "write",
    draft: (version) => {
      const record =
        known === null
          ? newIndex(uid, version, settled, state.topology, placeShards)
          : known.primaryKey === settled
            ? known
            : { ...known, primaryKey: settled, revision: known.revision + 1 }
      const isEverywhere = payload === null || record !== known || !record.visible
      return {
        kind: "documentAdditionOrUpdate",
        record,
        catalogue: known === null ? "created" : record === known ? "untouched" : "changed",
        shards: isEverywhere ? allShardsOf(record) : shardsOf(payload, record),
        touched,
        details: { receivedDocuments: split.payload.count, indexedDocuments: null },
        detailsWhenDone: { indexedDocuments: payload === null ? 0 : payload.distinctIds },
        change: null,
        verdict,
      }
    },
    sends: (draft, version) => [
      ...preludeFor(draft.record, projectedSettings(known, liveTasks())),
      ...documentSends(request.method === "PUT" ? "PUT" : "POST", payload, draft, version),
    ],
  }
}

/** The engine names the index in errors that it did not foresee, and in no other error of a payload. */
const namedVerdict = (verdict: ErrorBody | null, uid: string): ErrorBody | null =>
  verdict?.code === "internal" && verdict.message.startsWith("internal: ")
    ? { ...verdict, message: `Index \`${uid}\`: ${verdict.message}` }
    : verdict

/** Nodes for which the payload has nothing get an empty one where the write concerns the index itself. */
const documentSends = (
  method: "POST" | "PUT",
  payload: SplitPayload | null,
  draft: WriteDraft,
  version: number,
): ReadonlyArray<NodeSend> => {
  const { record } = draft
  const nodeIds = nodesOfPlacement(record.placement)
  const partsOfNode = payload === null ? null : partsFor(payload, record, nodeIds, version)
  const isEverywhere = draft.shards.length === record.shardCount
  const parameter = record.primaryKey === null ? "" : `?primaryKey=${encodeURIComponent(record.primaryKey)}`
  const path = `/indexes/${record.physicalUid}/documents${parameter}`
  return nodeIds.flatMap((nodeId, position): ReadonlyArray<NodeSend> => {
    const parts = partsOfNode?.[position] ?? []
    const onNode = shardsOnNode(record.placement, nodeId).filter((shard) => draft.shards.includes(shard))
    if (parts.length === 0) {
      if (!isEverywhere) return []
      const request = { method, path, body: "[]", contentType: "application/json" } as const
      return [{ nodeId, role: "main", counts: false, shards: onNode, request }]
    }
    const elsewhere = new Set(parts.slice(1).flatMap(({ shards }) => shards))
    return parts.map(({ body, shards }, part) => ({
      nodeId,
      role: "main",
      counts: false,
      // Shards that the write concerns without documents for them belong to the first part.
      shards: part === 0 ? onNode.filter((shard) => !elsewhere.has(shard)) : shards,
      request: { method, path, body, contentType: "application/x-ndjson" },
    }))
  })
}

interface NodePart {
  readonly body: Uint8Array | BodyPieces
  readonly shards: ReadonlyArray<number>
}

/** Per node the bodies for it; only a very large payload needs more than one. */
const partsFor = (
  payload: SplitPayload,
  record: IndexRecord,
  nodeIds: ReadonlyArray<string>,
  version: number,
): ReadonlyArray<ReadonlyArray<NodePart>> => {
  const positions = new Map(nodeIds.map((nodeId, position) => [nodeId, position]))
  const holders = allShardsOf(record).map((shard) =>
    Object.values(record.placement).flatMap((shards) =>
      (shards[shard] ?? []).map((nodeId) => positions.get(nodeId) ?? 0),
    ),
  )
  const plan: DistributionPlan = {
    shardOfDocument: (id) => shardOf(id, record.shardCount),
    nodesOfShard: (shard) => holders[shard] ?? [],
    nodeCount: nodeIds.length,
    version,
  }
  if (payload.bytes.length > wholeBodiesBytesMax) return distributeInPieces(payload, plan, nodeBodyBytesMax)
  const { bodies, shards } = distributeDocuments(payload, plan)
  return bodies.map((body) => (body === null ? [] : [{ body, shards }]))
}

/** The bodies of a larger payload are made while they are sent, so that memory holds the payload once and not once per replica. */
const wholeBodiesBytesMax = 1024 * 1024
/** Nodes take 100 MB in one request by default, as the proxy does; the hidden fields come on top of what the proxy has taken. */
const nodeBodyBytesMax = 95_000_000

/** Stops looking once every shard was seen: in a large payload that is soon. */
const shardsOf = (payload: SplitPayload, record: IndexRecord): ReadonlyArray<number> => {
  const shards = new Set<number>()
  for (const id of payload.ids) if (shards.add(shardOf(id, record.shardCount)).size === record.shardCount) break
  return [...shards].sort((a, b) => a - b)
}

const touchedBy = (payload: SplitPayload | null): Touched => {
  if (payload === null) return { tag: "nothing" }
  return payload.distinctIds <= touchedIdsMax ? { tag: "ids", ids: [...new Set(payload.ids)] } : { tag: "bulk" }
}
