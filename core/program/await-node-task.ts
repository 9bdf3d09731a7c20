import { Data, Effect } from "effect"
import type { NodeClient, NodeUnreachable } from "#core/ports/node-client.ts"
import { isJsonObject } from "#core/prelude/json.ts"
import type { NodeRequest, NodeResponse } from "#core/protocol/http-message.ts"
import { readNodeError } from "#core/protocol/node-error.ts"
import { isFinished } from "#core/tasks/task-record.ts"
import { Cluster } from "./cluster.ts"
import { callNode } from "./node-calls.ts"
import { pollNodeTasks } from "./poll-node-tasks.ts"
import { rememberTaken } from "./taken-tasks.ts"

/** A node answered, but did not do what it was asked to. */
export class NodeRefused extends Data.TaggedError("NodeRefused")<{
  readonly nodeId: string
  readonly reason: string
}> {
  override get message(): string {
    return `${this.nodeId}: ${this.reason}`
  }
}

const pollMs = 20

/** Sends a write of our own (a marker, a copy); returns the node's task uid. */
export const enqueueOnNode = Effect.fnUntraced(function* (
  nodeId: string,
  request: NodeRequest,
): Effect.fn.Return<number, NodeUnreachable | NodeRefused, Cluster | NodeClient> {
  const { state } = yield* Cluster
  // A node that is being taken in has no life yet that its tasks could belong to.
  const incarnation = state.nodes.get(nodeId)?.incarnation ?? null
  const taskUid = taskUidOf(yield* callNode(nodeId, request))
  if (typeof taskUid === "string") return yield* new NodeRefused({ nodeId, reason: taskUid })
  if (incarnation !== null) rememberTaken(state, nodeId, { incarnation, taskUid })
  return taskUid
})

/** Waits until the node has ended a task. A failure with `toleratedCode` counts as success, and with "any" every end does. */
export const awaitNodeTask = Effect.fnUntraced(function* (
  nodeId: string,
  taskUid: number,
  toleratedCode?: string,
): Effect.fn.Return<void, NodeUnreachable | NodeRefused, Cluster | NodeClient> {
  while (true) {
    const task = (yield* pollNodeTasks(nodeId, [taskUid])).get(taskUid)
    if (task?.state !== undefined && isFinished(task.state)) {
      if (task.state === "succeeded" || toleratedCode === "any" || task.error?.code === toleratedCode) return
      return yield* new NodeRefused({ nodeId, reason: `task ${taskUid} ${task.state}: ${task.error?.message ?? ""}` })
    }
    yield* Effect.sleep(pollMs)
  }
})

export const applyOnNode = Effect.fnUntraced(function* (nodeId: string, request: NodeRequest, toleratedCode?: string) {
  const taskUid = yield* enqueueOnNode(nodeId, request)
  yield* awaitNodeTask(nodeId, taskUid, toleratedCode)
})

const taskUidOf = (response: NodeResponse): number | string => {
  // Nodes answer 200, not 202, where tasks are canceled.
  const isTaken = response.status === 202 || response.status === 200
  const body: unknown = isTaken ? JSON.parse(response.body) : null
  const taskUid = isJsonObject(body) ? body["taskUid"] : undefined
  return typeof taskUid === "number"
    ? taskUid
    : `it answered ${response.status} ${readNodeError(response.body)?.message ?? ""}`.trim()
}
