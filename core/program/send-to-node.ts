import { Effect } from "effect"
import type { NodeClient } from "#core/ports/node-client.ts"
import { isJsonObject } from "#core/prelude/json.ts"
import type { NodeResponse } from "#core/protocol/http-message.ts"
import { isRefusal, readNodeError, toUserError } from "#core/protocol/node-error.ts"
import type { NodeTask } from "#core/tasks/task-record.ts"
import type { NodeSend, WriteDraft } from "#core/writing/write-draft.ts"
import type { NodeOutcome } from "#core/writing/write.ts"
import { Cluster } from "./cluster.ts"
import { writtenUidOf } from "./cluster-state.ts"
import { callNode, failsUnless } from "./node-calls.ts"

/** What one node did with its part of a write. */
export interface SentPart {
  readonly nodeId: string
  /** Which life of the node took it: task uids mean nothing in another one. */
  readonly incarnation: string | null
  readonly outcome: NodeOutcome
  readonly nodeTasks: ReadonlyArray<NodeTask>
}

/** Sends a node's requests one after the other and stops at the first that it does not take. Never fails. */
export const sendToNode = Effect.fnUntraced(function* (
  nodeId: string,
  sends: ReadonlyArray<NodeSend>,
  draft: WriteDraft,
): Effect.fn.Return<SentPart, never, Cluster | NodeClient> {
  const cluster = yield* Cluster
  const incarnation = cluster.state.nodes.get(nodeId)?.incarnation ?? null
  const nodeTasks: Array<NodeTask> = []
  for (const send of sends) {
    // Other indexes are written at the same time: only what was acknowledged before this request must be smaller.
    const highestBefore = cluster.state.nodes.get(nodeId)?.highestTaskUid ?? -1
    const answered = callNode(nodeId, { ...send.request, timeoutMs: cluster.options.writeTimeoutMs })
    // A node that hangs must not hold up a write for as long as a write may take.
    const givenUp = failsUnless(
      () => cluster.mustReceiveWrites(nodeId),
      nodeId,
      "the node went down while it was asked",
    )
    const result = yield* Effect.result(Effect.raceFirst(answered, givenUp))
    if (result._tag === "Failure") {
      const { wasSent, reason } = result.failure
      const isUnknown = wasSent === "unknown" || nodeTasks.length > 0
      return { nodeId, incarnation, outcome: { tag: isUnknown ? "unknown" : "missed", reason }, nodeTasks }
    }
    const taskUid = acknowledgedTaskUid(result.success)
    if (taskUid === null)
      return { nodeId, incarnation, outcome: notTaken(result.success, nodeTasks.length > 0, draft), nodeTasks }
    // A node that we know never hands out a task uid twice: this one was emptied or restored behind our back.
    if (taskUid <= highestBefore) {
      cluster.observe(nodeId, { tag: "request-failed" })
      return {
        nodeId,
        incarnation,
        outcome: { tag: "missed", reason: "the node came back as another one" },
        nodeTasks: [],
      }
    }
    nodeTasks.push(startedTask(send, taskUid))
  }
  return { nodeId, incarnation, outcome: { tag: "acknowledged" }, nodeTasks }
})

const acknowledgedTaskUid = (response: NodeResponse): number | null => {
  if (response.status !== 202 && response.status !== 200) return null
  const body: unknown = JSON.parse(response.body)
  const taskUid = isJsonObject(body) ? body["taskUid"] : undefined
  return typeof taskUid === "number" ? taskUid : null
}

const notTaken = (response: NodeResponse, isPartlyTaken: boolean, draft: WriteDraft): NodeOutcome => {
  const error = readNodeError(response.body)
  if (error !== null && isRefusal(response) && !isPartlyTaken)
    return { tag: "refused", error: toUserError(error, draft.record.physicalUid, writtenUidOf(draft.record)) }
  const reason = `the node answered ${response.status} ${error?.code ?? ""}`.trim()
  return { tag: isPartlyTaken || response.status >= 500 ? "unknown" : "missed", reason }
}

const startedTask = (send: NodeSend, taskUid: number): NodeTask => ({
  nodeId: send.nodeId,
  taskUid,
  role: send.role,
  counts: send.counts,
  shards: send.shards,
  state: "enqueued",
  details: null,
  error: null,
  startedAtMs: null,
  finishedAtMs: null,
})
