import type { ClusterRecord } from "#core/ports/store.ts"
import { type ClusterState, recordsOf } from "./cluster-state.ts"

/*
 * Settings that some nodes applied and others refused, because only their documents did not fit. The task has failed, so the nodes that
 * applied them get back what the index had before. Which nodes those are is kept in the store until it is done.
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

/** Whether a node still holds settings that the index does not have. */
export const isDiverged = (state: ClusterState, physicalUid: string, nodeId: string): boolean =>
  recordsOf(state, divergedKind).has(keyOf(physicalUid, nodeId))
