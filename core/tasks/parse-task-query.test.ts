import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { parseTaskFilter, parseTaskPage } from "./parse-task-query.ts"
import { noTaskFilter } from "./task-filter.ts"

const page = (query: string) => {
  const parsed = parseTaskPage(query)
  return parsed.tag === "parsed" ? parsed.page : parsed.error
}

const pageNames =
  "`limit`, `from`, `reverse`, `batchUids`, `uids`, `canceledBy`, `types`, `statuses`, `indexUids`, `afterEnqueuedAt`, `beforeEnqueuedAt`, `afterStartedAt`, `beforeStartedAt`, `afterFinishedAt`, `beforeFinishedAt`"
const deletionNames = `\`uids\`, \`batchUids\`${pageNames.slice(pageNames.indexOf(", `canceledBy`"))}`
const types =
  "`documentAdditionOrUpdate`, `documentEdition`, `documentDeletion`, `settingsUpdate`, `indexCreation`, `indexDeletion`, `indexUpdate`, `indexSwap`, `taskCancelation`, `taskDeletion`, `dumpCreation`, `snapshotCreation`, `export`, `upgradeDatabase`"

describe("parseTaskPage", () => {
  test("without parameters it is the first twenty, newest first", () => {
    expect(page("")).toEqual({ filter: noTaskFilter, from: null, limit: 20, reverse: false })
  })

  test("every parameter finds its place", () => {
    expect(
      page(
        "limit=3&from=%2B7&reverse=true&uids=1,,2&batchUids=3&canceledBy=4&types=EXPORT&statuses=Failed,canceled&indexUids=a,b-c" +
          "&afterEnqueuedAt=2021-01-01&beforeEnqueuedAt=2021-01-01&afterStartedAt=2021-01-01T00:00:00Z" +
          "&beforeStartedAt=2021-01-01T01:00:00%2B01:00&afterFinishedAt=*&beforeFinishedAt=2021-01-01%2000:00:00.25Z",
      ),
    ).toEqual({
      limit: 3,
      from: 7,
      reverse: true,
      filter: {
        uids: [1, 2],
        batchUids: [3],
        canceledBy: [4],
        types: ["export"],
        statuses: ["failed", "canceled"],
        indexUids: ["a", "b-c"],
        afterEnqueuedAtMs: Date.UTC(2021, 0, 2),
        beforeEnqueuedAtMs: Date.UTC(2021, 0, 1),
        afterStartedAtMs: Date.UTC(2021, 0, 1),
        beforeStartedAtMs: Date.UTC(2021, 0, 1),
        afterFinishedAtMs: null,
        beforeFinishedAtMs: Date.UTC(2021, 0, 1, 0, 0, 0, 250),
        visibleIndexes: null,
      },
    })
  })

  test("a list of uids is read as it was written", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(0xffff_ffff)), (uids) => {
        expect(page(`uids=${uids.join(",")}`)).toMatchObject({ filter: { uids } })
      }),
    )
  })

  test("a star anywhere means all, but its neighbours must be right", () => {
    expect(page("uids=1,*")).toMatchObject({ filter: { uids: null } })
    expect(page("types=a,*")).toMatchObject({ code: "invalid_task_types" })
  })

  test("an empty list matches nothing, which is not the same as no list", () => {
    expect(page("uids=&statuses=,")).toMatchObject({ filter: { uids: [], statuses: [], types: null } })
  })

  test("of a repeated parameter the last value counts", () => {
    expect(page("limit=x&limit=1")).toMatchObject({ limit: 1 })
    expect(page("limit=1&limit=x")).toMatchObject({ code: "invalid_task_limit" })
  })

  test("the first parameter that is wrong is the answer", () => {
    expect(page("limit=x&foo=1")).toMatchObject({ code: "invalid_task_limit" })
    expect(page("foo=1&limit=x")).toMatchObject({ code: "bad_request" })
  })

  // Read from v1.21.0.
  test.each([
    [
      "limit=+3",
      "invalid_task_limit",
      "Invalid value in parameter `limit`: could not parse ` 3` as a positive integer",
    ],
    ["limit", "invalid_task_limit", "Invalid value in parameter `limit`: could not parse `` as a positive integer"],
    [
      "from=4294967296",
      "invalid_task_from",
      "Invalid value in parameter `from`: could not parse `4294967296` as a positive integer",
    ],
    [
      "reverse=TRUE",
      "invalid_task_reverse",
      "Invalid value in parameter `reverse`: could not parse `TRUE` as a boolean, expected either `true` or `false`",
    ],
    ["uids=x", "invalid_task_uids", "Invalid value in parameter `uids`: could not parse `x` as a positive integer"],
    ["uids=x,", "invalid_task_uids", "Invalid value in parameter `uids`: could not parse `x` as a positive integer"],
    [
      "uids=1,,x",
      "invalid_task_uids",
      "Invalid value in parameter `uids[1]`: could not parse `x` as a positive integer",
    ],
    [
      "uids=%e9",
      "invalid_task_uids",
      "Invalid value in parameter `uids`: could not parse `\ufffd` as a positive integer",
    ],
    [
      "batchUids=a",
      "invalid_batch_uids",
      "Invalid value in parameter `batchUids`: could not parse `a` as a positive integer",
    ],
    [
      "canceledBy=a",
      "invalid_task_canceled_by",
      "Invalid value in parameter `canceledBy`: could not parse `a` as a positive integer",
    ],
    [
      "types=foo",
      "invalid_task_types",
      `Invalid value in parameter \`types\`: \`foo\` is not a valid task type. Available types are ${types}.`,
    ],
    [
      "statuses=failed,foo",
      "invalid_task_statuses",
      "Invalid value in parameter `statuses[1]`: `foo` is not a valid task status. Available statuses are `enqueued`, `processing`, `succeeded`, `failed`, `canceled`.",
    ],
    [
      "indexUids=*,é",
      "invalid_index_uid",
      "Invalid value in parameter `indexUids[1]`: `é` is not a valid index uid. Index uid can be an integer or a string containing only alphanumeric characters, hyphens (-) and underscores (_), and can not be more than 512 bytes.",
    ],
    [
      "beforeFinishedAt=2021-1-1",
      "invalid_task_before_finished_at",
      "Invalid value in parameter `beforeFinishedAt`: `2021-1-1` is an invalid date-time. It should follow the YYYY-MM-DD or RFC 3339 date-time format.",
    ],
    ["froM=3", "bad_request", `Unknown parameter \`froM\`: did you mean \`from\`? expected one of ${pageNames}`],
    ["=1", "bad_request", `Unknown parameter \`\`: expected one of ${pageNames}`],
    ["toString=1", "bad_request", `Unknown parameter \`toString\`: expected one of ${pageNames}`],
  ])("refuses %s in the engine's words", (query, code, message) => {
    expect(page(query)).toMatchObject({ code, message })
  })
})

describe("parseTaskFilter", () => {
  test.each(["uids=*", "uids=", "afterEnqueuedAt=*"])("%s is a filter", (query) => {
    expect(parseTaskFilter(query, "delete").tag).toBe("parsed")
  })

  test.each(["cancel", "delete"] as const)("without any parameter nothing is there to %s", (action) => {
    expect(parseTaskFilter("", action)).toMatchObject({
      tag: "refused",
      error: {
        code: "missing_task_filters",
        message: `Query parameters to filter the tasks to ${action} are missing. Available query parameters are: \`uids\`, \`indexUids\`, \`statuses\`, \`types\`, \`canceledBy\`, \`beforeEnqueuedAt\`, \`afterEnqueuedAt\`, \`beforeStartedAt\`, \`afterStartedAt\`, \`beforeFinishedAt\`, \`afterFinishedAt\`.`,
      },
    })
  })

  test("pages cannot be canceled", () => {
    expect(parseTaskFilter("limit=1", "cancel")).toMatchObject({
      tag: "refused",
      error: { code: "bad_request", message: `Unknown parameter \`limit\`: expected one of ${deletionNames}` },
    })
  })
})
