import { Effect } from "effect"
import type { IndexRecord } from "#core/catalogue/index-record.ts"
import { andShardClause } from "#core/filter/and-shard-clause.ts"
import { stripDocument } from "#core/merging/strip-document.ts"
import type { NodeClient } from "#core/ports/node-client.ts"
import type { Json } from "#core/prelude/json.ts"
import { decodeString, readElements, readMembers } from "#core/protocol/json-slices.ts"
import type { Cluster } from "./cluster.ts"
import { type FleetTaskFailed, FleetTaskFailed as Failed, taskFailed } from "./fleet-task-failed.ts"
import { countOf } from "./count-documents.ts"
import { allShards, scatter } from "./scatter.ts"

/*
 * Every document of an index once, in pieces: first the ids of some shards, in one listing that a node reads from one state of its data,
 * then the documents of these ids. A page by offset would skip documents when others are deleted between two pages.
 * A document that is deleted meanwhile is left out, one that is changed comes as it is when its turn has come.
 */

/** Ids that are listed at a time: some 10 MB of text. */
const idsPerListing = 200_000
/** A listing of a shard that has more ids than this would be incomplete; no node answers as much. */
const listedIdsMax = 10_000_000
/** Text of documents that one answer should have; how many documents that is follows from those before. */
const answerBytesWanted = 4_000_000
const documentsFirst = 100
const documentsMax = 5_000

/** Hands the documents to `visit` as JSON texts, without hidden fields and with their vectors. Returns how many there were. */
export const visitDocuments = Effect.fnUntraced(function* <E>(
  record: IndexRecord,
  filter: Json | undefined,
  visit: (documents: ReadonlyArray<string>) => Effect.Effect<void, E>,
): Effect.fn.Return<number, E | FleetTaskFailed, Cluster | NodeClient> {
  const { primaryKey } = record
  // Without a primary key no document has ever been accepted.
  if (primaryKey === null) return 0
  let visited = 0
  let documentsWanted = documentsFirst
  for (const shards of portionsOf(allShards(record), yield* countOf(record))) {
    const listing = { fields: [primaryKey.split(".")[0] ?? primaryKey], limit: listedIdsMax }
    const ids = (yield* fetchDocuments(record, shards, filter, listing)).flatMap((text) => idOf(text, primaryKey) ?? [])
    for (let from = 0; from < ids.length;) {
      const portion = ids.slice(from, from + documentsWanted)
      from += portion.length
      const asked = { ids: portion, limit: portion.length, retrieveVectors: true }
      const documents = (yield* fetchDocuments(record, shards, undefined, asked)).map(shownDocument)
      const length = documents.reduce((sum, text) => sum + text.length, 0)
      if (documents.length > 0) {
        const wanted = Math.floor((answerBytesWanted * documents.length) / length)
        documentsWanted = Math.min(documentsMax, Math.max(1, wanted))
        yield* visit(documents)
        visited += documents.length
      }
    }
  }
  return visited
})

/** Shards whose ids are listed together. */
const portionsOf = (shards: ReadonlyArray<number>, documents: number): ReadonlyArray<ReadonlyArray<number>> => {
  const size = Math.max(1, Math.floor((shards.length * idsPerListing) / Math.max(1, documents)))
  const portions: Array<ReadonlyArray<number>> = []
  for (let from = 0; from < shards.length; from += size) portions.push(shards.slice(from, from + size))
  return portions
}

const fetchDocuments = Effect.fnUntraced(function* (
  record: IndexRecord,
  shards: ReadonlyArray<number>,
  filter: Json | undefined,
  body: object,
): Effect.fn.Return<ReadonlyArray<string>, FleetTaskFailed, Cluster | NodeClient> {
  const gathered = yield* scatter({
    record,
    shards,
    seed: shards[0] ?? 0,
    requestFor: (asked) => ({
      method: "POST",
      path: `/indexes/${record.physicalUid}/documents/fetch`,
      contentType: "application/json",
      body: JSON.stringify({ ...body, filter: andShardClause(filter, asked) }),
    }),
  })
  if (gathered.tag === "refused")
    return yield* new Failed({
      error: { ...gathered.error, message: `Index \`${record.uid}\`: ${gathered.error.message}` },
    })
  if (gathered.uncovered.length > 0)
    return yield* taskFailed(
      "miroir_shard_unavailable",
      `No replica of shards ${gathered.uncovered.join(", ")} of index \`${record.uid}\` can be read.`,
    )
  return gathered.answers.flatMap(({ body: text }) => {
    const results = readMembers(text).find((member) => member.key === "results")
    return results === undefined
      ? []
      : readElements(text, results.valueStart).map(({ start, end }) => text.slice(start, end))
  })
})

/** Nested keys are looked up step by step. Integers are their digits. */
const idOf = (text: string, primaryKey: string): string | null => {
  for (const member of readMembers(text)) {
    const value = text.slice(member.valueStart, member.valueEnd)
    if (member.key === primaryKey) return value.startsWith('"') ? decodeString(value, 0, value.length) : value
    if (value.startsWith("{") && primaryKey.startsWith(`${member.key}.`))
      return idOf(value, primaryKey.slice(member.key.length + 1))
  }
  return null
}

/** A node that is asked for vectors says `{}` where there are none: that is no part of the document. */
const shownDocument = (text: string): string => {
  const vectors = text.includes('"_vectors"') ? readMembers(text).find(({ key }) => key === "_vectors") : undefined
  const isEmpty = vectors !== undefined && /^\{\s*\}$/.test(text.slice(vectors.valueStart, vectors.valueEnd))
  return stripDocument(text, isEmpty ? ["_vectors"] : [])
}
