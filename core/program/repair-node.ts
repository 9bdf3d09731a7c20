import { Clock, Effect, Result, type Scope } from "effect"
import type { IndexRecord } from "#core/catalogue/index-record.ts"
import { answersOf, initialHealth } from "#core/health/node-health.ts"
import type { NodeClient } from "#core/ports/node-client.ts"
import { type BehindMark, Store } from "#core/ports/store.ts"
import { Cluster } from "./cluster.ts"
import { dropOnNode } from "./drop-on-node.ts"
import type { Follower } from "./follow-tasks.ts"
import { repairFrom } from "./repair-from-source.ts"
import { restoreDiverged } from "./restore-diverged.ts"
import { restoreIndex } from "./restore-index.ts"
import { makeRetryPauses } from "./retry-pauses.ts"
import type { WriteLanes } from "./write.ts"

/*
 * Looks for replicas that are behind, and has each repaired from one that is in sync (repair-from-source.ts): settings first, then documents. Marks
 * without such a source wait for one, and what fails is tried again, less and less often.
 */

/** Pause between two looks at what is behind. */
const repairPauseMs = 250

type Services = Cluster | Follower | NodeClient | Store | WriteLanes

export const repairNodes: Effect.Effect<void, never, Services | Scope.Scope> = Effect.gen(function* () {
  const cluster = yield* Cluster
  for (const nodeId of cluster.state.members.keys()) yield* Effect.forkScoped(repairNode(nodeId))
})

const repairNode = Effect.fnUntraced(function* (nodeId: string) {
  const cluster = yield* Cluster
  // What a proxy that led before has sent may still arrive, and must not do so after the copy.
  yield* Effect.sleep(cluster.term.graceMs)
  const repaired = new Set<string>()
  const pauses = makeRetryPauses()
  while (true) {
    yield* Effect.sleep(repairPauseMs)
    yield* dropDeleted(repaired, nodeId)
    if (!answersOf(cluster.state.health.get(nodeId) ?? initialHealth).mayServeReads) {
      // When it returns, whatever has failed may succeed.
      pauses.forget()
      continue
    }
    yield* restoreDiverged(nodeId, pauses)
    for (const [physicalUid, nodes] of Array.from(cluster.state.behind)) {
      const marks = [...(nodes.get(nodeId)?.values() ?? [])]
      if (marks.length === 0) continue
      repaired.add(physicalUid)
      const startedAtMs = yield* Clock.currentTimeMillis
      if (!pauses.isDue(physicalUid, startedAtMs)) continue
      const outcome = yield* Effect.result(repairReplicas(physicalUid, nodeId, marks))
      const nowMs = yield* Clock.currentTimeMillis
      if (Result.isFailure(outcome)) pauses.failed(physicalUid, nowMs)
      else pauses.succeeded(physicalUid)
      if (Result.isSuccess(outcome) && outcome.success === "nothing to do") continue
      const log = Result.isSuccess(outcome)
        ? Effect.logInfo("replicas repaired").pipe(
            Effect.annotateLogs({ repaired: outcome.success, tookMs: nowMs - startedAtMs }),
          )
        : Effect.logWarning("replicas could not be repaired yet").pipe(
            Effect.annotateLogs({ reason: String(outcome.failure) }),
          )
      yield* log.pipe(Effect.annotateLogs({ node: nodeId, index: physicalUid, shards: marks.length }))
    }
  }
})

/** An index that was deleted while it was repaired may have been made anew by the last copy: it is deleted again, once that is certain. */
const dropDeleted = Effect.fnUntraced(function* (repaired: Set<string>, nodeId: string) {
  const { state } = yield* Cluster
  for (const physicalUid of repaired) {
    const record = state.indexes.get(physicalUid)
    if (record !== undefined && record.deletedBy !== null) continue
    if (record === undefined) yield* dropOnNode(physicalUid, nodeId)
    repaired.delete(physicalUid)
  }
})

/** Returns how many documents were copied or deleted. */
const repairReplicas = Effect.fnUntraced(function* (
  physicalUid: string,
  nodeId: string,
  marks: ReadonlyArray<BehindMark>,
) {
  const cluster = yield* Cluster
  const record = cluster.state.indexes.get(physicalUid)
  if (record === undefined || record.deletedBy !== null) {
    if (record === undefined) yield* cluster.commit({ cleared: marks })
    return "nothing to do"
  }
  const sources = bySource(record, nodeId, marks, cluster)
  if (sources.size === 0) return "nothing to do"
  const restoredAt = yield* (yield* Store).currentVersion
  yield* restoreIndex(record, nodeId)
  let copied = 0
  for (const [sourceId, ofSource] of sources) {
    // Of an index that nobody has seen yet the source may have missed everything that no group took.
    if (cluster.state.indexes.get(physicalUid)?.visible === false) yield* restoreIndex(record, sourceId)
    copied += yield* repairFrom(record, sourceId, nodeId, ofSource, restoredAt)
  }
  return copied
})

/** Marks by the in-sync replica that they are repaired from; a shard without one has to wait. */
const bySource = (
  record: IndexRecord,
  nodeId: string,
  marks: ReadonlyArray<BehindMark>,
  cluster: Cluster["Service"],
): ReadonlyMap<string, ReadonlyArray<BehindMark>> => {
  const mayRead = cluster.mayRead(record)
  const sources = new Map<string, Array<BehindMark>>()
  for (const mark of marks) {
    const holders = Object.values(record.placement).flatMap((shards) => shards[mark.shard] ?? [])
    const source = holders.find((holder) => holder !== nodeId && mayRead(holder, mark.shard))
    if (source === undefined) continue
    const ofSource = sources.get(source)
    if (ofSource === undefined) sources.set(source, [mark])
    else ofSource.push(mark)
  }
  return sources
}
