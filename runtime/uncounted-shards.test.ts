import { setImmediate } from "node:timers/promises"
import { afterEach, beforeEach, expect, test } from "vitest"
import type { HttpMethod } from "#core/protocol/http-message.ts"
import { type ModelProxy, startProxyOverModels } from "./embedded/proxy-over-models.ts"

// What is counted while nobody can read some shards. Statistics say the same of them as a search does. Each shard has one replica, on one of two nodes.

const masterKey = "masterkey-masterkey"
const documents = Array.from({ length: 40 }, (_, id) => ({ id }))
let proxy: ModelProxy

beforeEach(async () => {
  proxy = await startProxyOverModels(masterKey, 1)
  for (const uid of ["films", "songs"]) await write("POST", `/indexes/${uid}/documents`, documents)
})
afterEach(() => proxy.stop())

const ask = async (method: HttpMethod, path: string, headers: Readonly<Record<string, string>> = {}) => {
  const { status, body, headers: given } = await proxy.ask(method, path, masterKey, {}, headers)
  return { status, degraded: given["x-miroir-degraded"], body }
}

const write = async (method: HttpMethod, path: string, body: unknown) => {
  const { taskUid } = JSON.parse((await proxy.ask(method, path, masterKey, body)).body)
  return endOf(taskUid)
}

const endOf = async (taskUid: number) => {
  for (const deadlineMs = Date.now() + 5_000; Date.now() < deadlineMs;) {
    const task = JSON.parse((await proxy.ask("GET", `/tasks/${taskUid}`, masterKey)).body)
    if (task.finishedAt !== null) return task
    // Lets the timers of the proxy run.
    await setImmediate()
  }
  throw new Error(`task ${taskUid} did not end within 5 s`)
}

test("statistics that cover every shard say nothing of it", async () => {
  for (const path of ["/stats", "/indexes/films/stats"])
    expect(await ask("GET", path)).toMatchObject({ status: 200, degraded: undefined })
  expect(JSON.parse((await ask("GET", "/indexes/films/stats")).body)).toMatchObject({ numberOfDocuments: 40 })
})

test("statistics of an index name the shards that they lack, as a search does", async () => {
  proxy.lose("n2")
  const search = await ask("POST", "/indexes/films/search", { "x-miroir-coverage": "1" })
  const stats = await ask("GET", "/indexes/films/stats", { "x-miroir-coverage": "1" })
  expect(search.degraded).toMatch(/^shards=\d/)
  expect([stats.status, stats.degraded]).toEqual([200, search.degraded])
  const { coverage, numberOfDocuments } = JSON.parse(stats.body)
  expect(coverage).toEqual(JSON.parse(search.body).coverage)
  expect(numberOfDocuments).toBe(JSON.parse(search.body).estimatedTotalHits)
})

test("statistics of all indexes name for each the shards that they lack", async () => {
  proxy.lose("n2")
  const [films, songs] = [await ask("GET", "/indexes/films/stats"), await ask("GET", "/indexes/songs/stats")]
  const stats = await ask("GET", "/stats")
  expect(stats).toMatchObject({ status: 200, degraded: `films ${films.degraded}; songs ${songs.degraded}` })
  const { indexes } = JSON.parse(stats.body)
  expect(indexes).toEqual({ films: JSON.parse(films.body), songs: JSON.parse(songs.body) })
})

test("statistics that would cover no shard are not given", async () => {
  proxy.lose("n1")
  proxy.lose("n2")
  for (const path of ["/stats", "/indexes/films/stats"]) {
    const { status, body } = await ask("GET", path)
    expect([status, JSON.parse(body).code]).toEqual([503, "miroir_shard_unavailable"])
  }
})

test.each(["n1", "n2"])("an index is not taken for empty while %s cannot be counted", async (nodeId) => {
  await write("POST", "/indexes/one/documents?primaryKey=id", [{ id: 1, other: 1 }])
  proxy.stumble(nodeId)
  expect((await ask("POST", "/indexes/one/search")).degraded).toMatch(/^shards=/)
  const { code, taskUid } = JSON.parse(
    (await proxy.ask("PATCH", "/indexes/one", masterKey, { primaryKey: "other" })).body,
  )
  // Where the one document can be counted, the index is known not to be empty.
  if (code === undefined)
    expect((await endOf(taskUid)).error).toMatchObject({ code: "index_primary_key_already_exists" })
  else expect(code).toBe("miroir_shard_unavailable")
  // A node without a document would have taken the change alone, and refuse these.
  expect(await write("POST", "/indexes/one/documents", documents)).toMatchObject({ status: "succeeded" })
})
