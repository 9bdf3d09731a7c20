import { Effect } from "effect"
import { type TaskRecord, isFinished } from "#core/tasks/task-record.ts"
import { NodeRefused } from "./await-node-task.ts"
import { awaitQueue } from "./await-queue.ts"
import type { ClusterState } from "./cluster-state.ts"
import { pollNodeTasks } from "./poll-node-tasks.ts"

/*
 * The last step of a repair: the replica has taken everything, but may not have applied all of it. A reader must not miss there what it was told is
 * done.
 *
 * Before: nothing is left to copy, and the gate of the index is closed.
 * Order: tasks of the index wait for the node from now on → the gate opens → the node applies what it had taken until then → tasks that had ended
 * without it are looked at: nobody else would notice that they failed there.
 * After: the marks may go. However many writes come meanwhile, this takes as long as the queue of the node was.
 * It may be cut off anywhere: tasks then end without the node again.
 */

/** To be called in `marking`, so that no task ends at the same time. */
export const beginCatchUp = ({ catchingUp }: ClusterState, physicalUid: string, nodeId: string): void => {
  const nodes = catchingUp.get(physicalUid)
  if (nodes === undefined) catchingUp.set(physicalUid, new Set([nodeId]))
  else nodes.add(nodeId)
}

export const endCatchUp = ({ catchingUp }: ClusterState, physicalUid: string, nodeId: string): void => {
  const nodes = catchingUp.get(physicalUid)
  nodes?.delete(nodeId)
  if (nodes?.size === 0) catchingUp.delete(physicalUid)
}

/** Whether a task whose end is known must wait for a node that is catching up. */
export const awaitsCatchUp = ({ catchingUp }: ClusterState, { physicalUid, nodeTasks }: TaskRecord): boolean => {
  const nodes = catchingUp.get(physicalUid ?? "")
  return nodes !== undefined && nodeTasks.some((part) => nodes.has(part.nodeId) && !isFinished(part.state))
}

/** Node tasks looked at in one request. */
const lookedAtMost = 200

/** Waits for what the node has taken so far; `taskUids` are those of tasks that have ended without it. */
export const awaitCatchUp = Effect.fnUntraced(function* (
  physicalUid: string,
  nodeId: string,
  taskUids: ReadonlyArray<number>,
) {
  yield* awaitQueue(physicalUid, nodeId)
  for (let at = 0; at < taskUids.length; at += lookedAtMost) {
    const asked = taskUids.slice(at, at + lookedAtMost)
    const answers = yield* pollNodeTasks(nodeId, asked)
    const failed = asked.find((taskUid) => answers.get(taskUid)?.state !== "succeeded")
    if (failed !== undefined)
      return yield* new NodeRefused({
        nodeId,
        reason: `its task ${failed} has not succeeded, and others ended without it`,
      })
  }
})
