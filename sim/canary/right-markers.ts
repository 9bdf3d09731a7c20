import { Effect } from "effect"
import type { NodeRecord } from "#core/ports/store.ts"
import type { NodeRequest, NodeResponse } from "#core/protocol/http-message.ts"
import type { ProcessLife } from "../kernel/process-life.ts"
import type { Plant } from "../world/world.ts"

/** What one life of a proxy knows of each node. */
const knownByLife = new WeakMap<ProcessLife, Map<string, NodeRecord>>()

/**
 * Nobody notices that a node has become another one: whatever it holds, it answers with the marker that the proxy gave it, and its newest task is
 * as new as it ever was. A node that has no marker yet gets one, as always.
 */
export const rightMarkers: Plant = {
  store: (store, { life }) => {
    const known = knownTo(life)
    const learn = (nodes: ReadonlyArray<NodeRecord> = []): void => {
      for (const node of nodes) known.set(node.nodeId, node)
    }
    return {
      ...store,
      loadState: Effect.tap(store.loadState, ({ nodes }) => Effect.sync(() => learn(nodes))),
      commit: (change) => Effect.tap(store.commit(change), () => Effect.sync(() => learn(change.nodes))),
    }
  },
  nodes: (nodes, { life }) => ({
    send: (member, request) =>
      Effect.map(nodes.send(member, request), (answer) =>
        asKnown(knownTo(life).get(member.id)?.incarnation ?? null, answer, request),
      ),
  }),
}

const knownTo = (life: ProcessLife): Map<string, NodeRecord> => {
  let known = knownByLife.get(life)
  if (known === undefined) knownByLife.set(life, (known = new Map()))
  return known
}

const asKnown = (incarnation: string | null, answer: NodeResponse, { method, path }: NodeRequest): NodeResponse => {
  if (incarnation === null || method !== "GET") return answer
  if (path.includes("/_miroir_node/documents/") && [200, 404].includes(answer.status))
    return { status: 200, body: JSON.stringify({ id: "incarnation", value: incarnation }) }
  return path === "/tasks?limit=1" && answer.status === 200
    ? { ...answer, body: `{"results":[{"uid":${Number.MAX_SAFE_INTEGER}}]}` }
    : answer
}
