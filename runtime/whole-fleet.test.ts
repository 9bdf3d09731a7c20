import { mkdtempSync, readdirSync, rmSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gunzipSync } from "node:zlib"
import { Effect, Exit, Scope } from "effect"
import { afterAll, beforeAll, expect, test } from "vitest"
import { type EngineProcess, settleEngine, startEngine } from "#adapters/meilisearch/engine-process.ts"
import { jsonLoggerLayer } from "#adapters/telemetry/json-logger.ts"
import { loadConfig } from "./config/load-config.ts"
import { startProxy } from "./proxy.ts"

// What concerns the whole fleet, on real engines: a dump that one engine imports, an export to another engine, editions, webhooks.

const scope = Effect.runSync(Scope.make())
const folder = mkdtempSync(join(tmpdir(), "whole-fleet-"))
const delivered: Array<Answered> = []
let engines: ReadonlyArray<EngineProcess> = []
let url = ""

const receiver = createServer((message, response) => {
  const chunks: Array<Buffer> = []
  message.on("data", (chunk: Buffer) => chunks.push(chunk))
  message.on("end", () => {
    const lines = gunzipSync(Buffer.concat(chunks)).toString().trimEnd().split("\n")
    delivered.push(...lines.map((line) => ({ ...JSON.parse(line), sentWith: message.headers["x-secret"] })))
    response.end()
  })
})

beforeAll(async () => {
  engines = await Promise.all([startEngine(), startEngine(), startEngine()])
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve))
  const nodes = engines.map((engine, position) => ({ id: `n${position}`, url: engine.url }))
  const file = JSON.stringify({
    server: { port: 0 },
    store: { path: ":memory:" },
    dumps: { path: join(folder, "dumps") },
    fleet: { replication_factor: 2, shards: 8, groups: [{ id: "g", nodes }] },
  })
  const loaded = loadConfig({ file, env: {}, flags: {}, readText: String })
  if (loaded.tag === "problems") throw new Error(loaded.problems.join("\n"))
  const isBun = process.versions["bun"] !== undefined
  const platform = isBun
    ? (await import("./platform.bun.ts")).bunPlatform
    : (await import("./platform.node.ts")).nodePlatform
  const { port } = await Effect.runPromise(
    startProxy(loaded.config, platform).pipe(Scope.provide(scope), Effect.provide(jsonLoggerLayer("error"))),
  )
  url = `http://127.0.0.1:${port}`
  await prepare()
})

afterAll(async () => {
  await Effect.runPromise(Scope.close(scope, Exit.void))
  await Promise.all(engines.map((engine) => engine.stop()))
  receiver.close()
  rmSync(folder, { recursive: true, force: true })
})

// oxlint-disable-next-line typescript/no-explicit-any
type Answered = any

const ask = async (at: string, method: string, path: string, body?: unknown): Promise<Answered> => {
  const headers = body === undefined ? {} : { "content-type": "application/json" }
  const text = typeof body === "string" ? body : JSON.stringify(body)
  const response = await fetch(at + path, { method, headers, ...(body === undefined ? {} : { body: text }) })
  const answer = await response.text()
  return answer === "" ? null : JSON.parse(answer)
}

