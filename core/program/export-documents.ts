import { Effect } from "effect"
import type { IndexRecord } from "#core/catalogue/index-record.ts"
import { type ExportPlan, patternFor, readExportPlan } from "#core/documents/export-plan.ts"
import type { NodeClient } from "#core/ports/node-client.ts"
import { Outbound, type OutboundRequest } from "#core/ports/outbound.ts"
import { type Json, type JsonObject, isJsonObject } from "#core/prelude/json.ts"
import { readNodeError } from "#core/protocol/node-error.ts"
import { whyNoUrl } from "#core/protocol/why-no-url.ts"
import type { TaskRecord } from "#core/tasks/task-record.ts"
import { Cluster } from "./cluster.ts"
import { type FleetTaskFailed, taskFailed } from "./fleet-task-failed.ts"
import { visitDocuments } from "./visit-documents.ts"
import { settingsOf } from "./write-dump.ts"

/*
 * `export`: sends indexes to another Meilisearch, as one node would: the index with its primary key, its settings where the index is new or
 * they are to be replaced, then the documents in payloads of bounded size. Documents go through the proxy, once and without hidden fields; a
 * node that exported itself would send them with these fields, and every replica again.
 */

/** Bytes of one request where the client asked for nothing else: what the engine takes, too. */
const payloadBytesUsual = 20 * 1024 * 1024
/** A request that fails is repeated so often, with growing pauses: together about half a minute. */
const attemptsMax = 6
const retryFirstMs = 500
const timeoutMs = 60_000

/** Without slashes at its end, in one way through the text. */
const withoutSlashes = (url: string): string => {
  let end = url.length
  while (url[end - 1] === "/") end--
  return url.slice(0, end)
}

/** `input`: the request of the client. Returns the details of the task. */
export const exportDocuments = Effect.fnUntraced(function* (
  task: TaskRecord,
  input: JsonObject,
): Effect.fn.Return<JsonObject, FleetTaskFailed, Cluster | NodeClient> {
  const cluster = yield* Cluster
  const plan = readExportPlan(input)
  if (plan === null) return yield* taskFailed("internal", "The request of the export is lost.")
  const target: Target = { url: withoutSlashes(plan.url), apiKey: plan.apiKey }
  const wrong = whyNoUrl(plan.url)
  const exported = new Map<string, Json>()
  const records = [...cluster.state.readable.values()].sort((a, b) => (a.uid < b.uid ? -1 : 1))
  for (const record of records) {
    const pattern = patternFor(plan, record.uid)
    const asked = pattern === null ? undefined : plan.indexes[pattern]
    if (asked === undefined) continue
    if (wrong !== null) return yield* taskFailed("internal", `The target of the export is no URL: ${wrong}.`)
    const matched = yield* exportIndex(target, record, asked.filter, asked.overrideSettings, plan)
    // The engine spells this one in snake case.
    exported.set(record.uid, {
      filter: asked.filter,
      overrideSettings: asked.overrideSettings,
      matched_documents: matched,
    })
  }
  return { ...task.details, indexes: Object.fromEntries(exported) }
})

interface Target {
  readonly url: string
  readonly apiKey: string | null
}

const exportIndex = Effect.fnUntraced(function* (
  target: Target,
  record: IndexRecord,
  filter: Json,
  overrideSettings: boolean,
  plan: ExportPlan,
) {
  const path = `/indexes/${record.uid}`
  const { primaryKey } = record
  const existing = yield* send(target, "GET", path, null, [200, 404])
  if (existing.status === 404) yield* apply(target, "POST", "/indexes", { uid: record.uid, primaryKey })
  else if (primaryKey !== null) yield* apply(target, "PATCH", path, { primaryKey }, primaryKeyErrors)
  if (existing.status === 404 || overrideSettings)
    yield* apply(target, "PATCH", `${path}/settings`, yield* settingsOf(record))

  const bytesMax = plan.payloadBytes ?? payloadBytesUsual
  let payload: Array<string> = []
  let length = 0
  const flush = Effect.suspend(() => {
    const body = payload.join("\n")
    payload = []
    length = 0
    return body === "" ? Effect.void : Effect.asVoid(send(target, "POST", `${path}/documents`, { ndjson: body }, [202]))
  })
  const matched = yield* visitDocuments(record, filter ?? undefined, (documents) =>
    Effect.forEach(
      documents,
      (document) => {
        const isFull = length > 0 && length + document.length > bytesMax
        const add = Effect.sync(() => {
          payload.push(document)
          length += document.length + 1
        })
        return isFull ? Effect.andThen(flush, add) : add
      },
      { discard: true },
    ),
  )
  yield* flush
  return matched
})

/** An index with documents keeps its primary key: that it has the same one is no failure. */
const primaryKeyErrors = "index_primary_key_already_exists"

/** Sends a change, and waits until the target has applied it: what follows depends on it. */
const apply = Effect.fnUntraced(function* (
  target: Target,
  method: "POST" | "PATCH",
  path: string,
  value: JsonObject,
  tolerated?: string,
) {
  const answer: unknown = JSON.parse((yield* send(target, method, path, { json: value }, [202])).body)
  const taskUid = isJsonObject(answer) ? answer["taskUid"] : null
  while (true) {
    const task: unknown = JSON.parse((yield* send(target, "GET", `/tasks/${String(taskUid)}`, null, [200])).body)
    const status = isJsonObject(task) ? task["status"] : null
    if (status === "succeeded") return
    if (status === "failed" || status === "canceled") {
      const error = isJsonObject(task) && isJsonObject(task["error"]) ? task["error"] : {}
      if (error["code"] === tolerated) return
      return yield* taskFailed("internal", `The target did not take the index: ${String(error["message"])}`)
    }
    yield* Effect.sleep(targetPollMs)
  }
})

const targetPollMs = 100

type Body = { readonly json: JsonObject } | { readonly ndjson: string } | null

const send = Effect.fnUntraced(function* (
  target: Target,
  method: OutboundRequest["method"],
  path: string,
  body: Body,
  expected: ReadonlyArray<number>,
) {
  const outbound = yield* Outbound
  const type = body === null ? {} : { "content-type": "json" in body ? "application/json" : "application/x-ndjson" }
  const request: OutboundRequest = {
    method,
    url: `${target.url}${path}`,
    headers: { ...type, ...(target.apiKey === null ? {} : { authorization: `Bearer ${target.apiKey}` }) },
    body: body === null ? null : "json" in body ? JSON.stringify(body.json) : body.ndjson,
    isGzipped: body !== null && "ndjson" in body,
    timeoutMs,
  }
  let reason = ""
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    if (attempt > 0) yield* Effect.sleep(retryFirstMs * 2 ** (attempt - 1))
    const result = yield* Effect.result(outbound.send(request))
    if (result._tag === "Failure") reason = result.failure.reason
    else if (expected.includes(result.success.status)) return result.success
    else {
      reason = readNodeError(result.success.body)?.message ?? `it answered ${result.success.status}`
      if (result.success.status < 500 && result.success.status !== 429) break
    }
  }
  return yield* taskFailed("internal", `The target of the export could not be written to: ${reason}`)
})
