import { unreachable } from "#core/prelude/unreachable.ts"
import type { NodeHealth } from "#core/health/node-health.ts"
import { leaderOf } from "../world/leader.ts"
import type { World } from "../world/world.ts"
import type { StoryEvent } from "./story-event.ts"

/** Nobody is told when the proxy changes its mind about a node: it is looked at this often. */
const lookMs = 5

/** Writes down what the proxy thinks of its nodes, from the first moment at which it knows all of them. */
export const watchWorld = (events: Array<StoryEvent>) => (world: World) => {
  const known = new Map<string, NodeHealth["tag"]>()
  let wasServing = true
  let isStarted = false
  const note = (what: string): void => void events.push({ atMs: world.kernel.nowMs(), who: "noticed", what })

  const look = (): void => {
    world.kernel.after(lookMs, look)
    const state = leaderOf(world)?.state ?? null
    if (!isStarted) isStarted = state !== null && [...state.health.values()].every(({ tag }) => tag === "up")
    if (!isStarted) return
    if (state !== null && !wasServing) {
      note("the proxy has read its store, looked at every node, and serves")
      known.clear()
    }
    wasServing = state !== null
    for (const [nodeId, { tag }] of state?.health ?? []) {
      const before = known.get(nodeId) ?? "up"
      known.set(nodeId, tag)
      if (before !== tag) note(`${nodeId} ${thoughtOf(tag)}`)
    }
  }
  world.kernel.after(lookMs, look)
}

const thoughtOf = (tag: NodeHealth["tag"]): string => {
  switch (tag) {
    case "up":
      return "was recognised: it is read again where it lacks nothing"
    case "slow":
      return "answers too late: it is read where nobody else can be, until it was recognised"
    case "suspect":
      return "does not answer as it should: it is read no more until it was recognised"
    case "down":
      return "is given up: nothing but probes is sent to it"
    default:
      return unreachable(tag)
  }
}
