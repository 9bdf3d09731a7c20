import { beforeAll, expect, it } from "vitest"
import type { NodeRequest } from "#core/protocol/http-message.ts"
import { type ContractClient, errorOf } from "./contract-client.ts"

const searchMembers =
  "`q`, `vector`, `media`, `hybrid`, `offset`, `limit`, `page`, `hitsPerPage`, `attributesToRetrieve`, `retrieveVectors`, `attributesToCrop`, `cropLength`, `attributesToHighlight`, `showMatchesPosition`, `showRankingScore`, `showRankingScoreDetails`, `filter`, `sort`, `distinct`, `facets`, `highlightPreTag`, `highlightPostTag`, `cropMarker`, `matchingStrategy`, `attributesToSearchOn`, `rankingScoreThreshold`, `locales`"
const badUid =
  "`a b` is not a valid index uid. Index uid can be an integer or a string containing only alphanumeric characters, hyphens (-) and underscores (_), and can not be more than 512 bytes."

type Case = readonly [
  method: NodeRequest["method"],
  path: string,
  body: unknown,
  status: number,
  code: string,
  message: string,
]

const cases: ReadonlyArray<Case> = [
  [
    "POST",
    "/indexes",
    { uidd: "a" },
    400,
    "bad_request",
    "Unknown field `uidd`: did you mean `uid`? expected one of `uid`, `primaryKey`",
  ],
  [
    "POST",
    "/indexes",
    { primaryKey: 3 },
    400,
    "invalid_index_primary_key",
    "Invalid value type at `.primaryKey`: expected a string, but found a positive integer: `3`",
  ],
  ["POST", "/indexes", { uid: "a b" }, 400, "invalid_index_uid", `Invalid value at \`.uid\`: ${badUid}`],
  ["POST", "/indexes", {}, 400, "missing_index_uid", "Missing field `uid`"],
  [
    "PATCH",
    "/indexes/errors",
    { createdAt: 1 },
    400,
    "immutable_index_created_at",
    "Immutable field `createdAt`: expected one of `primaryKey`, `uid`",
  ],
  [
    "GET",
    "/indexes?limi=1",
    undefined,
    400,
    "bad_request",
    "Unknown parameter `limi`: did you mean `limit`? expected one of `offset`, `limit`",
  ],
  [
    "GET",
    "/indexes?limit=x",
    undefined,
    400,
    "invalid_index_limit",
    "Invalid value in parameter `limit`: could not parse `x` as a positive integer",
  ],
  ["GET", "/indexes/none/documents", undefined, 404, "index_not_found", "Index `none` not found."],
  ["GET", "/indexes/none/settings", undefined, 404, "index_not_found", "Index `none` not found."],
  ["POST", "/indexes/none/search", { filter: "a =" }, 404, "index_not_found", "Index `none` not found."],
  ["POST", "/indexes/a%20b/search", {}, 400, "invalid_index_uid", badUid],
  [
    "POST",
    "/indexes/errors/search",
    { foo: 1 },
    400,
    "bad_request",
    `Unknown field \`foo\`: expected one of ${searchMembers}`,
  ],
  [
    "POST",
    "/indexes/errors/search",
    { limit: -1 },
    400,
    "invalid_search_limit",
    "Invalid value type at `.limit`: expected a positive integer, but found a negative integer: `-1`",
  ],
  [
    "POST",
    "/indexes/errors/search",
    { q: 1 },
    400,
    "invalid_search_q",
    "Invalid value type at `.q`: expected a string, but found a positive integer: `1`",
  ],
  [
    "POST",
    "/indexes/errors/search",
    { matchingStrategy: "x" },
    400,
    "invalid_search_matching_strategy",
    "Unknown value `x` at `.matchingStrategy`: expected one of `last`, `all`, `frequency`",
  ],
  [
    "POST",
    "/indexes/errors/search",
    { sort: "a:asc" },
    400,
    "invalid_search_sort",
    'Invalid value type at `.sort`: expected an array, but found a string: `"a:asc"`',
  ],
  [
    "POST",
    "/indexes/errors/search",
    { sort: ["year"] },
    400,
    "invalid_search_sort",
    "Invalid syntax for the sort parameter: expected expression ending by `:asc` or `:desc`, found `year`.",
  ],
  [
    "POST",
    "/indexes/errors/search",
    { sort: ["zz:asc"] },
    400,
    "invalid_search_sort",
    "Index `errors`: Attribute `zz` is not sortable. Available sortable attributes are: `a, b`.",
  ],
  [
    "POST",
    "/indexes/errors/search",
    { facets: ["zz"] },
    400,
    "invalid_search_facets",
    "Invalid facet distribution: Attribute `zz` is not filterable. Available filterable attributes patterns are: `f`.",
  ],
  [
    "POST",
    "/indexes/errors/search",
    { distinct: "zz" },
    400,
    "invalid_search_distinct",
    "Index `errors`: Attribute `zz` is not filterable and thus, cannot be used as distinct attribute. Available filterable attributes patterns are: `f`.",
  ],
  [
    "POST",
    "/indexes/errors/search",
    "[]",
    400,
    "bad_request",
    "Invalid value type: expected an object, but found an array: `[]`",
  ],
  [
    "POST",
    "/indexes/errors/search",
    "{",
    400,
    "malformed_payload",
    "The json payload provided is malformed. `EOF while parsing an object at line 1 column 1`.",
  ],
  [
    "POST",
    "/indexes/errors/documents",
    '{"id":',
    400,
    "malformed_payload",
    "The `json` payload provided is malformed. `Couldn't serialize document value: EOF while parsing a value at line 1 column 6`.",
  ],
  [
    "POST",
    "/indexes/errors/documents",
    "12",
    400,
    "malformed_payload",
    "The `json` payload provided is malformed. `Couldn't serialize document value: data are neither an object nor a list of objects`.",
  ],
  [
    "POST",
    "/indexes/errors/documents?foo=1",
    [],
    400,
    "bad_request",
    "Unknown parameter `foo`: expected one of `primaryKey`, `csvDelimiter`",
  ],
  [
    "POST",
    "/indexes/errors/documents/fetch",
    { fields: "a" },
    400,
    "invalid_document_fields",
    'Invalid value type at `.fields`: expected an array, but found a string: `"a"`',
  ],
  [
    "POST",
    "/indexes/errors/documents/delete",
    { filter: "" },
    400,
    "invalid_document_filter",
    "Sending an empty filter is forbidden.",
  ],
  ["POST", "/indexes/errors/documents/delete", {}, 400, "missing_document_filter", "Missing field `filter`"],
  [
    "POST",
    "/indexes/errors/documents/delete-batch",
    {},
    400,
    "bad_request",
    "Json deserialize error: invalid type: map, expected a sequence at line 1 column 0",
  ],
  [
    "GET",
    "/tasks?statuses=foo",
    undefined,
    400,
    "invalid_task_statuses",
    "Invalid value in parameter `statuses`: `foo` is not a valid task status. Available statuses are `enqueued`, `processing`, `succeeded`, `failed`, `canceled`.",
  ],
  [
    "GET",
    "/tasks?uids=a",
    undefined,
    400,
    "invalid_task_uids",
    "Invalid value in parameter `uids`: could not parse `a` as a positive integer",
  ],
  [
    "POST",
    "/swap-indexes",
    [{ indexes: ["a"] }],
    400,
    "invalid_swap_indexes",
    'Two indexes must be given for each swap. The list `["a"]` contains 1 indexes.',
  ],
]

