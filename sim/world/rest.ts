import { Effect } from "effect"
import type { StoredState } from "#core/ports/store.ts"
import { divergedKind } from "#core/program/diverged-settings.ts"
import { isJsonObject } from "#core/prelude/json.ts"
import { nextTask } from "../model/model-tasks.ts"
import { leaderOf } from "./leader.ts"
import { type Remaining, reachOf, remainingOf } from "./remaining.ts"
import type { World } from "./world.ts"

/** What still has to come to rest, and what never will because of faults that last. */
export interface Rest {
  readonly left: Array<string>
  /** Why something is not demanded: a few kinds, so that they can be counted. */
  readonly excuses: ReadonlyArray<Excuse>
}

export type Excuse =
  | "a proxy that is gone"
  | "the health of a node that is gone"
  | "a mark of a node that is gone"
  | "a mark in a shard that only nodes have that are gone"
  | "a task in a shard that only nodes have that are gone"
  | "a mark that waits for such a task"
  | "settings on a node that is gone"
  | "tasks of a node that is gone"

/** Something that is not at rest; with an excuse, it need not be. */
interface Restless {
  readonly text: string
  readonly excuse: Excuse | null
}

export const restOf = (world: World): Rest => {
  const remaining = remainingOf(world)
  const all = [...proxiesAtWork(world, remaining), ...nodesAtWork(world, remaining), ...storeAtWork(world, remaining)]
  return {
    left: all.flatMap(({ text, excuse }) => (excuse === null ? [text] : [])),
    excuses: [...new Set(all.flatMap(({ excuse }) => excuse ?? []))],
  }
}

const proxiesAtWork = (world: World, { nodes, proxies }: Remaining): ReadonlyArray<Restless> => [
  ...world.proxies
    .filter((proxy) => !proxies.includes(proxy))
    .map(({ name }): Restless => ({ text: `${name} is gone`, excuse: "a proxy that is gone" })),
  ...proxies
    .filter((proxy) => !proxy.isServing())
    .map(({ name }): Restless => ({ text: `${name} does not serve`, excuse: null })),
  ...(leaderOf({ proxies }) === null ? [{ text: "no proxy leads", excuse: null }] : []),
  ...proxies.flatMap((proxy) =>
    [...(proxy.cluster()?.state.health ?? [])]
      .filter(([, health]) => health.tag !== "up")
      .map(([nodeId, health]): Restless => ({
        text: `${nodeId} is ${health.tag} for ${proxy.name}`,
        excuse: nodes.has(nodeId) ? null : "the health of a node that is gone",
      })),
  ),
]

const nodesAtWork = (world: World, { nodes }: Remaining): ReadonlyArray<Restless> =>
  [...world.nodes.values()]
    .filter((node) => nextTask(node.disk.queue) !== null)
    .map(({ id }) => ({
      text: `${id} still has tasks to apply`,
      excuse: nodes.has(id) ? null : "tasks of a node that is gone",
    }))

const storeAtWork = (world: World, { nodes }: Remaining): ReadonlyArray<Restless> => {
  const stored = Effect.runSync(world.store.truth.loadState)
  const outOfReach = shardsOutOfReach(stored, nodes)
  const isOutOfReach = (physicalUid: string | null, shard: number) => outOfReach.has(`${physicalUid} ${shard}`)
  const unfinished = Effect.runSync(world.store.truth.unfinishedTasks)
  const stuck = unfinished.filter(({ physicalUid, shards }) => shards.some((shard) => isOutOfReach(physicalUid, shard)))
  return [
    ...unfinished.map((task): Restless => ({
      text: `task ${task.uid} (${task.kind} of ${task.physicalUid}) is ${task.state}`,
      excuse: stuck.includes(task) ? "a task in a shard that only nodes have that are gone" : null,
    })),
    ...stored.behind.map(({ nodeId, shard, physicalUid, reason }): Restless => ({
      text: `${nodeId} is behind in shard ${shard} of ${physicalUid}: ${reason}`,
      excuse: !nodes.has(nodeId)
        ? "a mark of a node that is gone"
        : isOutOfReach(physicalUid, shard)
          ? "a mark in a shard that only nodes have that are gone"
          : stuck.some((task) => task.physicalUid === physicalUid)
            ? "a mark that waits for such a task"
            : null,
    })),
    ...stored.records
      .filter(({ kind }) => kind === divergedKind)
      .map(({ key, value }): Restless => {
        const nodeId = isJsonObject(value) ? String(value["nodeId"]) : ""
        const excuse = nodes.has(nodeId) ? null : "settings on a node that is gone"
        return { text: `${key} has settings that must go`, excuse }
      }),
  ]
}

/** `physicalUid shard` of everything that cannot be repaired, or ended, by those that are left. */
export const shardsOutOfReach = (stored: StoredState, nodes: ReadonlySet<string>): ReadonlySet<string> =>
  new Set(
    reachOf(stored, nodes).flatMap(({ physicalUid, shard, isHeld }) => (isHeld ? [] : [`${physicalUid} ${shard}`])),
  )
