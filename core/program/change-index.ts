import { Effect } from "effect"
import { mayCreateIndex } from "#core/access/caller.ts"
import { invalidApiKey } from "#core/access/invalid-api-key.ts"
import { invalidIndexUidMessage, isValidIndexUid, newIndex } from "#core/catalogue/new-index.ts"
import type { IndexRecord } from "#core/catalogue/index-record.ts"
import { planSwaps } from "#core/catalogue/swap-names.ts"
import { type Json, type JsonObject, isJsonObject } from "#core/prelude/json.ts"
import type { CatalogueChange } from "#core/protocol/catalogue-change.ts"
import type { ApiRequest } from "#core/protocol/http-message.ts"
import { type ErrorBody, errorBody, errorResponse } from "#core/protocol/meilisearch-error.ts"
import { parseJsonBody } from "#core/protocol/parse-json-request.ts"
import { projectedSettings } from "#core/tasks/projected-settings.ts"
import type { TaskRecord } from "#core/tasks/task-record.ts"
import { placeShards } from "#core/topology/place-shards.ts"
import { allShardsOf, broadcast, preludeFor, sendBare, sendJson } from "#core/writing/broadcast.ts"
import type { WriteDraft } from "#core/writing/write-draft.ts"
import { askNode, askNodeForError } from "./ask-node-for-error.ts"
import { Cluster } from "./cluster.ts"
import type { ClusterState } from "./cluster-state.ts"
import { countDocuments } from "./count-documents.ts"
import { CurrentCaller } from "./current-caller.ts"
import { Follower } from "./follow-tasks.ts"
import { primaryKeyVerdict } from "./primary-key-verdict.ts"
import { type NameChange, changeNames } from "./swap-indexes.ts"
import { type Understood, runWrite, runWriteAfter } from "./write.ts"

/** `POST /indexes`. */
export const createIndex = Effect.fnUntraced(function* (request: ApiRequest) {
  const parsed = parseJsonBody(request.body, request.headers["content-type"])
  if (parsed.tag === "refused") return errorResponse(parsed.error)
  const asked = readIndexBody(parsed.value, ["uid", "primaryKey"])
  const uid = asked?.["uid"]
  if (asked === null || typeof uid !== "string" || !isValidIndexUid(uid))
    return yield* askNode(request, "/indexes", "", "")
  if (!mayCreateIndex(yield* CurrentCaller, uid)) return errorResponse(invalidApiKey)
  const { liveTasks } = yield* Follower
  return yield* runWrite(uid, (state) => understandCreation(state, uid, asked["primaryKey"] ?? null, liveTasks))
})

const understandCreation = (
  state: ClusterState,
  uid: string,
  primaryKey: string | null,
  liveTasks: () => ReadonlyArray<TaskRecord>,
): Understood => {
  const known = state.writable.get(uid) ?? null
  return {
    tag: "write",
    draft: (version) => ({
      ...indexDraft,
      kind: "indexCreation",
      // An index that exists is asked for again: its nodes say that it exists, and that is the outcome of the task.
      record: known ?? newIndex(uid, version, primaryKey, state.topology, placeShards),
      catalogue: known === null ? "created" : "untouched",
      shards: allShardsOf(known ?? newIndex(uid, version, primaryKey, state.topology, placeShards)),
      details: { primaryKey },
    }),
    sends: ({ record }) => [
      ...broadcast(record, sendJson("POST", "/indexes", { uid: record.physicalUid, primaryKey })),
      ...preludeFor(record, projectedSettings(known, liveTasks())),
    ],
  }
}

/** `PATCH /indexes/{uid}`: the primary key, the name, or both. */
export const updateIndex = Effect.fnUntraced(function* (request: ApiRequest, uid: string) {
  const parsed = parseJsonBody(request.body, request.headers["content-type"])
  if (parsed.tag === "refused") return errorResponse(parsed.error)
  const asked = readIndexBody(parsed.value, ["uid", "primaryKey"])
  if (asked === null) return yield* askNodeForError(request, uid, null, "")
  if (!isValidIndexUid(uid)) return errorResponse(errorBody("invalid_index_uid", invalidIndexUidMessage(uid)))
  const newUid = asked["uid"] ?? null
  const primaryKey = asked["primaryKey"] ?? null
  if (newUid !== null && !isValidIndexUid(newUid))
    return errorResponse(errorBody("invalid_index_uid", invalidIndexUidMessage(newUid)))
  // What takes long is waited for while other writes go on; what is decided is decided while none can be accepted.
  const early = yield* primaryKeyVerdict(uid, newUid ?? uid, primaryKey)
  const { state } = yield* Cluster
  if (newUid !== null && (primaryKey === null || early.tag === "refused" || !mayRename(state, uid, newUid))) {
    const verdict = early.tag === "refused" ? early.error : null
    return yield* changeNames([uid, newUid], (now) => planRename(now, uid, newUid, primaryKey, verdict))
  }
  const look = Effect.map(
    primaryKeyVerdict(uid, newUid ?? uid, primaryKey),
    (decided) =>
      (now: ClusterState): Understood =>
        decided.tag === "unknown"
          ? { tag: "answer", response: errorResponse(decided.error) }
          : understandUpdate(now, uid, {
              primaryKey,
              verdict: decided.tag === "refused" ? decided.error : null,
              newUid,
            }),
  )
  return yield* runWriteAfter(newUid === null ? [uid] : [uid, newUid], look)
})

