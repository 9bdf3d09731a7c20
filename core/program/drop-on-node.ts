import { Effect, Fiber, Queue, type Scope } from "effect"
import type { NodeClient } from "#core/ports/node-client.ts"
import type { TaskRecord } from "#core/tasks/task-record.ts"
import { nodesOfPlacement } from "#core/topology/topology.ts"
import { awaitNodeTask, enqueueOnNode } from "./await-node-task.ts"
import { Cluster } from "./cluster.ts"
import { laneOf } from "./lanes.ts"
import { getRequest } from "./node-calls.ts"
import { lookAgain } from "./told-nodes.ts"
import { WriteLanes } from "./write.ts"

/**
 * Deletes an index from a node that the catalogue no longer knows, behind everything that was sent to it. Never fails: a node that does
 * not take it now is looked through with its next probe.
 */
export const dropOnNode = Effect.fnUntraced(function* (
  physicalUid: string,
  nodeId: string,
): Effect.fn.Return<void, never, Cluster | NodeClient | WriteLanes> {
  const cluster = yield* Cluster
  const lanes = yield* WriteLanes
  if (!cluster.mustReceiveWrites(nodeId)) return
  const request = getRequest(`/indexes/${physicalUid}`, cluster.options.writeTimeoutMs)
  const sent = yield* lanes.put(laneOf(physicalUid, nodeId), enqueueOnNode(nodeId, { ...request, method: "DELETE" }))
  const dropped = Effect.flatMap(Fiber.join(sent), (taskUid) => awaitNodeTask(nodeId, taskUid, "index_not_found"))
  const later = () => Effect.sync(() => lookAgain(cluster.state, nodeId))
  yield* Effect.forkDetach(Effect.catch(dropped, later))
})

/** Indexes that wait to be deleted, each on one node; beyond that a node is looked through. */
const waitingMax = 10_000

/** Deletes every index that leaves the catalogue from the nodes that were not seen to delete it, until the scope closes. */
export const dropRemovedIndexes: Effect.Effect<void, never, Cluster | NodeClient | WriteLanes | Scope.Scope> =
  Effect.gen(function* () {
    const cluster = yield* Cluster
    const waiting = yield* Queue.dropping<readonly [physicalUid: string, nodeId: string]>(waitingMax)
    cluster.onIndexesRemoved((records, tasks) => {
      for (const { physicalUid, placement } of records) {
        const deleted = nodesThatDeleted(tasks.find((task) => task.physicalUid === physicalUid))
        for (const nodeId of nodesOfPlacement(placement))
          if (!deleted.has(nodeId) && !Queue.offerUnsafe(waiting, [physicalUid, nodeId]))
            lookAgain(cluster.state, nodeId)
      }
    })
    const next = Effect.flatMap(Queue.take(waiting), ([physicalUid, nodeId]) => dropOnNode(physicalUid, nodeId))
    yield* Effect.forkScoped(Effect.forever(next))
  })

const nodesThatDeleted = (task: TaskRecord | undefined): ReadonlySet<string> =>
  new Set(
    task?.change?.tag !== "drop-index"
      ? []
      : task.nodeTasks.filter((part) => part.state === "succeeded").map((part) => part.nodeId),
  )