export const errorCases = ({ call, write }: ContractClient): void => {
  beforeAll(async () => {
    await write("PATCH", "/indexes/errors/settings", { sortableAttributes: ["a", "b"], filterableAttributes: ["f"] })
  })

  it.each(cases)("%s %s with %j is refused with %i %s", async (method, path, body, status, code, message) => {
    expect(await call(method, path, body)).toMatchObject({ status, body: errorOf(code, message) })
  })

  it("a list that holds something else than objects is, oddly, an internal error", async () => {
    expect(await call("POST", "/indexes/errors/documents", "[1]")).toMatchObject({
      status: 500,
      body: errorOf("internal", "invalid type: integer `1`, expected a map at line 1 column 1", "internal"),
    })
  })

  it("an unknown route is 404 and a wrong method 405, both with an empty body", async () => {
    expect(await call("GET", "/nope")).toMatchObject({ status: 404, text: "" })
    expect(await call("PATCH", "/version")).toMatchObject({ status: 405, text: "" })
    expect(await call("POST", "/indexes/errors/settings", {})).toMatchObject({ status: 405, text: "" })
    expect(await call("PUT", "/indexes/errors/settings/typo-tolerance", {})).toMatchObject({ status: 405, text: "" })
  })

  it("missing bodies are said to be missing", async () => {
    expect(await call("POST", "/indexes/errors/documents", "")).toMatchObject({
      status: 400,
      body: errorOf("missing_payload", "A json payload is missing."),
    })
  })
}
