import type { Json, JsonObject } from "#core/prelude/json.ts"
import type { ErrorBody } from "#core/protocol/meilisearch-error.ts"
import { type NodeTask, type TaskRecord, type TaskStatus, isFinished } from "./task-record.ts"

/*
 * From what the nodes say of their parts to what the client sees of the whole.
 * Per shard, not per node: a shard has failed when every replica that counts failed it; where some replicas succeeded,
 * those that failed are behind. A task has failed when one of its shards failed, or when the proxy knew so beforehand.
 * A cancelation may come too late on some nodes. A shard that one replica has applied counts as applied, and the replicas where the write was
 * canceled are behind; a change of the index itself (settings, its existence) that one node has applied counts as applied
 * everywhere, and the others are completed (core/program/complete-canceled.ts).
 * Settings that one node refuses (its documents do not fit them) have failed everywhere, as they would have on one node with all documents.
 * Replicas that are already behind are not waited for: no reader sees them, and a dead node must not hold up a task.
 */

export type FoldedTask =
  | { readonly tag: "unfinished"; readonly status: "enqueued" | "processing" }
  | {
      readonly tag: "finished"
      readonly task: TaskRecord
      readonly failed: ReadonlyArray<FailedReplica>
      /** False where a node that readers may ask could not make the index ready: no shard can be read there. */
      readonly isReady: boolean
    }

/** A replica that did not apply what another replica of the shard applied. */
export interface FailedReplica {
  readonly nodeId: string
  readonly shard: number
  readonly reason: string
}

/** `isBehind`: whether the replica on that node is known to lack a write. */
export const foldTask = (
  task: TaskRecord,
  isBehind: (nodeId: string, shard: number) => boolean,
  nowMs: number,
): FoldedTask => {
  const main = task.nodeTasks.filter((part) => part.role === "main").map((part) => underPrelude(part, task.nodeTasks))
  const awaited = task.nodeTasks.filter((part) => isAwaited(part, isBehind))
  const open = awaited.filter((part) => !isFinished(part.state))
  if (open.length > 0) {
    const isStarted = open.length < awaited.length || open.some((part) => part.state === "processing")
    return { tag: "unfinished", status: isStarted ? "processing" : "enqueued" }
  }
  const refusedSettings = task.kind === "settingsUpdate" ? refusalOf(main, isBehind) : null
  const judged = judgeShards(main, isBehind)
  const failed = refusedSettings === null ? judged.failed : []
  const error = refusedSettings ?? judged.error
  const { canceledShards } = judged
  const finalError = task.verdict ?? error
  const isApplied = refusedSettings === null && isOfWholeIndex(task) && main.some((part) => part.state === "succeeded")
  const isCanceled = error === null && canceledShards > 0 && !isApplied
  const state: TaskStatus = isCanceled ? "canceled" : finalError !== null ? "failed" : "succeeded"
  const startedAtMs = leastOf(main.map((part) => part.startedAtMs)) ?? nowMs
  return {
    tag: "finished",
    failed,
    isReady: !task.nodeTasks.some((part) => isBrokenPrelude(part) && isStillRead(part, failed, isBehind)),
    task: {
      ...task,
      state,
      error: isCanceled ? null : finalError,
      details: foldDetails(task, main, state),
      startedAtMs: Math.max(startedAtMs, task.enqueuedAtMs),
      finishedAtMs: Math.max(
        greatestOf(main.map((part) => part.finishedAtMs)) ?? nowMs,
        startedAtMs,
        task.enqueuedAtMs,
      ),
    },
  }
}

/** On a node where the index could not be made ready nothing has succeeded: without the hidden attributes no shard can be read there. */
const underPrelude = (part: NodeTask, all: ReadonlyArray<NodeTask>): NodeTask => {
  const broken = all.find((other) => other.nodeId === part.nodeId && isBrokenPrelude(other))
  return broken !== undefined && part.state === "succeeded" ? { ...part, state: "failed", error: broken.error } : part
}

