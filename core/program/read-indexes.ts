import { Effect } from "effect"
import { maySeeIndex } from "#core/access/caller.ts"
import type { IndexRecord } from "#core/catalogue/index-record.ts"
import { formatMoment } from "#core/prelude/iso-time.ts"
import type { JsonObject } from "#core/prelude/json.ts"
import type { ApiRequest, ApiResponse } from "#core/protocol/http-message.ts"
import { parseQuery } from "#core/protocol/parse-query.ts"
import { readFetchBody } from "#core/routing/fetch-request.ts"
import { readParameters } from "#core/routing/read-parameters.ts"
import { askNode, askNodeForError } from "./ask-node-for-error.ts"
import { Cluster } from "./cluster.ts"
import { CurrentCaller } from "./current-caller.ts"
import { jsonResponse } from "./respond.ts"

/** `GET /indexes`, from the catalogue. */
export const listIndexes = Effect.fnUntraced(function* (request: ApiRequest) {
  const cluster = yield* Cluster
  const asked = readParameters(parseQuery(request.query), { offset: "count", limit: "count" })
  const page = asked === null ? null : readFetchBody(asked.body, asked.large)
  if (page === null) return yield* askNode(request, "/indexes", "", "")
  const caller = yield* CurrentCaller
  const records = [...cluster.state.readable.values()]
    .filter(({ uid }) => maySeeIndex(caller, uid))
    .sort((a, b) => (a.uid < b.uid ? -1 : 1))
  const results = records.slice(page.offset, page.offset + page.limit).map(viewIndex)
  const { offset, limit } = { ...page, ...page.large }
  const body = `{"results":${JSON.stringify(results)},"offset":${offset},"limit":${limit},"total":${records.length}}`
  return { status: 200, body, headers: {} } satisfies ApiResponse
})

/** `GET /indexes/{uid}`, from the catalogue. */
export const getIndex = Effect.fnUntraced(function* (request: ApiRequest, uid: string) {
  const cluster = yield* Cluster
  const record = cluster.state.readable.get(uid)
  return record === undefined ? yield* askNodeForError(request, uid, null, "") : jsonResponse(viewIndex(record))
})

const viewIndex = (record: IndexRecord): JsonObject => ({
  uid: record.uid,
  createdAt: formatMoment(record.createdAtMs),
  updatedAt: formatMoment(record.updatedAtMs),
  primaryKey: record.primaryKey,
})