/** Sends a write to the proxy and waits for the end of its task. */
const write = async (method: string, path: string, body?: unknown): Promise<Answered> => {
  const { taskUid, ...refused } = await ask(url, method, path, body)
  if (taskUid === undefined) return refused
  for (;;) {
    const task = await ask(url, "GET", `/tasks/${taskUid}`)
    if (task.finishedAt !== null) return task
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const settings = {
  filterableAttributes: [
    "year",
    { attributePatterns: ["genre"], features: { facetSearch: true, filter: { equality: true, comparison: false } } },
  ],
  sortableAttributes: ["year"],
  synonyms: { film: ["movie"] },
  displayedAttributes: ["id", "title", "year", "genre", "deep"],
  pagination: { maxTotalHits: 77 },
  faceting: { maxValuesPerFacet: 5 },
  embedders: { e: { source: "userProvided", dimensions: 2 } },
}

const prepare = async (): Promise<void> => {
  await ask(url, "POST", "/webhooks", {
    url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`,
    headers: { "x-secret": "s" },
  })
  await write("POST", "/dumps")
  await write("PATCH", "/indexes/movies/settings", settings)
  const movies = Array.from({ length: 300 }, (_, id) => {
    const vectors = `,"_vectors":{"e":${id % 3 === 0 ? "null" : `[0.5,${id}.25]`}}`
    return `{"id":${id},"title":"film ${id}","year":${1900 + (id % 90)},"genre":"g${id % 4}","big":9007199254740993,"f":1.10,"deep":{"n":${id}}${vectors}}`
  })
  expect(await write("POST", "/indexes/movies/documents", `[${movies.join(",")}]`)).toMatchObject({
    status: "succeeded",
  })
  await write("POST", "/indexes/books/documents?primaryKey=deep.isbn", [
    { deep: { isbn: "a-1" }, title: "one" },
    { deep: { isbn: 2 } },
  ])
  await write("POST", "/indexes", { uid: "empty" })
}

const uids = ["books", "empty", "movies"]

/** Documents in the order of their ids, as text: no digit may change. */
const documentsAt = async (at: string, uid: string): Promise<ReadonlyArray<string>> => {
  const response = await fetch(`${at}/indexes/${uid}/documents?limit=1000&retrieveVectors=true`)
  const text = await response.text()
  return text
    .slice(text.indexOf("[") + 1, text.lastIndexOf("]"))
    .split(/(?<=\}),(?=\{)/)
    .sort()
}

test("an engine imports a dump of a fleet without indexes", async () => {
  const { results } = await ask(url, "GET", "/tasks?types=dumpCreation")
  const imported = await startEngine(["--import-dump", join(folder, "dumps", `${results.at(-1).details.dumpUid}.dump`)])
  try {
    expect((await ask(imported.url, "GET", "/indexes")).results).toEqual([])
  } finally {
    await imported.stop()
  }
})

test("an engine that imports a dump of the fleet holds the same documents, settings and indexes", async () => {
  const task = await write("POST", "/dumps")
  expect(task).toMatchObject({ status: "succeeded", type: "dumpCreation", indexUid: null, error: null })
  const dump = `${task.details.dumpUid}.dump`
  expect(readdirSync(join(folder, "dumps"))).toContain(dump)
  const imported = await startEngine(["--import-dump", join(folder, "dumps", dump)])
  try {
    await settleEngine(imported.url)
    for (const uid of uids) {
      expect(await documentsAt(imported.url, uid), uid).toEqual(await documentsAt(url, uid))
      expect(await ask(imported.url, "GET", `/indexes/${uid}/settings`), uid).toEqual(
        await ask(url, "GET", `/indexes/${uid}/settings`),
      )
    }
    const shape = ({ results }: Answered) =>
      results.map(({ uid, primaryKey, createdAt }: Answered) => [uid, primaryKey, Date.parse(createdAt)])
    expect(shape(await ask(imported.url, "GET", "/indexes"))).toEqual(shape(await ask(url, "GET", "/indexes")))
    expect(await ask(imported.url, "GET", "/webhooks")).toEqual(await ask(url, "GET", "/webhooks"))
    expect(await ask(imported.url, "GET", "/experimental-features")).toEqual(
      await ask(url, "GET", "/experimental-features"),
    )
    const search = { q: "film 7", filter: "year > 1950", sort: ["year:asc"], facets: ["genre"] }
    const found = async (at: string) => {
      const answer = await ask(at, "POST", "/indexes/movies/search", search)
      return [answer.hits.length, answer.estimatedTotalHits, answer.facetDistribution]
    }
    expect(await found(imported.url)).toEqual(await found(url))
  } finally {
    await imported.stop()
  }
})

test("an export sends another engine the documents once, and nothing that is hidden", async () => {
  const target = await startEngine()
  try {
    const indexes = { "mov*": { filter: "year < 1930" }, books: {} }
    const task = await write("POST", "/export", { url: target.url, payloadSize: "2 KB", indexes })
    expect(task).toMatchObject({ status: "succeeded", type: "export" })
    expect(task.details).toEqual({
      url: target.url,
      payloadSize: "2 KB",
      indexes: {
        books: { filter: null, overrideSettings: false, matched_documents: 2 },
        movies: { filter: "year < 1930", overrideSettings: false, matched_documents: 120 },
      },
    })
    await settleEngine(target.url)
    expect(await documentsAt(target.url, "books")).toEqual(await documentsAt(url, "books"))
    expect((await ask(target.url, "GET", "/indexes/movies/stats")).numberOfDocuments).toBe(120)
    expect(JSON.stringify(await ask(target.url, "GET", "/indexes/movies/documents?limit=200"))).not.toContain("_miroir")
    expect(await ask(target.url, "GET", "/indexes/movies/settings")).toEqual(
      await ask(url, "GET", "/indexes/movies/settings"),
    )
  } finally {
    await target.stop()
  }
})

test("an edition neither shows the hidden fields to its function nor loses them, whatever it does", async () => {
  await write(
    "POST",
    "/indexes/edited/documents",
    [1, 2, 3, 4, 5, 6].map((id) => ({ id, a: id })),
  )
  const off = await ask(url, "POST", "/indexes/edited/documents/edit", { function: "doc.a = 1" })
  expect(off).toMatchObject({ code: "feature_not_enabled" })
  await ask(url, "PATCH", "/experimental-features", { editDocumentsByFunction: true })
  const edit = (body: string) =>
    write("POST", "/indexes/edited/documents/edit", { function: body, context: { by: 10 } })
  expect(
    (await edit("doc = #{id: doc.id, keys: doc.keys(), a: doc.a + context.by}; if doc.id > 4 { return; } doc.b = 1"))
      .details,
  ).toMatchObject({
    editedDocuments: 6,
    deletedDocuments: 6,
  })
  await edit("let twice = |x| x * 2; doc.a = twice.call(doc.a);")
  await edit("fn isLast(id) { return id == 6; }\nif isLast(doc.id) { doc = () }")
  const { results } = await ask(url, "GET", "/indexes/edited/documents?limit=10")
  expect(results.sort((one: Answered, other: Answered) => one.id - other.id)).toEqual(
    [1, 2, 3, 4, 5].map((id) => ({ id, keys: ["a", "id"], a: 2 * (id + 10), ...(id > 4 ? {} : { b: 1 }) })),
  )
  expect((await ask(url, "GET", "/indexes/edited/documents/5")).id).toBe(5)
  const failed = await edit("\n  doc.nope()")
  expect(failed.error.message).toBe(
    "Index `edited`: Document edition runtime error encountered while running the function: Function not found: nope (map) (line 2, position 7)",
  )
  expect(await edit("doc.a = ")).toMatchObject({
    message: "Script is incomplete (line 1, position 9)",
    code: "bad_request",
  })
  expect(await edit("let f = |x| { return x; };")).toMatchObject({ code: "miroir_not_supported" })
})

const byUid = (one: Answered, other: Answered) => one.uid - other.uid

test("a webhook hears of every task once", async () => {
  const { results } = await ask(url, "GET", "/tasks?limit=1000&statuses=succeeded,failed")
  const deadline = Date.now() + 10_000
  while (delivered.length < results.length && Date.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 20))
  expect(delivered.map(({ sentWith, ...task }) => [sentWith, task.uid]).sort((a, b) => a[1] - b[1])).toEqual(
    results.map(({ uid }: Answered) => ["s", uid]).sort((a: Answered, b: Answered) => a[1] - b[1]),
  )
  expect([...delivered].sort(byUid).at(-1)).toEqual({ ...results.sort(byUid).at(-1), sentWith: "s" })
})

test("every node takes a snapshot", async () => {
  expect(await write("POST", "/snapshots")).toMatchObject({
    status: "succeeded",
    type: "snapshotCreation",
    indexUid: null,
  })
})
