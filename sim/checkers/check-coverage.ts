import type { StoredState } from "#core/ports/store.ts"
import type { Plan } from "../plan/plan.ts"
import type { Attempt, History } from "../world/history.ts"
import { type Failure, broken } from "../world/verdict.ts"
import { type UsedAnswer, degradedShards, say } from "./read-calls.ts"
import { indexRecords } from "./index-records.ts"

/** `each-shard-read-once`, `behind-never-serves` and `coverage-tells-the-truth`: judged by what nodes were asked, not by what came of it. */
export const checkCoverage = (
  history: History,
  plan: Plan,
  stored: StoredState,
  used: ReadonlyMap<number, ReadonlyArray<UsedAnswer>>,
): Failure | null => {
  const records = indexRecords(history, stored)
  for (const attempt of history.attempts) {
    const { do: kind } = attempt.action
    if ((kind !== "list" && kind !== "search") || attempt.response?.status !== 200) continue
    const answers = used.get(attempt.number) ?? []
    const counts = Array.from({ length: plan.fleet.shards }, () => 0)
    for (const { call, shards, physicalUid } of answers) {
      const holds = records.get(physicalUid)?.(call.nodeId) ?? []
      // Without a clause the node answers for all that it holds.
      const read = shards ?? holds
      for (const shard of read) {
        counts[shard] = (counts[shard] ?? 0) + 1
        if (call.behindShards.has(shard))
          return broken("behind-never-serves", `${call.nodeId} was known to be behind in shard ${shard}`, say(attempt))
        if (!holds.includes(shard))
          return broken(
            "each-shard-read-once",
            `${call.nodeId} was asked for shard ${shard}, which it does not hold`,
            say(attempt),
          )
      }
    }
    const failure = judgeCounts(attempt, counts)
    if (failure !== null) return failure
  }
  return null
}

const judgeCounts = (attempt: Attempt, counts: ReadonlyArray<number>): Failure | null => {
  const twice = counts.flatMap((count, shard) => (count > 1 ? [shard] : []))
  if (twice.length > 0)
    return broken("each-shard-read-once", `shards ${twice.join(", ")} were read more than once`, say(attempt))
  const missing = counts.flatMap((count, shard) => (count === 0 ? [shard] : []))
  const said = degradedShards(attempt)
  if (missing.join() !== said.join())
    return broken("coverage-tells-the-truth", `shards not read: ${missing.join()}; said: ${said.join()}`, say(attempt))
  const body = JSON.parse(attempt.response?.body ?? "{}") as { coverage?: { covered: number; full: boolean } }
  const covered = counts.length - missing.length
  if (body.coverage?.covered !== covered || body.coverage.full !== (missing.length === 0))
    return broken(
      "coverage-tells-the-truth",
      `${covered} shards were read; said: ${JSON.stringify(body.coverage)}`,
      say(attempt),
    )
  return null
}
