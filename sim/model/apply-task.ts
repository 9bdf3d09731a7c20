import type { JsonObject } from "#core/prelude/json.ts"
import { invariant } from "#core/prelude/invariant.ts"
import { unreachable } from "#core/prelude/unreachable.ts"
import { documentId, inferPrimaryKey } from "./document-ids.ts"
import { filterDocuments } from "./filter-documents.ts"
import {
  clearDocuments,
  createModelIndex,
  dropDocument,
  findDocument,
  freeNumbers,
  type ModelIndex,
  putDocument,
} from "./model-index.ts"
import { changeSettings } from "./model-settings.ts"
import type { ModelTask, TaskQueue, Work } from "./model-tasks.ts"
import { Refusal, refuse } from "./refusal.ts"
import type { RawObject } from "./raw-json.ts"

export interface TaskScope {
  readonly indexes: Map<string, ModelIndex>
  readonly queue: TaskQueue
}

/** Runs a task to its end. It succeeds as a whole or changes nothing but the existence of the index. */
export const applyTask = (scope: TaskScope, task: ModelTask, nowMs: number): void => {
  invariant(task.status === "enqueued", "tasks-run-once", `task ${task.uid} would be applied twice`)
  task.batchUid = scope.queue.nextBatchUid++
  task.startedAtMs = nowMs
  try {
    const details = applyWork(scope, task, nowMs)
    task.details = { ...task.details, ...details }
    task.status = "succeeded"
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    task.details = zeroCounters(task.details)
    task.error = error.body
    task.status = "failed"
  }
  task.finishedAtMs = nowMs
}

const applyWork = (scope: TaskScope, task: ModelTask, nowMs: number): JsonObject => {
  const { work } = task
  const uid = task.indexUid ?? ""
  switch (work.tag) {
    case "addDocuments":
      return addDocuments(indexOrNew(scope, uid, nowMs), work, nowMs)
    case "deleteIds": {
      const index = existingIndex(scope, uid)
      const deletedDocuments = work.ids.filter((id) => dropDocument(index, id)).length
      index.updatedAtMs = nowMs
      return { deletedDocuments }
    }
    case "deleteByFilter": {
      const index = existingIndex(scope, uid)
      const doomed = filterDocuments(index, work.filter, "invalid_document_filter", `Index \`${uid}\`: `)
      for (const document of doomed) dropDocument(index, document.id)
      index.updatedAtMs = nowMs
      return { deletedDocuments: doomed.length }
    }
    case "clearDocuments": {
      const index = existingIndex(scope, uid)
      index.updatedAtMs = nowMs
      return { deletedDocuments: clearDocuments(index) }
    }
    case "changeSettings": {
      const index = work.isReset ? existingIndex(scope, uid) : indexOrNew(scope, uid, nowMs)
      index.settings = changeSettings(index.settings, work.change)
      index.words = null
      index.updatedAtMs = nowMs
      return {}
    }
    case "createIndex": {
      if (scope.indexes.has(uid)) return refuse("index_already_exists", `Index \`${uid}\` already exists.`)
      scope.indexes.set(uid, createModelIndex(work.primaryKey, nowMs))
      return {}
    }
    case "updateIndex":
      return updateIndex(scope, uid, work, nowMs)
    case "deleteIndex": {
      const count = existingIndex(scope, uid).numberOf.size
      scope.indexes.delete(uid)
      return { deletedDocuments: count }
    }
    case "swapIndexes":
      return swapIndexes(scope, work.pairs)
    case "cancelTasks":
      return { canceledTasks: cancelTasks(scope.queue, work.uids, task.uid, nowMs) }
    case "deleteTasks": {
      const before = scope.queue.tasks.length
      scope.queue.tasks = scope.queue.tasks.filter(
        (other) => !work.uids.includes(other.uid) || other.status === "enqueued" || other.status === "processing",
      )
      return { deletedTasks: before - scope.queue.tasks.length }
    }
    default:
      return unreachable(work)
  }
}

const existingIndex = (scope: TaskScope, uid: string): ModelIndex =>
  scope.indexes.get(uid) ?? refuse("index_not_found", `Index \`${uid}\` not found.`)

