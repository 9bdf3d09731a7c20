import { Effect } from "effect"
import type { Plan } from "../plan/plan.ts"
import type { Failure } from "../world/verdict.ts"
import type { World } from "../world/world.ts"
import { checkCatalogue } from "./check-catalogue.ts"
import { checkCounts } from "./check-counts.ts"
import { checkCoverage } from "./check-coverage.ts"
import { checkFollowers } from "./check-followers.ts"
import { checkHidden } from "./check-hidden.ts"
import { checkLeftovers } from "./check-leftovers.ts"
import { checkMerge } from "./check-merge.ts"
import { checkReads } from "./check-reads.ts"
import { checkReplicas } from "./check-replicas.ts"
import { checkService } from "./check-service.ts"
import { checkTasks } from "./check-tasks.ts"
import { indexHistories } from "./document-states.ts"
import { usedAnswers } from "./read-calls.ts"

/** The first promise that a run has broken; the most telling ones come first. */
export const judge = (world: World, plan: Plan): Failure | null => {
  const { history } = world
  const stored = Effect.runSync(world.store.truth.loadState)
  const used = usedAnswers(history, plan.fleet.shards)
  const indexes = indexHistories(history)
  return (
    checkTasks(history) ??
    checkHidden(history) ??
    checkCoverage(history, plan, stored, used) ??
    checkCounts(history) ??
    checkFollowers(history, plan, stored) ??
    checkReads(history, plan, indexes, used) ??
    checkCatalogue(stored, indexes) ??
    checkReplicas(world, stored) ??
    checkLeftovers(world, stored) ??
    checkMerge(history, indexes, used) ??
    checkService(world, stored)
  )
}
