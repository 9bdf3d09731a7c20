import type { JsonObject } from "#core/prelude/json.ts"
import { type ClusterState, recordsOf } from "./cluster-state.ts"

/** Kind and key of the one record: feature → whether clients have turned it on. */
export const featuresKind = "experimental-features"
export const featuresKey = "asked"

/** What clients have set. */
export const askedFeatures = (state: ClusterState): JsonObject =>
  recordsOf(state, featuresKind).get(featuresKey)?.value ?? {}

export const isAsked = (state: ClusterState, feature: string): boolean => askedFeatures(state)[feature] === true

/**
 * What nodes are told of it. Chats stay on at the nodes once they were on: settings of indexes may name them from then on, and a node where they
 * are off would refuse to take these settings over. The proxy itself keeps clients from them while they are off.
 */
export const featuresOfNodes = (asked: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(asked)
      .filter(([name]) => !keptFromNodes.has(name))
      .map(([name, value]) => [name, name === chats ? true : (value ?? false)]),
  )

/** Whether nodes have the feature on although clients have turned it off. */
export const isOnlyOnNodes = (state: ClusterState, feature: string): boolean =>
  feature === chats && askedFeatures(state)[feature] === false

const chats = "chatCompletions"

/** Features that the proxy turns on for itself alone: what they let a node do would be done by that node, not by the fleet. */
const keptFromNodes: ReadonlySet<string> = new Set(["network", "logsRoute"])
