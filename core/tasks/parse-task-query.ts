import { invalidValue, notABoolean, notAPositiveInteger, unknownParameter } from "#core/protocol/deserr-messages.ts"
import { type ErrorBody, errorBody } from "#core/protocol/meilisearch-error.ts"
import { lastValues, parseQuery } from "#core/protocol/parse-query.ts"
import { type FilterReaders, type ReadText, readFilterValues, readNumber } from "./read-task-filter.ts"
import { noTaskFilter, type TaskFilter, type TaskPageQuery } from "./task-filter.ts"

/** Tasks of a page when the client does not say how many. */
const defaultTaskLimit = 20

/**
 * Query parameters of `GET /tasks`. Parameters are read in the order in which their names first come, and the first
 * mistake is the answer; of a repeated parameter only the last value counts.
 */
export const parseTaskPage = (
  query: string,
):
  { readonly tag: "parsed"; readonly page: TaskPageQuery } | { readonly tag: "refused"; readonly error: ErrorBody } => {
  const read = readParameters(query, { ...pageReaders, ...readFilterValues })
  if ("error" in read) return { tag: "refused", error: read.error }
  const { limit = defaultTaskLimit, from = null, reverse = false, ...filter } = read.values
  return { tag: "parsed", page: { filter: { ...noTaskFilter, ...filter }, from, limit, reverse } }
}

/** Query parameters of `POST /tasks/cancel` and `DELETE /tasks`: at least one must be given, be it `uids=*`. */
export const parseTaskFilter = (
  query: string,
  action: "cancel" | "delete",
): { readonly tag: "parsed"; readonly filter: TaskFilter } | { readonly tag: "refused"; readonly error: ErrorBody } => {
  const read = readParameters(query, deletionReaders)
  if ("error" in read) return { tag: "refused", error: read.error }
  if (Object.keys(read.values).length === 0) return { tag: "refused", error: missingFilters(action) }
  return { tag: "parsed", filter: { ...noTaskFilter, ...read.values } }
}

interface PageValues {
  readonly limit?: number
  readonly from?: number
  readonly reverse?: boolean
}

const readBoolean: ReadText<boolean> = (text) =>
  text === "true" || text === "false" ? { value: text === "true" } : { reason: notABoolean(text) }

const readPositive: ReadText<number> = (text) => {
  const value = readNumber(text)
  return value === null ? { reason: notAPositiveInteger(text) } : { value }
}

const pageReaders = {
  limit: { code: "invalid_task_limit", read: readPositive },
  from: { code: "invalid_task_from", read: readPositive },
  reverse: { code: "invalid_task_reverse", read: readBoolean },
}

/** Here the engine lists `uids` first. */
const { uids, ...otherReaders } = readFilterValues
const deletionReaders = { uids, ...otherReaders }

/** The accepted names are those of the readers, in their order. */
const readParameters = (
  query: string,
  readers: Partial<typeof pageReaders> & FilterReaders,
): { readonly values: PageValues & Partial<TaskFilter> } | { readonly error: ErrorBody } => {
  const values: Record<string, unknown> = {}
  for (const [name, text] of lastValues(parseQuery(query))) {
    const reader = Object.hasOwn(readers, name) ? readers[name as keyof typeof readers] : undefined
    if (reader === undefined) return { error: errorBody("bad_request", unknownParameter(name, Object.keys(readers))) }
    const read = reader.read(text)
    if ("reason" in read) {
      const parameter = read.member === undefined ? name : `${name}[${read.member}]`
      return { error: errorBody(reader.code, invalidValue({ tag: "query", parameter }, read.reason)) }
    }
    values["field" in reader ? reader.field : name] = read.value
  }
  return { values }
}

const missingFilters = (action: "cancel" | "delete"): ErrorBody =>
  errorBody(
    "missing_task_filters",
    `Query parameters to filter the tasks to ${action} are missing. Available query parameters are: \`uids\`, \`indexUids\`, \`statuses\`, \`types\`, \`canceledBy\`, \`beforeEnqueuedAt\`, \`afterEnqueuedAt\`, \`beforeStartedAt\`, \`afterStartedAt\`, \`beforeFinishedAt\`, \`afterFinishedAt\`.`,
  )
