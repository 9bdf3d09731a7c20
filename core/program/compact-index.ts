import { Effect } from "effect"
import { invalidIndexUidMessage, isValidIndexUid, newIndex } from "#core/catalogue/new-index.ts"
import { engineCapabilities } from "#core/protocol/engine-capabilities.ts"
import type { ApiRequest, ApiResponse } from "#core/protocol/http-message.ts"
import { errorBody, errorResponse } from "#core/protocol/meilisearch-error.ts"
import { placeShards } from "#core/topology/place-shards.ts"
import { allShardsOf, broadcast, sendBare } from "#core/writing/broadcast.ts"
import { Cluster } from "./cluster.ts"
import { runWrite } from "./write.ts"

const unknownRoute: ApiResponse = { status: 404, body: "", headers: {} }

/** `POST /indexes/{uid}/compact`: every node compacts what it holds. The sizes in the details are not added up: nodes tell them as sentences. */
export const compactIndex = Effect.fnUntraced(function* (_request: ApiRequest, uid: string) {
  const { state } = yield* Cluster
  if (!engineCapabilities(state.engineVersion).hasMaintenanceRoutes) return unknownRoute
  if (!isValidIndexUid(uid)) return errorResponse(errorBody("invalid_index_uid", invalidIndexUidMessage(uid)))
  return yield* runWrite(uid, ({ writable, topology }) => {
    const record = writable.get(uid) ?? newIndex(uid, 0, null, topology, placeShards)
    return {
      tag: "write",
      draft: () => ({
        kind: "indexCompaction",
        record,
        catalogue: "untouched",
        shards: allShardsOf(record),
        touched: { tag: "nothing" },
        details: { preCompactionSize: null, postCompactionSize: null },
        detailsWhenDone: null,
        change: null,
        verdict: null,
      }),
      sends: () => broadcast(record, sendBare("POST", `/indexes/${record.physicalUid}/compact`)),
    }
  })
})
