import type Database from "better-sqlite3"
import type { TaskFilter, TaskPage, TaskPageQuery } from "#core/tasks/task-filter.ts"
import type { TaskRecord } from "#core/tasks/task-record.ts"
import { decodeAll } from "./statements.ts"

/** Answers a page inside the caller's transaction, so that `total` and the page tell of one moment. Same meaning as `matchesTask`. */
export const listTasks = (database: Database.Database, query: TaskPageQuery): TaskPage => {
  const filter = conditionsOf(database, query.filter)
  const total = database
    .prepare(`SELECT count(*) FROM tasks${where(filter)}`)
    .pluck()
    .get(...filter.flatMap((one) => one.values)) as number

  const ofPage =
    query.from === null ? filter : [...filter, condition(`uid ${query.reverse ? ">=" : "<="} ?`, query.from)]
  const direction = query.reverse ? "ASC" : "DESC"
  // One more than asked for, to know whether there is a next page. Records are fetched afterwards by uid: sorting must
  // not carry them along.
  const uids = database
    .prepare(`SELECT uid FROM tasks${where(ofPage)} ORDER BY uid ${direction} LIMIT ?`)
    .pluck()
    .all(...ofPage.flatMap((one) => one.values), query.limit + 1) as ReadonlyArray<number>
  const records = database
    .prepare(`SELECT record FROM tasks WHERE uid IN ${anyOfList} ORDER BY uid ${direction}`)
    .pluck()
    .all(JSON.stringify(uids.slice(0, query.limit)))
  return { tasks: decodeAll<TaskRecord>(records), total, next: uids[query.limit] ?? null }
}

interface Condition {
  readonly sql: string
  readonly values: ReadonlyArray<number | string>
}

const condition = (sql: string, ...values: ReadonlyArray<number | string>): Condition => ({ sql, values })

/** A list is bound as one JSON value: SQLite limits the number of parameters, and clients the length of a list not. */
const anyOfList = "(SELECT value FROM json_each(?))"

const where = (conditions: ReadonlyArray<Condition>): string =>
  conditions.length === 0 ? "" : ` WHERE ${conditions.map((one) => one.sql).join(" AND ")}`

/** A comparison with NULL is never true: a task that has not started is neither before nor after any moment. */
const conditionsOf = (database: Database.Database, filter: TaskFilter): ReadonlyArray<Condition> => [
  ...listed("uid", filter.uids),
  ...listed("started_at_ms IS NOT NULL AND uid", filter.batchUids),
  ...listed("canceled_by", filter.canceledBy),
  ...listed("kind", filter.types),
  ...listed("status", filter.statuses),
  ...named(database, filter.indexUids),
  ...compared("enqueued_at_ms >", filter.afterEnqueuedAtMs),
  ...compared("enqueued_at_ms <", filter.beforeEnqueuedAtMs),
  ...compared("started_at_ms >", filter.afterStartedAtMs),
  ...compared("started_at_ms <", filter.beforeStartedAtMs),
  ...compared("finished_at_ms >", filter.afterFinishedAtMs),
  ...compared("finished_at_ms <", filter.beforeFinishedAtMs),
  ...visible(filter.visibleIndexes),
]

/** With `=` for a single value the index also gives the order, so a page of one status reads a page and sorts nothing. */
const listed = (column: string, list: ReadonlyArray<number | string> | null): ReadonlyArray<Condition> => {
  const [only] = list ?? []
  if (list === null) return []
  return list.length === 1 && only !== undefined
    ? [condition(`${column} = ?`, only)]
    : [condition(`${column} IN ${anyOfList}`, JSON.stringify(list))]
}

/** Patterns are names, or beginnings of names with a star behind them. */
const visible = (patterns: ReadonlyArray<string> | null): ReadonlyArray<Condition> => {
  const list = JSON.stringify(patterns)
  return patterns === null
    ? []
    : [condition(matches("index_uid"), list), condition(matches("coalesce(also_index_uid, index_uid)"), list)]
}

const matches = (column: string): string =>
  `EXISTS (SELECT 1 FROM json_each(?) WHERE iif(substr(value, -1) = '*',
     substr(${column}, 1, length(value) - 1) = substr(value, 1, length(value) - 1), ${column} = value))`

/** A task that asks for a new name is found by both. As such tasks are rare, the question after both, which has to sort, is too. */
const named = (database: Database.Database, uids: ReadonlyArray<string> | null): ReadonlyArray<Condition> => {
  if (uids === null) return []
  const list = JSON.stringify(uids)
  const isAsked = database.prepare(`SELECT 1 FROM tasks WHERE also_index_uid IN ${anyOfList} LIMIT 1`).get(list)
  return isAsked === undefined
    ? listed("index_uid", uids)
    : [condition(`(index_uid IN ${anyOfList} OR also_index_uid IN ${anyOfList})`, list, list)]
}

const compared = (comparison: string, value: number | null): ReadonlyArray<Condition> =>
  value === null ? [] : [condition(`${comparison} ?`, value)]
