import { Effect } from "effect"
import type { NodeClient } from "#core/ports/node-client.ts"
import { Store, type StoreUnavailable } from "#core/ports/store.ts"
import type { ApiRequest, ApiResponse } from "#core/protocol/http-message.ts"
import { readNumber } from "#core/tasks/read-task-filter.ts"
import { askNode } from "./ask-node-for-error.ts"
import type { Cluster } from "./cluster.ts"

/** No node comes to this uid: it answers that it has no such task. */
const missingTaskUid = 4_294_967_295

/**
 * `GET /tasks/{uid}/documents`. The proxy does not keep payloads, and those of the nodes are cut into shards. So the answer is that of a node
 * which does not have the task: that the feature is off, that the uid is wrong, or that there is nothing.
 */
export const readTaskDocuments = Effect.fnUntraced(function* (
  request: ApiRequest,
  text: string,
): Effect.fn.Return<ApiResponse, StoreUnavailable, Cluster | NodeClient | Store> {
  const uid = readNumber(text)
  const asked = uid === null ? encodeURIComponent(text) : `${missingTaskUid}`
  const answered = yield* askNode(request, `/tasks/${asked}/documents`, "", "")
  return { ...answered, body: answered.body.replaceAll(`${missingTaskUid}`, `${uid}`) }
})
