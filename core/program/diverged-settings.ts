import type { ClusterRecord } from "#core/ports/store.ts"
import type { TaskRecord } from "#core/tasks/task-record.ts"
import { nodesOfPlacement } from "#core/topology/topology.ts"
import { type ClusterState, recordsOf } from "./cluster-state.ts"

/*
 * Settings that some nodes applied and others did not: their documents did not fit, or nobody knows which nodes took a change that was lost. The
 * task has failed, so the nodes get back what the index had before. Which nodes those are is kept in the store until it is done.
 */

export const divergedKind = "diverged-settings"

const keyOf = (physicalUid: string, nodeId: string): string => `${physicalUid} ${nodeId}`

export const divergedRecords = (
  state: ClusterState,
  physicalUid: string,
  nodeIds: ReadonlyArray<string>,
): ReadonlyArray<ClusterRecord> =>
  nodeIds.map((nodeId) => {
    const key = keyOf(physicalUid, nodeId)
    const known = recordsOf(state, divergedKind).get(key)
    return {
      kind: divergedKind,
      key,
      value: { physicalUid, nodeId },
      revision: known === undefined ? 0 : known.revision + 1,
    }
  })

/**
 * The nodes that may have applied settings of a task that has failed. Those that refused them have not, unless they got them in another way: a
 * node that was being repaired gets all settings that are accepted, and so does every node with each write to an index that nobody has seen yet.
 */
export const divergedNodes = (
  state: ClusterState,
  task: TaskRecord,
  live: ReadonlyArray<TaskRecord>,
): ReadonlyArray<string> => {
  const record = state.indexes.get(task.physicalUid ?? "")
  if (record === undefined || task.state !== "failed" || task.change?.tag !== "patch-settings") return []
  const isSpread =
    !record.visible && live.some((other) => other.physicalUid === task.physicalUid && other.uid > task.uid)
  const holders = nodesOfPlacement(record.placement)
  if (isSpread) return holders
  const { nodeTasks } = task
  // What makes an index ready on a node brings the same settings once more.
  const hasRefused = (nodeId: string) => {
    const parts = nodeTasks.filter((part) => part.nodeId === nodeId)
    return parts.length > 0 && parts.every((part) => part.state === "failed")
  }
  const wasRepaired = (nodeId: string) => (state.behind.get(record.physicalUid)?.get(nodeId)?.size ?? 0) > 0
  return holders.filter((nodeId) => wasRepaired(nodeId) || !hasRefused(nodeId))
}

/** Whether a node may still hold settings that the index does not have. */
export const isDiverged = (state: ClusterState, physicalUid: string, nodeId: string): boolean =>
  recordsOf(state, divergedKind).has(keyOf(physicalUid, nodeId))
