import { Effect } from "effect"
import type { IndexRecord } from "#core/catalogue/index-record.ts"
import { type BehindMark, Store } from "#core/ports/store.ts"
import { type ResyncScope, planResync } from "#core/repair/plan-resync.ts"
import { concerns, isOnTarget, openOnTarget, uncopiedWrites } from "#core/repair/uncopied-writes.ts"
import { shardOf } from "#core/routing/hash-document-id.ts"
import type { TaskRecord } from "#core/tasks/task-record.ts"
import { type RepairPath, awaitApplied, awaitSettled } from "./await-applied.ts"
import { NodeRefused } from "./await-node-task.ts"
import { awaitCatchUp, beginCatchUp, endCatchUp } from "./catch-up.ts"
import { Cluster } from "./cluster.ts"
import { isBehind } from "./cluster-state.ts"
import { copyDocuments } from "./copy-documents.ts"
import { Follower } from "./follow-tasks.ts"
import { withIndexGate } from "./index-gates.ts"
import { takenBy } from "./taken-tasks.ts"

/*
 * Makes replicas that are behind equal to one that is in sync, and clears their marks.
 *
 * Before: the marks say since when. The node is up and receives all new writes.
 * Order: settings → rounds of copying, each of what was missed or may have been overwritten since the round before → with the gate of the index closed,
 * nothing is left to copy → the target catches up (catch-up.ts) → the marks are cleared.
 * A copy may overwrite a newer write that reached the target first: that write was intended after the round began, so the next round
 * looks at its documents again. All other writes reach the target as they reach every replica, and need no copy (uncopied-writes.ts): however many
 * there are, repair ends. A source that missed a write meanwhile is a source no more: nothing is cleared on its word. Versions do not say who is right:
 * a later partial update can hide an earlier one that was missed.
 * After: every later write finds the replica in sync and waits for it.
 * It may be cut off anywhere: the marks stay until the end, and a copy can be repeated.
 */

/** After so many rounds, what is left to copy is copied while writes of the index are held. */
const roundsMax = 4
/** Writes are held no longer than this; then they go on and the repair begins again. */
const holdMaxMs = 10_000

