import { Clock, Effect } from "effect"
import type { IndexRecord } from "#core/catalogue/index-record.ts"
import { type DumpArchive, DumpWriter } from "#core/ports/dump-writer.ts"
import type { NodeClient } from "#core/ports/node-client.ts"
import { formatInstant } from "#core/prelude/iso-time.ts"
import { type Json, type JsonObject, isJsonObject } from "#core/prelude/json.ts"
import type { TaskRecord } from "#core/tasks/task-record.ts"
import { type FleetTaskFailed, taskFailed } from "./fleet-task-failed.ts"
import { Cluster } from "./cluster.ts"
import { featuresShown } from "./experimental-features.ts"
import { keysInDump } from "./keys-in-dump.ts"
import { readSettings } from "./read-settings.ts"
import { visitDocuments } from "./visit-documents.ts"
import { webhookKind } from "./webhook-record.ts"

/**
 * `dumpCreation`: one dump of the whole fleet in Meilisearch's format V6, as one node with all the documents would write it; any Meilisearch
 * of the fleet's version or later imports it. Indexes are read one after the other while writes go on, so what is written during
 * the dump may be in it or not. There are no tasks in it: those that were accepted before have ended.
 */
export const writeDump = (task: TaskRecord): Effect.Effect<JsonObject, FleetTaskFailed, Cluster | NodeClient> =>
  Effect.scoped(
    Effect.gen(function* () {
      const cluster = yield* Cluster
      const nowMs = yield* Clock.currentTimeMillis
      const dumpUid = dumpUidOf(nowMs)
      const archive = yield* (yield* DumpWriter).open(dumpUid)
      const features = yield* featuresShown
      const dbVersion = cluster.state.engineVersion ?? "1.21.0"
      yield* archive.append("metadata.json", line({ dumpVersion: "V6", dbVersion, dumpDate: formatInstant(nowMs) }))
      yield* archive.append("keys.jsonl", keysInDump(cluster.state).map(line).join(""))
      yield* archive.append("tasks/queue.jsonl", "")
      if (features !== null) yield* archive.append("experimental-features.json", line(features))
      yield* archive.append("webhooks.json", line({ webhooks: webhooksOf(cluster) }))
      // A fleet without indexes has this folder, too: the engine refuses a dump that lacks it.
      yield* archive.append("indexes/", "")
      const records = [...cluster.state.readable.values()].sort((a, b) => (a.uid < b.uid ? -1 : 1))
      for (const record of records) yield* writeIndex(archive, record)
      yield* archive.finish
      return { ...task.details, dumpUid }
    }),
  ).pipe(
    Effect.catchTag("DumpNotWritten", ({ reason }) =>
      Effect.fail(
        taskFailed(
          "dump_process_failed",
          `An internal error has occurred. \`The dump could not be written: ${reason}\`.`,
        ),
      ),
    ),
  )

const writeIndex = Effect.fnUntraced(function* (archive: DumpArchive, record: IndexRecord) {
  const folder = `indexes/${record.uid}`
  yield* archive.append(
    `${folder}/metadata.json`,
    line({
      uid: record.uid,
      primaryKey: record.primaryKey,
      createdAt: formatInstant(record.createdAtMs),
      updatedAt: formatInstant(record.updatedAtMs),
    }),
  )
  yield* archive.append(`${folder}/settings.json`, line(yield* settingsOf(record)))
  yield* archive.append(`${folder}/documents.jsonl`, "")
  yield* visitDocuments(record, undefined, (documents) =>
    archive.append(`${folder}/documents.jsonl`, `${documents.join("\n")}\n`),
  )
})

/** What a client sees, and the secrets of embedders, which nodes do not show and a restored index needs. */
export const settingsOf = Effect.fnUntraced(function* (record: IndexRecord) {
  const response = yield* readSettings(bareRequest, record.uid, null)
  const settings: unknown = response.status === 200 ? JSON.parse(response.body) : null
  if (!isJsonObject(settings))
    return yield* taskFailed("miroir_shard_unavailable", `The settings of index \`${record.uid}\` cannot be read.`)
  const { embedders } = record.settings
  return { ...(settings as JsonObject), ...(embedders === undefined ? {} : { embedders }) } satisfies JsonObject
})

const bareRequest = { method: "GET", path: "", query: "", headers: {}, body: new Uint8Array(0) } as const

const line = (value: Json): string => `${JSON.stringify(value)}\n`

const webhooksOf = (cluster: Cluster["Service"]): JsonObject =>
  Object.fromEntries([...(cluster.state.records.get(webhookKind) ?? [])].map(([uuid, { value }]) => [uuid, value]))

/** `20261121-002636109`: the moment in UTC, to the millisecond. */
const dumpUidOf = (nowMs: number): string => {
  const [date = "", time = ""] = formatInstant(nowMs).slice(0, -1).split("T")
  const [clock = "", fraction = ""] = time.split(".")
  return `${date.replaceAll("-", "")}-${clock.replaceAll(":", "")}${fraction.padEnd(3, "0").slice(0, 3)}`
}