const isBrokenPrelude = ({ role, state, error }: NodeTask): boolean =>
  role === "prelude" && state === "failed" && error?.code !== "index_already_exists"

const isStillRead = (
  { nodeId, shards }: NodeTask,
  failed: ReadonlyArray<FailedReplica>,
  isBehind: (nodeId: string, shard: number) => boolean,
): boolean =>
  shards.some(
    (shard) => !isBehind(nodeId, shard) && !failed.some((one) => one.nodeId === nodeId && one.shard === shard),
  )

/** A part is awaited while at least one of its shards is in sync on that node. */
const isAwaited = (part: NodeTask, isBehind: (nodeId: string, shard: number) => boolean): boolean =>
  part.shards.length === 0 || part.shards.some((shard) => !isBehind(part.nodeId, shard))

/** The first error of a node that serves readers. */
const refusalOf = (
  parts: ReadonlyArray<NodeTask>,
  isBehind: (nodeId: string, shard: number) => boolean,
): ErrorBody | null => parts.find((part) => part.state === "failed" && isAwaited(part, isBehind))?.error ?? null

interface Judgement {
  readonly failed: ReadonlyArray<FailedReplica>
  readonly error: ErrorBody | null
  /** Shards that no replica has applied, because their parts were canceled. */
  readonly canceledShards: number
}

const judgeShards = (
  parts: ReadonlyArray<NodeTask>,
  isBehind: (nodeId: string, shard: number) => boolean,
): Judgement => {
  const succeeded = new Set<number>()
  for (const part of parts)
    if (part.state === "succeeded")
      for (const shard of part.shards) if (!isBehind(part.nodeId, shard)) succeeded.add(shard)
  const failed: Array<FailedReplica> = []
  const canceled = new Set<number>()
  let error: ErrorBody | null = null
  for (const part of parts) {
    if (part.state !== "failed" && part.state !== "canceled") continue
    const reason = part.state === "canceled" ? "the write was canceled" : (part.error?.code ?? "node task failed")
    if (part.shards.length === 0) error ??= part.error
    for (const shard of part.shards) {
      if (succeeded.has(shard)) failed.push({ nodeId: part.nodeId, shard, reason })
      else if (isBehind(part.nodeId, shard)) continue
      else if (part.state === "canceled") canceled.add(shard)
      else error ??= part.error
    }
  }
  return { failed, error, canceledShards: canceled.size }
}

/** Whether a task changes the index itself and no documents: it cannot be applied to some shards only. */
export const isOfWholeIndex = (task: TaskRecord): boolean =>
  task.touched.tag === "nothing" && !task.kind.startsWith("document")

/** Counters that only nodes know; every other detail is the proxy's own. */
const countedDetails: ReadonlyArray<string> = ["deletedDocuments", "editedDocuments"]

const foldDetails = (task: TaskRecord, parts: ReadonlyArray<NodeTask>, state: TaskStatus): JsonObject | null => {
  if (task.details === null) return null
  const details: Record<string, Json | undefined> = { ...task.details }
  if (state === "succeeded") Object.assign(details, task.detailsWhenDone)
  for (const name of countedDetails)
    if (details[name] === null) details[name] = state === "succeeded" ? sumOf(parts, name) : uncounted(task, name)
  if (details["indexedDocuments"] === null) details["indexedDocuments"] = 0
  return details
}

/** A failed edition says nothing of deletions (v1.21.0). */
const uncounted = (task: TaskRecord, name: string): number | null =>
  task.kind === "documentEdition" && name === "deletedDocuments" ? null : 0

const sumOf = (parts: ReadonlyArray<NodeTask>, name: string): number => {
  let sum = 0
  for (const part of parts) {
    const value = part.details?.[name]
    if (part.counts && typeof value === "number") sum += value
  }
  return sum
}

const leastOf = (values: ReadonlyArray<number | null>): number | null =>
  values.reduce((least, value) => (least === null || (value !== null && value < least) ? value : least), null)

const greatestOf = (values: ReadonlyArray<number | null>): number | null =>
  values.reduce((most, value) => (most === null || (value !== null && value > most) ? value : most), null)
