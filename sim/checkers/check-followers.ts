import type { StoredState } from "#core/ports/store.ts"
import { epochMs } from "../kernel/kernel.ts"
import { type FaultItem, type Plan, isFault, proxyFaults, storeFaults } from "../plan/plan.ts"
import type { Attempt, History } from "../world/history.ts"
import { type Failure, broken } from "../world/verdict.ts"
import { say } from "./read-calls.ts"

/** A proxy that follows asks four times a second; so much later it has the answer, too, unless something is wrong with it or with the store. */
const followedMs = 1_500
/** A proxy that was started again, or that takes over, builds its term; one that could not reach the store asks again. */
const troubledMs = 6_000

/**
 * `followers-keep-up`: the age of what a proxy knows is bounded. Without that, the other checkers would forgive it everything that is older than
 * its last look: they judge by what it could know. At rest it knows every index.
 */
export const checkFollowers = (history: History, plan: Plan, stored: StoredState): Failure | null => {
  const troubles = plan.items.filter(isFault).filter(concernsFollowing)
  const shownUids = shownSince(history, stored)
  for (const attempt of history.attempts) {
    const { sentMs, knownMs, response } = attempt
    if (response === null || isTroubled(troubles, sentMs - epochMs)) continue
    if (sentMs - knownMs > followedMs)
      return broken("followers-keep-up", `the proxy knew what was stored ${sentMs - knownMs} ms before`, say(attempt))
    const uid = "index" in attempt.action ? attempt.action.index : null
    const shownMs = shownUids.get(uid ?? "") ?? Infinity
    if (isAboutMissingIndex(attempt) && sentMs - shownMs > followedMs)
      return broken("followers-keep-up", `${uid} is there since ${shownMs - epochMs} ms`, say(attempt))
  }
  return null
}

const concernsFollowing = ({ fault }: FaultItem): boolean =>
  [...storeFaults, ...proxyFaults].some((one) => one === fault)

const isTroubled = (troubles: ReadonlyArray<FaultItem>, atMs: number): boolean =>
  atMs < troubledMs || troubles.some((fault) => fault.atMs <= atMs && atMs <= fault.untilMs + troubledMs)

/** When the indexes that are there at the end were made visible for the last time, by the names that clients use. */
const shownSince = (history: History, stored: StoredState): ReadonlyMap<string, number> => {
  const since = new Map<string, number>()
  for (const record of stored.indexes) {
    // One whose deletion has been accepted may be gone from some nodes already.
    if (!record.visible || record.deletedBy !== null) continue
    const changes = history.changes.filter(({ change }) =>
      change.indexes?.some(({ physicalUid }) => physicalUid === record.physicalUid),
    )
    since.set(record.uid, changes.at(-1)?.atMs ?? Infinity)
  }
  return since
}

const isAboutMissingIndex = ({ action, response }: Attempt): boolean =>
  ["list", "search", "get"].includes(action.do) &&
  response?.status === 404 &&
  response.body.includes('"index_not_found"')
