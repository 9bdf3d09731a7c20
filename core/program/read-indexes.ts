import { Effect } from "effect"
import { maySeeIndex } from "#core/access/caller.ts"
import type { IndexRecord } from "#core/catalogue/index-record.ts"
import { formatMoment } from "#core/prelude/iso-time.ts"
import type { JsonObject } from "#core/prelude/json.ts"
import type { ApiRequest } from "#core/protocol/http-message.ts"
import { parseQuery } from "#core/protocol/parse-query.ts"
import { askNode, askNodeForError } from "./ask-node-for-error.ts"
import { Cluster } from "./cluster.ts"
import { CurrentCaller } from "./current-caller.ts"
import { jsonResponse } from "./respond.ts"

const limitDefault = 20

/** `GET /indexes`, from the catalogue. */
export const listIndexes = Effect.fnUntraced(function* (request: ApiRequest) {
  const cluster = yield* Cluster
  const page = readPage(parseQuery(request.query))
  if (page === null) return yield* askNode(request, "/indexes", "", "")
  const caller = yield* CurrentCaller
  const records = [...cluster.state.readable.values()]
    .filter(({ uid }) => maySeeIndex(caller, uid))
    .sort((a, b) => (a.uid < b.uid ? -1 : 1))
  return jsonResponse({
    results: records.slice(page.offset, page.offset + page.limit).map(viewIndex),
    offset: page.offset,
    limit: page.limit,
    total: records.length,
  })
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

const readPage = (pairs: ReadonlyArray<readonly [string, string]>): { offset: number; limit: number } | null => {
  const page = { offset: 0, limit: limitDefault }
  for (const [name, text] of pairs) {
    if ((name !== "offset" && name !== "limit") || !/^[0-9]{1,15}$/.test(text)) return null
    page[name] = Number(text)
  }
  return page
}
