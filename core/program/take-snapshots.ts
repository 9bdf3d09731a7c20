import { Effect } from "effect"
import { awaitNodeTask, enqueueOnNode } from "./await-node-task.ts"
import { taskFailed } from "./fleet-task-failed.ts"
import { Cluster } from "./cluster.ts"

/**
 * `snapshotCreation`: every node of the fleet takes its own, in its own folder. They are no snapshot of one moment, and each can only be
 * given back to a node of the same engine version. A fleet with a node that is away has no snapshot: the task fails and names it.
 */
export const takeSnapshots = Effect.gen(function* () {
  const cluster = yield* Cluster
  const timeoutMs = cluster.options.writeTimeoutMs
  const request = { method: "POST", path: "/snapshots", body: null, contentType: null, timeoutMs } as const
  const nodeIds = [...cluster.state.members.keys()]
  const away = nodeIds.filter((nodeId) => !cluster.mustReceiveWrites(nodeId))
  if (away.length > 0) return yield* taskFailed("internal", `Some nodes cannot take a snapshot now: ${away.length}.`)
  const snapshotOf = (nodeId: string) =>
    Effect.flatMap(enqueueOnNode(nodeId, request), (taskUid) => awaitNodeTask(nodeId, taskUid))
  yield* Effect.forEach(nodeIds, snapshotOf, { concurrency: "unbounded", discard: true }).pipe(
    Effect.mapError(({ reason }) => taskFailed("internal", `A node did not take a snapshot: ${reason}`)),
  )
  return null
})
