import { formatInstant } from "#core/prelude/iso-time.ts"
import { invalidIndexUidMessage, isValidIndexUid } from "#core/catalogue/new-index.ts"
import type { JsonObject } from "#core/prelude/json.ts"
import {
  array,
  boolean,
  count,
  type Decoder,
  inBody,
  inQuery,
  members,
  nullable,
  string,
  wrongValue,
} from "./decode.ts"
import type { ModelIndex } from "./model-index.ts"
import { allDocuments } from "./model-index.ts"

import { compareTexts } from "./ranking-scores.ts"
import { refuse } from "./refusal.ts"
import { accept, existingIndex, indexUid, json, readJson, type Route, type RoutedRequest } from "./route.ts"

const pageFields = {
  offset: { code: "invalid_index_offset", decode: count },
  limit: { code: "invalid_index_limit", decode: count },
}

const uid: Decoder<string> = (value, place) => {
  const text = string(value, place)
  return isValidIndexUid(text) ? text : wrongValue(place, invalidIndexUidMessage(text))
}

const createFields = {
  uid: { code: "invalid_index_uid", decode: uid },
  primaryKey: { code: "invalid_index_primary_key", decode: nullable(string) },
}

const immutable =
  (name: string): Decoder<never> =>
  (_value, place) =>
    refuse(place.code, `Immutable field \`${name}\`: expected one of \`primaryKey\`, \`uid\``)

const updateFields = {
  primaryKey: createFields.primaryKey,
  uid: createFields.uid,
}

export const indexRoutes: ReadonlyArray<Route> = [
  {
    path: "/indexes",
    answer: {
      GET: (request) => {
        const { offset = 0, limit = 20 } = members(request.parameters, inQuery("", "bad_request"), pageFields) as {
          offset?: number
          limit?: number
        }
        const all = [...request.node.indexes].sort(([left], [right]) => compareTexts(left, right))
        const results = all.slice(offset, offset + limit).map(([name, index]) => viewIndex(name, index))
        return json({ results, offset, limit, total: all.length })
      },
      POST: (request) => {
        const given = members(readJson(request), inBody("", "bad_request"), createFields) as {
          uid?: string
          primaryKey?: string | null
        }
        if (given.uid === undefined) return refuse("missing_index_uid", "Missing field `uid`")
        const primaryKey = given.primaryKey ?? null
        return accept(request, given.uid, { tag: "createIndex", primaryKey }, { primaryKey })
      },
    },
  },
  {
    path: "/indexes/*",
    answer: {
      GET: (request) => json(viewIndex(indexUid(request), existingIndex(request))),
      PATCH: (request) => updateIndex(request),
      DELETE: (request) => accept(request, indexUid(request), { tag: "deleteIndex" }, { deletedDocuments: null }),
    },
  },
  { path: "/indexes/*/stats", answer: { GET: (request) => json(indexStats(existingIndex(request))) } },
  {
    path: "/stats",
    answer: {
      GET: (request) => {
        const all = [...request.node.indexes].sort(([left], [right]) => compareTexts(left, right))
        const updates = all.map(([, index]) => index.updatedAtMs)
        return json({
          databaseSize: 0,
          usedDatabaseSize: 0,
          lastUpdate: updates.length === 0 ? null : formatInstant(Math.max(...updates)),
          indexes: Object.fromEntries(all.map(([name, index]) => [name, indexStats(index)])),
        })
      },
    },
  },
  { path: "/swap-indexes", answer: { POST: (request) => swapIndexes(request) } },
]

const viewIndex = (name: string, index: ModelIndex): JsonObject => ({
  uid: name,
  createdAt: formatInstant(index.createdAtMs),
  updatedAt: formatInstant(index.updatedAtMs),
  primaryKey: index.primaryKey,
})

/** Sizes on disk do not exist here and are 0. */
const indexStats = (index: ModelIndex): JsonObject => {
  const distribution = new Map<string, number>()
  for (const { content } of allDocuments(index)) {
    for (const name of content.keys()) distribution.set(name, (distribution.get(name) ?? 0) + 1)
  }
  return {
    numberOfDocuments: index.numberOf.size,
    rawDocumentDbSize: 0,
    avgDocumentSize: 0,
    isIndexing: false,
    numberOfEmbeddings: 0,
    numberOfEmbeddedDocuments: 0,
    fieldDistribution: Object.fromEntries([...distribution].sort(([left], [right]) => compareTexts(left, right))),
  }
}

const updateIndex = (request: RoutedRequest) => {
  const body = readJson(request)
  const fixed = {
    createdAt: { code: "immutable_index_created_at", decode: immutable("createdAt") },
    updatedAt: { code: "immutable_index_updated_at", decode: immutable("updatedAt") },
  }
  const mentionsFixed = typeof body === "object" && body !== null && Object.keys(body).some((name) => name in fixed)
  const fields = mentionsFixed ? { ...updateFields, ...fixed } : updateFields
  const given = members(body, inBody("", "bad_request"), fields) as { uid?: string; primaryKey?: string | null }
  const primaryKey = given.primaryKey ?? null
  const oldUid = indexUid(request)
  const renaming = given.uid === undefined ? {} : { oldIndexUid: oldUid, newIndexUid: given.uid }
  return accept(
    request,
    oldUid,
    { tag: "updateIndex", primaryKey, newUid: given.uid ?? null },
    { primaryKey, ...renaming },
  )
}

const swapIndexes = (request: RoutedRequest) => {
  const body = readJson(request)
  if (!Array.isArray(body)) return refuse("bad_request", "Invalid value type: expected an array")
  const pairs = body.map((entry, at) => {
    const fields = {
      indexes: { code: "invalid_swap_indexes", decode: array(uid) },
      rename: { code: "invalid_swap_rename", decode: boolean },
    }
    const { indexes } = members(entry, inBody(`[${at}]`, "bad_request"), fields) as { indexes?: ReadonlyArray<string> }
    if (indexes === undefined) return refuse("missing_swap_indexes", `Missing field \`indexes\` inside \`[${at}]\``)
    if (indexes.length === 2) return [indexes[0]!, indexes[1]!] as const
    return refuse(
      "invalid_swap_indexes",
      `Two indexes must be given for each swap. The list \`[${indexes.map((name) => `"${name}"`).join(", ")}]\` contains ${indexes.length} indexes.`,
    )
  })
  const repeated = pairs.flat().find((name, at, all) => all.indexOf(name) !== at)
  if (repeated !== undefined) {
    return refuse(
      "invalid_swap_duplicate_index_found",
      `Indexes must be declared only once during a swap. \`${repeated}\` was specified several times.`,
    )
  }
  const swaps = pairs.map((indexes) => ({ indexes: [...indexes], rename: false }))
  return accept(request, null, { tag: "swapIndexes", pairs }, { swaps })
}
