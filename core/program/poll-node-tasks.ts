import { Effect } from "effect"
import type { NodeClient, NodeUnreachable } from "#core/ports/node-client.ts"
import { parseInstant } from "#core/prelude/iso-time.ts"
import { isJsonObject } from "#core/prelude/json.ts"
import { asErrorBody } from "#core/protocol/node-error.ts"
import { type NodeTask, type TaskStatus, taskStatuses } from "#core/tasks/task-record.ts"
import { Cluster } from "./cluster.ts"
import { callNode, getRequest } from "./node-calls.ts"

/** Node tasks asked for in one request: their uids must fit a request line. */
const tasksPerPoll = 200

/** What a node says of its own tasks, by their uids. Uids that it does not know are missing from the answer. */
export const pollNodeTasks = Effect.fnUntraced(function* (
  nodeId: string,
  uids: ReadonlyArray<number>,
): Effect.fn.Return<ReadonlyMap<number, Partial<NodeTask>>, NodeUnreachable, Cluster | NodeClient> {
  const cluster = yield* Cluster
  const asked = uids.slice(0, tasksPerPoll)
  const answers = new Map<number, Partial<NodeTask>>()
  if (asked.length === 0) return answers
  const path = `/tasks?limit=${asked.length}&uids=${asked.join(",")}`
  const response = yield* callNode(nodeId, getRequest(path, cluster.options.healthTimeoutMs))
  if (response.status !== 200) return answers
  const body: unknown = JSON.parse(response.body)
  const results = isJsonObject(body) ? body["results"] : undefined
  for (const task of Array.isArray(results) ? results : []) {
    if (!isJsonObject(task) || typeof task["uid"] !== "number") continue
    const state = taskStatuses.find((status): status is TaskStatus => status === task["status"])
    if (state === undefined) continue
    answers.set(task["uid"], {
      state,
      details: isJsonObject(task["details"]) ? task["details"] : null,
      error: isJsonObject(task["error"]) ? asErrorBody(task["error"]) : null,
      startedAtMs: instantOf(task["startedAt"]),
      finishedAtMs: instantOf(task["finishedAt"]),
    })
  }
  return answers
})

const instantOf = (value: unknown): number | null => (typeof value === "string" ? parseInstant(value) : null)
