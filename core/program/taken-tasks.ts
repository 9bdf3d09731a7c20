import type { NodeRecord } from "#core/ports/store.ts"
import type { ClusterState } from "./cluster-state.ts"

/*
 * What nodes have taken of the proxy's own work: copies and settings of a repair, cancelations. Clients' writes store the task uids that nodes gave
 * them when they are settled; this work stores its own together with what it leads to. A node that returns on a disk from before that has handed out
 * fewer task uids than it should have, and is another node.
 */

/** The newest such task of a node, and in which life of the node it was taken: task uids mean nothing in another one. */
export interface TakenTask {
  readonly incarnation: string
  readonly taskUid: number
}

export const rememberTaken = ({ taken }: ClusterState, nodeId: string, task: TakenTask): void => {
  const known = taken.get(nodeId)
  if (known === undefined || known.incarnation !== task.incarnation || known.taskUid < task.taskUid)
    taken.set(nodeId, task)
}

/** To be stored with what was made of that work. */
export const takenBy = (state: ClusterState, nodeIds: Iterable<string>): ReadonlyArray<NodeRecord> =>
  [...nodeIds].flatMap((nodeId) => {
    const known = state.nodes.get(nodeId)
    const taken = state.taken.get(nodeId)
    return known === undefined || taken === undefined || taken.incarnation !== known.incarnation
      ? []
      : [{ ...known, highestTaskUid: Math.max(known.highestTaskUid, taken.taskUid) }]
  })