/** Returns how many documents were copied or deleted. */
export const repairFrom = Effect.fnUntraced(function* (
  record: IndexRecord,
  sourceId: string,
  targetId: string,
  marks: ReadonlyArray<BehindMark>,
  restoredAt: number,
) {
  const cluster = yield* Cluster
  const store = yield* Store
  const shards = marks.map((mark) => mark.shard)
  const path: RepairPath = { sourceId, targetId, shards }
  const since = Math.min(...marks.map((mark) => mark.sinceVersion))
  const scopesOf = (writes: Parameters<typeof planResync>[2], sinceOf: (mark: BehindMark) => number) =>
    new Map(
      marks.map((mark) => [
        mark.shard,
        planResync(mark.shard, sinceOf(mark), writes, (id) => shardOf(id, record.shardCount)),
      ]),
    )

  const { live } = yield* Follower
  let copied = 0
  /** What the last round has copied, or could not compare. */
  let unsettled: ReadonlySet<string> = new Set()
  // Before the log is read: a write that comes in between belongs to the next round.
  let watermark = yield* store.currentVersion
  let copiedTo = 0
  let scopes: ReadonlyMap<number, ResyncScope> = scopesOf(
    since === 0 ? [] : yield* store.writesSince(record.physicalUid, since),
    (mark) => mark.sinceVersion,
  )
  // The source may itself miss a write while it is copied from: its own mark is set before the client of that write is answered.
  const sourceIsInSync = Effect.suspend(() =>
    shards.some((shard) => isBehind(cluster.state, record.physicalUid, sourceId, shard))
      ? new NodeRefused({ nodeId: sourceId, reason: "it fell behind while it was copied from" })
      : Effect.void,
  )
  const incarnationOf = () => cluster.state.nodes.get(targetId)?.incarnation ?? null
  const incarnation = incarnationOf()
  // An earlier write may have been found missing on the target meanwhile, and what was copied is gone where it came back as another node.
  const marksReachNoFurther = Effect.suspend(() => {
    if (incarnationOf() !== incarnation)
      return new NodeRefused({ nodeId: targetId, reason: "it came back as another one" })
    const known = cluster.state.behind.get(record.physicalUid)?.get(targetId)
    return marks.some((mark) => (known?.get(mark.shard)?.sinceVersion ?? mark.sinceVersion) < mark.sinceVersion)
      ? new NodeRefused({ nodeId: targetId, reason: "it lacks earlier writes, too" })
      : Effect.void
  })
  // A change of the index that the target may have missed since its settings were restored has no documents that could be copied.
  const indexIsUnchanged = Effect.flatMap(store.writesSince(record.physicalUid, restoredAt + 1), (writes) =>
    writes.some((task) => task.change !== null && !hasTaken(task, targetId))
      ? new NodeRefused({ nodeId: targetId, reason: "the index was changed while it was copied to" })
      : Effect.void,
  )
  /** With what is known of their node tasks by now. */
  const writesAfter = (version: number) =>
    Effect.map(store.writesSince(record.physicalUid, version + 1), (writes) =>
      writes.map((write) => live(write.uid) ?? write),
    )
  const copy = Effect.gen(function* () {
    const outcome = yield* copyDocuments(record, sourceId, targetId, scopes)
    copied += outcome.changed
    unsettled = outcome.unsettled
    copiedTo = watermark
  })
  /** `ended`: what has ended without the target and was looked at. A write that is not settled yet will find the target in sync, or put it behind. */
  const targetHasAll = (ended: ReadonlyArray<number>) =>
    Effect.flatMap(writesAfter(copiedTo), (writes) => {
      const settled = writes.filter((write) => write.state !== "dispatching" && concerns(write, path))
      const isKnown = openOnTarget(settled, path).every((taskUid) => ended.includes(taskUid))
      return isKnown && settled.every((write) => isOnTarget(write, path))
        ? Effect.void
        : new NodeRefused({ nodeId: targetId, reason: "it missed or failed a write while it caught up" })
    })
  const clear = (ended: ReadonlyArray<number>) =>
    cluster.marking(
      Effect.gen(function* () {
        yield* sourceIsInSync
        yield* marksReachNoFurther
        yield* indexIsUnchanged
        yield* targetHasAll(ended)
        yield* cluster.commit({ cleared: marks, nodes: takenBy(cluster.state, [targetId]) })
      }),
    )
  const begin = cluster.marking(
    Effect.gen(function* () {
      beginCatchUp(cluster.state, record.physicalUid, targetId)
      return openOnTarget(yield* writesAfter(copiedTo), path)
    }),
  )
  /** What has ended without the target, or null when another round is needed. */
  const endRound = (isLast: boolean) =>
    Effect.gen(function* () {
      watermark = yield* store.currentVersion
      if (isLast) yield* awaitSettled(record, path, watermark)
      scopes = scopesOf(uncopiedWrites(yield* writesAfter(copiedTo), unsettled, path), () => copiedTo + 1)
      if (!isEmpty(scopes)) {
        if (!isLast) return null
        yield* awaitApplied(record, path, watermark)
        yield* copy
        yield* Effect.logInfo("writes were held for the last round of a repair").pipe(Effect.annotateLogs({ shards }))
      }
      return yield* begin
    })

  const repair = Effect.gen(function* () {
    for (let round = 1; ; round++) {
      yield* awaitApplied(record, path, watermark)
      yield* sourceIsInSync
      yield* copy
      const end = round < roundsMax ? endRound(false) : Effect.timeout(endRound(true), holdMaxMs)
      const ended = yield* withIndexGate(record.physicalUid, end)
      if (ended === null) continue
      yield* awaitCatchUp(record.physicalUid, targetId, ended)
      yield* clear(ended)
      return copied
    }
  })
  return yield* Effect.ensuring(
    repair,
    Effect.sync(() => endCatchUp(cluster.state, record.physicalUid, targetId)),
  )
})

const hasTaken = (task: TaskRecord, nodeId: string): boolean =>
  task.nodeTasks.some((part) => part.nodeId === nodeId && part.role === "main" && part.state === "succeeded")

const isEmpty = (scopes: ReadonlyMap<number, ResyncScope>): boolean =>
  [...scopes.values()].every((scope) => scope.tag === "ids" && scope.ids.length === 0)
