import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect, Exit, Scope } from "effect"
import { afterAll, beforeAll, expect, test } from "vitest"
import { type EngineProcess, startEngine } from "#adapters/meilisearch/engine-process.ts"
import { jsonLoggerLayer } from "#adapters/telemetry/json-logger.ts"
import { loadConfig } from "./config/load-config.ts"
import { startProxy } from "./proxy.ts"

// Experimental features whose state belongs to the fleet, on real engines: chats, networks, and what is sorted by few nodes.

const folder = mkdtempSync(join(tmpdir(), "features-"))
let engines: ReadonlyArray<EngineProcess> = []
let scope = Effect.runSync(Scope.make())
let url = ""

beforeAll(async () => {
  engines = await Promise.all([startEngine(), startEngine()])
  await start()
})

afterAll(async () => {
  await Effect.runPromise(Scope.close(scope, Exit.void))
  await Promise.all(engines.map((engine) => engine.stop()))
  rmSync(folder, { recursive: true, force: true })
})

const start = async (): Promise<void> => {
  const file = JSON.stringify({
    server: { port: 0 },
    store: { path: join(folder, "store.sqlite") },
    fleet: {
      replication_factor: 1,
      shards: 8,
      groups: [{ id: "g", nodes: engines.map((engine, position) => ({ id: `n${position}`, url: engine.url })) }],
    },
  })
  const loaded = loadConfig({ file, env: {}, flags: {}, readText: String })
  if (loaded.tag === "problems") throw new Error(loaded.problems.join("\n"))
  const isBun = process.versions["bun"] !== undefined
  const platform = isBun
    ? (await import("./platform.bun.ts")).bunPlatform
    : (await import("./platform.node.ts")).nodePlatform
  scope = Effect.runSync(Scope.make())
  const { port } = await Effect.runPromise(
    startProxy(loaded.config, platform).pipe(Scope.provide(scope), Effect.provide(jsonLoggerLayer("error"))),
  )
  url = `http://127.0.0.1:${port}`
}

// oxlint-disable-next-line typescript/no-explicit-any
type Answered = any

