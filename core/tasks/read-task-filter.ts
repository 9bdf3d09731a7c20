import { invalidIndexUidMessage, isValidIndexUid } from "#core/catalogue/new-index.ts"
import { parseDay, parseInstant } from "#core/prelude/iso-time.ts"
import { notAPositiveInteger } from "#core/protocol/deserr-messages.ts"
import type { TaskFilter } from "./task-filter.ts"
import { type TaskKind, taskKinds, taskStatuses } from "./task-record.ts"

/** `member`: which one of a list with several is wrong. */
export type ReadResult<A> = { readonly value: A } | { readonly reason: string; readonly member?: number }
export type ReadText<A> = (text: string) => ReadResult<A>

interface FilterReader<Field extends keyof TaskFilter> {
  readonly code: string
  readonly field: Field
  readonly read: ReadText<TaskFilter[Field]>
}

const uidMax = 0xffff_ffff

/** An unsigned 32-bit number as the engine reads it: digits, perhaps behind one `+`. */
export const readNumber = (text: string): number | null => {
  const value = /^\+?[0-9]+$/.test(text) ? Number(text) : Number.NaN
  return value <= uidMax ? value : null
}

/** A list with commas: empty members do not count, `*` anywhere means "all", and yet every member must be right. */
const readList =
  <A>(readMember: (text: string) => A | null, refusal: (text: string) => string): ReadText<ReadonlyArray<A> | null> =>
  (text) => {
    const members = text.split(",").filter((member) => member !== "")
    const values: Array<A> = []
    let isStar = false
    for (const [index, member] of members.entries()) {
      if (member === "*") isStar = true
      else {
        const value = readMember(member)
        if (value === null) return { reason: refusal(member), ...(members.length > 1 ? { member: index } : {}) }
        values.push(value)
      }
    }
    return { value: isStar ? null : values }
  }

const readNumbers = readList(readNumber, notAPositiveInteger)

/** The names without regard to case, as the engine compares them. */
const readName =
  <A extends string>(names: ReadonlyArray<A>) =>
  (text: string): A | null =>
    names.find((name) => name.toLowerCase() === text.toLowerCase()) ?? null

const listed = (names: ReadonlyArray<string>): string => names.map((name) => `\`${name}\``).join(", ")

/** v1.21 does not know compaction; its list of types is part of its message. */
const knownKinds: ReadonlyArray<TaskKind> = taskKinds.filter((kind) => kind !== "indexCompaction")

const readKinds = readList(
  readName(knownKinds),
  (text) => `\`${text}\` is not a valid task type. Available types are ${listed(knownKinds)}.`,
)

const readStatuses = readList(
  readName(taskStatuses),
  (text) => `\`${text}\` is not a valid task status. Available statuses are ${listed(taskStatuses)}.`,
)

const readIndexUids = readList((text) => (isValidIndexUid(text) ? text : null), invalidIndexUidMessage)

const msPerDay = 86_400_000

/** A day alone: `before` it has begun, or `after` it has ended. */
const readDate =
  (bound: "after" | "before"): ReadText<number | null> =>
  (text) => {
    if (text === "*") return { value: null }
    const dayMs = parseDay(text)
    const value = dayMs === null ? parseInstant(text) : dayMs + (bound === "after" ? msPerDay : 0)
    if (value !== null) return { value }
    return {
      reason: `\`${text}\` is an invalid date-time. It should follow the YYYY-MM-DD or RFC 3339 date-time format.`,
    }
  }

const reader = <Field extends keyof TaskFilter>(
  field: Field,
  code: string,
  read: ReadText<TaskFilter[Field]>,
): FilterReader<Field> => ({ field, code, read })

/** By the name of the parameter, in the order in which the engine lists them. */
export const readFilterValues = {
  batchUids: reader("batchUids", "invalid_batch_uids", readNumbers),
  uids: reader("uids", "invalid_task_uids", readNumbers),
  canceledBy: reader("canceledBy", "invalid_task_canceled_by", readNumbers),
  types: reader("types", "invalid_task_types", readKinds),
  statuses: reader("statuses", "invalid_task_statuses", readStatuses),
  indexUids: reader("indexUids", "invalid_index_uid", readIndexUids),
  afterEnqueuedAt: reader("afterEnqueuedAtMs", "invalid_task_after_enqueued_at", readDate("after")),
  beforeEnqueuedAt: reader("beforeEnqueuedAtMs", "invalid_task_before_enqueued_at", readDate("before")),
  afterStartedAt: reader("afterStartedAtMs", "invalid_task_after_started_at", readDate("after")),
  beforeStartedAt: reader("beforeStartedAtMs", "invalid_task_before_started_at", readDate("before")),
  afterFinishedAt: reader("afterFinishedAtMs", "invalid_task_after_finished_at", readDate("after")),
  beforeFinishedAt: reader("beforeFinishedAtMs", "invalid_task_before_finished_at", readDate("before")),
}

export type FilterReaders = typeof readFilterValues