const indexOrNew = (scope: TaskScope, uid: string, nowMs: number): ModelIndex => {
  const index = scope.indexes.get(uid) ?? createModelIndex(null, nowMs)
  scope.indexes.set(uid, index)
  return index
}

/** All ids are checked before the first document is stored: one bad document fails the whole task. */
const addDocuments = (index: ModelIndex, work: Extract<Work, { tag: "addDocuments" }>, nowMs: number): JsonObject => {
  const { documents } = work
  if (work.primaryKey !== null && index.primaryKey !== null && work.primaryKey !== index.primaryKey) {
    return refuse("index_primary_key_already_exists", `Index already has a primary key: \`${index.primaryKey}\`.`)
  }
  const primaryKey =
    index.primaryKey ?? work.primaryKey ?? (documents[0] === undefined ? null : inferPrimaryKey(documents[0]))
  const ids = documents.map((document) => documentId(document, primaryKey ?? ""))
  index.primaryKey = primaryKey
  index.updatedAtMs = nowMs
  const numbers = freeNumbers(index)
  for (const [at, given] of documents.entries()) {
    const id = ids[at]!
    const before = findDocument(index, id)
    const content = work.isPartial && before !== null ? mergeMembers(before.content, given) : given
    putDocument(index, { number: before?.number ?? numbers.next().value, id, content })
  }
  return { indexedDocuments: new Set(ids).size }
}

/** Only the top level is merged: a nested object is replaced. */
const mergeMembers = (before: RawObject, given: RawObject): RawObject => new Map([...before, ...given])

const updateIndex = (
  scope: TaskScope,
  uid: string,
  work: Extract<Work, { tag: "updateIndex" }>,
  nowMs: number,
): JsonObject => {
  const index = existingIndex(scope, uid)
  const { primaryKey, newUid } = work
  if (primaryKey !== null && index.primaryKey !== null && index.primaryKey !== primaryKey && index.numberOf.size > 0) {
    return refuse(
      "index_primary_key_already_exists",
      `Index \`${uid}\`: Index already has a primary key: \`${index.primaryKey}\`.`,
    )
  }
  if (newUid !== null && scope.indexes.has(newUid))
    return refuse("index_already_exists", `Index \`${newUid}\` already exists.`)
  if (newUid !== null) {
    scope.indexes.delete(uid)
    scope.indexes.set(newUid, index)
  }
  index.primaryKey = primaryKey ?? index.primaryKey
  index.updatedAtMs = nowMs
  return {}
}

const swapIndexes = (scope: TaskScope, pairs: ReadonlyArray<readonly [string, string]>): JsonObject => {
  const missing = pairs.flat().filter((uid) => !scope.indexes.has(uid))
  if (missing.length === 1) return refuse("index_not_found", `Index \`${missing[0]}\` not found.`)
  if (missing.length > 1)
    return refuse("index_not_found", `Indexes ${missing.map((uid) => `\`${uid}\``).join(", ")} not found.`)
  for (const [left, right] of pairs) {
    const kept = existingIndex(scope, left)
    scope.indexes.set(left, existingIndex(scope, right))
    scope.indexes.set(right, kept)
  }
  return {}
}

const cancelTasks = (queue: TaskQueue, uids: ReadonlyArray<number>, by: number, nowMs: number): number => {
  const doomed = queue.tasks.filter((task) => uids.includes(task.uid) && task.status === "enqueued")
  for (const task of doomed) {
    Object.assign(task, {
      status: "canceled",
      canceledBy: by,
      finishedAtMs: nowMs,
      startedAtMs: nowMs,
      details: zeroCounters(task.details),
    })
  }
  return doomed.length
}

/** Counters that were never computed become 0. */
const counters = ["indexedDocuments", "deletedDocuments", "canceledTasks", "deletedTasks"]

const zeroCounters = (details: JsonObject | null): JsonObject | null =>
  details === null
    ? null
    : Object.fromEntries(
        Object.entries(details).map(([key, value]) => [key, counters.includes(key) ? (value ?? 0) : value]),
      )