const ask = async (at: string, method: string, path: string, body?: unknown): Promise<Answered> => {
  const headers = { "content-type": "application/json" }
  const response = await fetch(
    at + path,
    body === undefined ? { method } : { method, headers, body: JSON.stringify(body) },
  )
  const text = await response.text()
  return text === "" ? { status: response.status } : JSON.parse(text)
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

const turn = (features: Readonly<Record<string, boolean>>) => ask(url, "PATCH", "/experimental-features", features)
const uidsAt = async (at: string): Promise<ReadonlyArray<string>> =>
  (await ask(at, "GET", "/chats")).results.map(({ uid }: Answered) => uid)

test("chats are off until they are turned on", async () => {
  expect(await ask(url, "GET", "/chats")).toMatchObject({ code: "feature_not_enabled" })
  expect(await turn({ chatCompletions: true })).toMatchObject({ chatCompletions: true })
  expect(await ask(url, "GET", "/chats")).toEqual({ results: [], offset: 0, limit: 20, total: 0 })
})

test("a chat workspace has the same settings on every node, whose secrets are masked", async () => {
  await ask(url, "PATCH", "/chats/films/settings", { source: "mistral", prompts: { system: "s" } })
  const changed = await ask(url, "PATCH", "/chats/films/settings", {
    apiKey: "abcdefghijklmnop",
    prompts: { searchQParam: "q" },
  })
  expect(changed).toMatchObject({
    source: "mistral",
    apiKey: "abXXXX...",
    prompts: { system: "s", searchQParam: "q" },
  })
  for (const at of [url, ...engines.map((engine) => engine.url)])
    expect(await ask(at, "GET", "/chats/films/settings")).toEqual(changed)
})

test("a wrong setting of a chat workspace is refused in the engine's words and changes no node", async () => {
  const wrong = await ask(url, "PATCH", "/chats/other/settings", { source: "vLlm" })
  expect(wrong).toMatchObject({ code: "bad_request", message: "vLlm requires setting a valid `baseUrl`" })
  expect(await ask(url, "PATCH", "/chats/other/settings", ["mistral"])).toMatchObject({ code: "bad_request" })
  for (const at of [url, ...engines.map((engine) => engine.url)]) expect(await uidsAt(at)).toEqual(["films"])
})

test("a completion is refused, because a node would search its own documents only", async () => {
  expect(await ask(url, "POST", "/chats/films/chat/completions", { model: "m", messages: [] })).toMatchObject({
    code: "miroir_not_supported",
  })
})

test("a node that has lost its workspaces gets those of the fleet before it is read", async () => {
  const [first, second] = engines.map((engine) => engine.url)
  await ask(second!, "DELETE", "/chats/films")
  await ask(second!, "PATCH", "/chats/strange/settings", {})
  await Effect.runPromise(Scope.close(scope, Exit.void))
  await start()
  expect(await uidsAt(url)).toEqual(["films"])
  expect(await uidsAt(second!)).toEqual(["films"])
  expect(await ask(second!, "GET", "/chats/films/settings")).toEqual(await ask(first!, "GET", "/chats/films/settings"))
})

test("a workspace that is deleted is deleted everywhere", async () => {
  expect(await ask(url, "DELETE", "/chats/films")).toEqual({ status: 204 })
  for (const at of [url, ...engines.map((engine) => engine.url)]) expect(await uidsAt(at)).toEqual([])
  expect(await ask(url, "DELETE", "/chats/films")).toMatchObject({ code: "chat_not_found" })
})

test("the chat settings of an index are settings while chats are on, and hidden while they are off", async () => {
  await write("POST", "/indexes/films/documents", [{ id: 1 }])
  expect(await write("PATCH", "/indexes/films/settings/chat", { description: "d" })).toMatchObject({
    status: "succeeded",
  })
  expect((await ask(url, "GET", "/indexes/films/settings")).chat).toMatchObject({ description: "d" })
  expect(await ask(url, "GET", "/indexes/films/settings/chat")).toMatchObject({ description: "d" })
  await turn({ chatCompletions: false })
  expect((await ask(url, "GET", "/indexes/films/settings")).chat).toBeUndefined()
  for (const [path, body] of [
    ["/indexes/films/settings/chat", { description: "e" }],
    ["/indexes/films/settings", { chat: { description: "e" } }],
    ["/chats/films/settings", {}],
  ] as const)
    expect(await ask(url, "PATCH", path, body)).toMatchObject({ code: "feature_not_enabled" })
})

test("the network that clients describe is kept, nodes never hear of it, and searching it is refused", async () => {
  expect(await turn({ network: true })).toMatchObject({ network: true })
  const remote = { url: "http://localhost:1", searchApiKey: null, writeApiKey: null }
  const network = { self: "s", remotes: { a: remote }, sharding: false }
  expect(await ask(url, "PATCH", "/network", { self: "s", remotes: { a: { url: remote.url } } })).toEqual(network)
  expect(await ask(url, "GET", "/network")).toEqual(network)
  for (const engine of engines)
    expect(await ask(engine.url, "GET", "/experimental-features")).toMatchObject({ network: false })
  const queries = [{ indexUid: "films", federationOptions: { remote: "a" } }]
  expect(await ask(url, "POST", "/multi-search", { federation: {}, queries })).toMatchObject({
    code: "miroir_not_supported",
  })
})

test("a task shows no documents, and one that does not exist is not found", async () => {
  const { uid } = await write("POST", "/indexes/films/documents", [{ id: 2 }])
  expect(await ask(url, "GET", `/tasks/${uid}/documents`)).toMatchObject({ code: "feature_not_enabled" })
  await turn({ getTaskDocumentsRoute: true })
  expect(await ask(url, "GET", `/tasks/${uid}/documents`)).toMatchObject({ code: "task_file_not_found" })
  expect(await ask(url, "GET", "/tasks/4000000/documents")).toMatchObject({ code: "task_not_found" })
  expect(await ask(url, "GET", "/tasks/x/documents")).toMatchObject({ code: "invalid_task_uids" })
})

test("documents are sorted by an attribute that only one node knows, and refused when none does", async () => {
  await write("PATCH", "/indexes/rare/settings", { sortableAttributes: ["a", "b"] })
  const documents = [1, 2, 3, 4, 5, 6, 7, 8].map((id) => (id === 5 ? { id, a: 1 } : { id }))
  await write("POST", "/indexes/rare/documents", documents)
  expect(await ask(url, "POST", "/indexes/rare/documents/fetch", { sort: ["a:asc"] })).toEqual({
    results: [{ id: 5, a: 1 }],
    offset: 0,
    limit: 20,
    total: 8,
  })
  expect(await ask(url, "POST", "/indexes/rare/documents/fetch", { sort: ["a:asc", "b:asc"] })).toMatchObject({
    code: "invalid_document_sort",
    message: expect.stringContaining("Attribute `b` is not sortable."),
  })
})
