import type { BehindKey } from "#core/ports/store.ts"
import { type StoredChange } from "../world/history.ts"
import { markName } from "../world/model-store.ts"
import type { StoryEvent } from "./story-event.ts"

/** Marks of one node that come within this are one line. */
const togetherMs = 1_000

interface Run {
  readonly atMs: number
  readonly nodeId: string
  readonly isCleared: boolean
  readonly shards: Set<number>
  readonly reasons: Set<string>
}

/** From what was stored: which replicas were found to lack something, and when they were in sync again. */
export const tellMarks = (changes: ReadonlyArray<StoredChange>): ReadonlyArray<StoryEvent> => {
  const behind = new Set<string>()
  const runs: Array<Run> = []
  const add = (atMs: number, { nodeId, shard }: BehindKey, isCleared: boolean, reason: string | null): void => {
    let last = runs.findLast((run) => run.nodeId === nodeId)
    if (last === undefined || last.isCleared !== isCleared || atMs - last.atMs > togetherMs)
      runs.push((last = { atMs, nodeId, isCleared, shards: new Set(), reasons: new Set() }))
    last.shards.add(shard)
    if (reason !== null) last.reasons.add(reason)
  }
  for (const { atMs, change } of changes) {
    for (const key of change.cleared ?? []) if (behind.delete(markName(key))) add(atMs, key, true, null)
    for (const mark of change.behind ?? [])
      if (!behind.has(markName(mark))) {
        behind.add(markName(mark))
        add(atMs, mark, false, mark.reason)
      }
  }
  return runs.map(({ atMs, nodeId, isCleared, shards, reasons }) => {
    const where = `in ${shards.size === 1 ? "shard" : "shards"} ${[...shards].sort((a, b) => a - b).join(", ")}`
    return isCleared
      ? { atMs, who: "repair", what: `${nodeId} has caught up ${where}: it is read there again` }
      : { atMs, who: "noticed", what: `${nodeId} is written down as behind ${where}: ${[...reasons].join("; ")}` }
  })
}
