import { Effect } from "effect"
import type { NodeClient } from "#core/ports/node-client.ts"
import { Store, type StoreUnavailable } from "#core/ports/store.ts"
import type { ApiRequest, ApiResponse } from "#core/protocol/http-message.ts"
import { errorBody, errorResponse } from "#core/protocol/meilisearch-error.ts"
import { readNumber } from "#core/tasks/read-task-filter.ts"
import { askNode } from "./ask-node-for-error.ts"
import { isAsked } from "./asked-features.ts"
import { Cluster } from "./cluster.ts"
import { getTask } from "./read-tasks.ts"

/** No node comes to this uid: it answers that it has no such task. */
const missingTaskUid = 4_294_967_295

/**
 * `GET /tasks/{uid}/documents`. The proxy does not keep payloads, and those of the nodes are cut into shards: a task of ours shows none, as one of
 * an engine that has ended. While the feature is off, a node says so, asked for a task which it does not have.
 */
export const readTaskDocuments = Effect.fnUntraced(function* (
  request: ApiRequest,
  text: string,
): Effect.fn.Return<ApiResponse, StoreUnavailable, Cluster | NodeClient | Store> {
  const { state } = yield* Cluster
  if (isAsked(state, "getTaskDocumentsRoute")) {
    const task = yield* getTask(request, text)
    return task.status === 200 ? errorResponse(noDocuments(text)) : task
  }
  const uid = readNumber(text)
  const asked = uid === null ? encodeURIComponent(text) : `${missingTaskUid}`
  const answered = yield* askNode(request, `/tasks/${asked}/documents`, "", "")
  return { ...answered, body: answered.body.replaceAll(`${missingTaskUid}`, `${uid}`) }
})

/** The engine's words (v1.21.0). */
const noDocuments = (uid: string) =>
  errorBody(
    "task_file_not_found",
    `Task \`${uid}\` does not contain any documents. Only \`documentAdditionOrUpdate\` tasks with the statuses \`enqueued\` or \`processing\` contain documents`,
  )