const mayRename = (state: ClusterState, uid: string, newUid: string): boolean =>
  state.writable.has(uid) && (newUid === uid || !state.writable.has(newUid))

interface IndexUpdate {
  readonly primaryKey: string | null
  readonly verdict: ErrorBody | null
  /** Null: the name stays. */
  readonly newUid: string | null
}

const understandUpdate = (state: ClusterState, uid: string, update: IndexUpdate): Understood => {
  const { primaryKey, verdict, newUid } = update
  const known = state.writable.get(uid) ?? null
  const record = known ?? newIndex(uid, 0, null, state.topology, placeShards)
  // No node can refuse the first primary key, nor another one of an index that is empty: the writes behind this one already count on it.
  const isSet = known !== null && primaryKey !== null && verdict === null && known.primaryKey !== primaryKey
  const isRenamed = newUid !== null && mayRename(state, uid, newUid)
  const changed: IndexRecord = {
    ...record,
    ...(isSet ? { primaryKey } : {}),
    ...(isRenamed ? { writtenUid: newUid } : {}),
    revision: record.revision + 1,
  }
  const change: CatalogueChange | null = isRenamed
    ? { tag: "rename-index", uid: newUid, primaryKey }
    : primaryKey === null
      ? null
      : { tag: "set-primary-key", primaryKey }
  return {
    tag: "write",
    draft: () => ({
      ...indexDraft,
      kind: "indexUpdate",
      indexUid: uid,
      ...(newUid === null ? {} : { alsoIndexUid: newUid }),
      record: isSet || isRenamed ? changed : record,
      catalogue: isSet || isRenamed ? "changed" : "untouched",
      shards: allShardsOf(record),
      details: updateDetails(uid, newUid, primaryKey),
      change,
      verdict,
    }),
    // A change that is known to fail is sent as one that changes nothing: the task still has its place in the order of the nodes.
    sends: () =>
      broadcast(
        record,
        sendJson("PATCH", `/indexes/${record.physicalUid}`, { primaryKey: verdict === null ? primaryKey : null }),
      ),
  }
}

/** A rename that no node has to hear of. It stands even when the primary key that came with it may not change. */
const planRename = (
  state: ClusterState,
  uid: string,
  newUid: string,
  primaryKey: string | null,
  keyVerdict: ErrorBody | null,
): NameChange => {
  const plan =
    newUid === uid && state.writable.has(uid)
      ? ({ tag: "planned", records: [], swaps: [] } as const)
      : planSwaps(state.writable, [{ indexes: [uid, newUid], rename: true }])
  const taken = errorBody("index_already_exists", `Index \`${newUid}\` already exists.`)
  const refusal = plan.tag === "planned" ? null : state.writable.has(uid) ? taken : plan.error
  return {
    records: plan.tag === "planned" ? plan.records : [],
    task: {
      kind: "indexUpdate",
      indexUid: uid,
      alsoIndexUid: newUid,
      details: updateDetails(uid, newUid, primaryKey),
      detailsWhenDone: null,
      change: { tag: "swap-names", swaps: plan.tag === "planned" ? plan.swaps : [] },
      verdict: refusal ?? keyVerdict,
    },
  }
}

const updateDetails = (uid: string, newUid: string | null, primaryKey: string | null): JsonObject =>
  newUid === null ? { primaryKey } : { primaryKey, oldIndexUid: uid, newIndexUid: newUid }

/** `DELETE /indexes/{uid}`. */
export const deleteIndex = Effect.fnUntraced(function* (_request: ApiRequest, uid: string) {
  if (!isValidIndexUid(uid)) return errorResponse(errorBody("invalid_index_uid", invalidIndexUidMessage(uid)))
  const deletedDocuments = yield* countDocuments(uid)
  return yield* runWrite(uid, (state) => {
    const known = state.writable.get(uid) ?? null
    const record = known ?? newIndex(uid, 0, null, state.topology, placeShards)
    return {
      tag: "write",
      draft: (version) => ({
        ...indexDraft,
        kind: "indexDeletion",
        record: known === null ? record : { ...record, deletedBy: version, revision: record.revision + 1 },
        catalogue: known === null ? "untouched" : "changed",
        shards: allShardsOf(record),
        details: { deletedDocuments: null },
        detailsWhenDone: { deletedDocuments },
        change: { tag: "drop-index" },
      }),
      sends: () => broadcast(record, sendBare("DELETE", `/indexes/${record.physicalUid}`)),
    }
  })
})

const indexDraft: Omit<WriteDraft, "kind" | "record" | "catalogue" | "shards" | "details"> = {
  touched: { tag: "nothing" },
  detailsWhenDone: null,
  change: null,
  verdict: null,
}

/** The members of a body that may only be strings or null; null where a node should say what is wrong. */
const readIndexBody = (value: Json, known: ReadonlyArray<string>): Readonly<Record<string, string | null>> | null => {
  if (!isJsonObject(value)) return null
  const members: Record<string, string | null> = {}
  for (const [name, member] of Object.entries(value)) {
    if (!known.includes(name) || (member !== null && typeof member !== "string")) return null
    members[name] = member
  }
  return members
}
