import { isJsonObject, type Json } from "#core/prelude/json.ts"
import type { TaskRecord } from "./task-record.ts"

/**
 * The task as it looks after two names of indexes have changed places: what is told of an index moves with it to its new name. Names inside
 * of the details stay, except in swaps, as upstream does it (v1.21.0). `isOneWay`: only tasks that have the first name are looked at.
 */
export const withSwappedNames = (task: TaskRecord, names: readonly [string, string], isOneWay: boolean): TaskRecord => {
  const [one, other] = names
  const swapped = (uid: string): string => (uid === one ? other : uid === other ? one : uid)
  const swaps = task.kind === "indexSwap" ? task.details?.["swaps"] : undefined
  if (isOneWay && ![task.indexUid, task.alsoIndexUid, ...namesIn(swaps)].includes(one)) return task
  return {
    ...task,
    indexUid: task.indexUid === null ? null : swapped(task.indexUid),
    ...(task.alsoIndexUid === undefined ? {} : { alsoIndexUid: swapped(task.alsoIndexUid) }),
    ...(Array.isArray(swaps)
      ? { details: { ...task.details, swaps: swaps.map((swap) => swapIn(swap, swapped)) } }
      : {}),
  }
}

const namesIn = (swaps: Json | undefined): ReadonlyArray<Json> =>
  Array.isArray(swaps) ? swaps.flatMap((swap) => (isJsonObject(swap) ? (swap["indexes"] as Json) : [])) : []

const swapIn = (swap: Json, swapped: (uid: string) => string): Json => {
  const indexes = isJsonObject(swap) ? swap["indexes"] : undefined
  return isJsonObject(swap) && Array.isArray(indexes)
    ? {
        ...(swap as Record<string, Json>),
        indexes: indexes.map((uid) => (typeof uid === "string" ? swapped(uid) : uid)),
      }
    : swap
}
