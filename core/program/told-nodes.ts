import { askedFeatures, featuresOfNodes } from "./asked-features.ts"
import { type ClusterState, recordsOf } from "./cluster-state.ts"

/*
 * What every node must have been told: the experimental features and the chat workspaces of the cluster. The store says what they are. A change goes
 * to the store and to the nodes that are there; whatever comes in between (a store whose answer is lost, a client that leaves, a lease that is over,
 * a node that is taken in at that moment) leaves a node that was told something else, and its next probe tells it again.
 *
 * A node is forgotten *before* it is sent something, and remembered after it has taken it: what is remembered of a node, it has.
 */

/** The key is the uid; the value is what clients have set of it, `null` where they have reset a member. */
export const workspaceKind = "chat-workspace"

export const isTold = (state: ClusterState, nodeId: string): boolean =>
  state.told.features.get(nodeId) === wantedFeatures(state) &&
  state.told.workspaces.get(nodeId) === wantedWorkspaces(state)

/** The next probe tells the node again what it may have already, and removes the indexes from it that nobody knows. */
export const lookAgain = ({ told }: ClusterState, nodeId: string): void => void told.features.delete(nodeId)

/** Nothing is known any more of what the node has. */
export const forgetTold = ({ told }: ClusterState, nodeId: string): void => {
  told.features.delete(nodeId)
  told.workspaces.delete(nodeId)
}

export const wantedFeatures = (state: ClusterState): string => JSON.stringify(featuresOfNodes(askedFeatures(state)))

/** Before chats are on, nodes cannot be told of workspaces. */
export const wantedWorkspaces = (state: ClusterState): string => {
  if (featuresOfNodes(askedFeatures(state))["chatCompletions"] !== true) return "chats are off"
  const records = [...recordsOf(state, workspaceKind).values()].sort((a, b) => (a.key < b.key ? -1 : 1))
  return JSON.stringify(records.map(({ key, value }) => [key, value]))
}
