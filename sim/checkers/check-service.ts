import type { StoredState } from "#core/ports/store.ts"
import type { Attempt, History } from "../world/history.ts"
import { remainingOf } from "../world/remaining.ts"
import { shardsOutOfReach } from "../world/rest.ts"
import type { Failure } from "../world/verdict.ts"
import type { World } from "../world/world.ts"
import { isRead } from "../workload/request-of.ts"
import { degradedShards, say } from "./read-calls.ts"

/**
 * `remaining-serve`: at rest, whoever is left answers every read whole and takes writes, also when others are gone for good. Excused is an index of
 * which only those that are gone have some shard.
 */
export const checkService = (world: World, stored: StoredState): Failure | null => {
  const outOfReach = shardsOutOfReach(stored, remainingOf(world).nodes)
  const excused = new Set(
    stored.indexes
      .filter(({ physicalUid, shardCount }) =>
        Array.from({ length: shardCount }, (_, shard) => `${physicalUid} ${shard}`).some((key) => outOfReach.has(key)),
      )
      .map(({ uid }) => uid),
  )
  for (const attempt of lastClosing(world.history)) {
    const { action } = attempt
    if ("index" in action && excused.has(action.index)) continue
    const fact = isRead(action) ? mistakeOfRead(attempt) : mistakeOfWrite(attempt, world.history)
    if (fact !== null) return { kind: "liveness", invariant: "remaining-serve", facts: [fact, say(attempt)] }
  }
  return null
}

/** Of each thing that was asked at the end, the last attempt. */
const lastClosing = (history: History): ReadonlyArray<Attempt> => [
  ...new Map(
    history.attempts.filter(({ isClosing }) => isClosing).map((one) => [JSON.stringify(one.action), one]),
  ).values(),
]

const mistakeOfRead = (attempt: Attempt): string | null => {
  const { response } = attempt
  if (response === null || response.status === 429 || response.status >= 500)
    return `a read at rest was answered ${response?.status ?? "not at all"}`
  const missing = response.status === 200 ? degradedShards(attempt) : []
  return missing.length === 0 ? null : `a read at rest lacks shards ${missing.join(", ")}`
}

const mistakeOfWrite = ({ response }: Attempt, { tasks }: History): string | null => {
  if (response?.status !== 202) return `a write at rest was answered ${response?.status ?? "not at all"}`
  const { taskUid } = JSON.parse(response.body) as { readonly taskUid: number }
  const state = tasks.get(taskUid)?.at(-1)?.task.state
  return state === "succeeded" ? null : `a write at rest has ${state}`
}
