import { createHmac } from "node:crypto"
import { setImmediate } from "node:timers/promises"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { HttpMethod } from "#core/protocol/http-message.ts"
import { type ModelProxy, startProxyOverModels } from "./embedded/proxy-over-models.ts"

// What keys and tenant tokens open, through a whole proxy over model nodes.

const masterKey = "masterkey-masterkey"
let proxy: ModelProxy

beforeAll(async () => {
  proxy = await startProxyOverModels(masterKey)
  expect((await ask("GET", "/keys")).results).toHaveLength(4)
  for (const uid of ["films", "books"]) {
    await run("PUT", `/indexes/${uid}/settings/filterable-attributes`, ["tenant"])
    await run("POST", `/indexes/${uid}/documents`, [
      { id: 1, tenant: 1 },
      { id: 2, tenant: 2 },
    ])
  }
})
afterAll(() => proxy.stop())

const ask = async (method: HttpMethod, path: string, body: unknown = {}, token: string | null = masterKey) => {
  const response = await proxy.ask(method, path, token, body)
  return { status: response.status, ...JSON.parse(response.body === "" ? "{}" : response.body) }
}

/** Waits, at most 5 s, for the end of the task that a request makes. */
const run = async (method: HttpMethod, path: string, body: unknown = {}, token: string = masterKey) => {
  const { taskUid } = await ask(method, path, body, token)
  for (const deadlineMs = Date.now() + 5_000; Date.now() < deadlineMs;) {
    const task = await ask("GET", `/tasks/${taskUid}`)
    if (task.finishedAt !== null) return task
    // Lets the timers of the proxy run.
    await setImmediate()
  }
  throw new Error(`task ${taskUid} did not end within 5 s`)
}

const create = async (actions: ReadonlyArray<string>, indexes: ReadonlyArray<string> = ["*"]) =>
  (await ask("POST", "/keys", { actions, indexes, expiresAt: null })) as { uid: string; key: string }

const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url")
const tenantToken = ({ uid, key }: { readonly uid: string; readonly key: string }, searchRules: unknown): string => {
  const text = `${base64({ alg: "HS256", typ: "JWT" })}.${base64({ apiKeyUid: uid, searchRules })}`
  return `${text}.${createHmac("sha256", key).update(text).digest("base64url")}`
}

const idsOf = ({ hits }: { readonly hits?: ReadonlyArray<{ readonly id: number }> }) => hits?.map((hit) => hit.id)

describe("keys", () => {
  test("the keys of a new cluster are those of a new engine, the newest first", async () => {
    const { results } = await ask("GET", "/keys?limit=1000")
    const defaults = results.filter(({ name }: { name: string | null }) => name?.startsWith("Default"))
    expect(defaults.map(({ name, actions }: { name: string; actions: unknown }) => [name, actions])).toEqual([
      ["Default Search API Key", ["search"]],
      ["Default Admin API Key", ["*"]],
      ["Default Read-Only Admin API Key", ["*.get", "keys.get"]],
      ["Default Chat API Key", ["chatCompletions", "search"]],
    ])
  })

  test("a key is found by its uid and by its text, changes its name, and is refused as soon as it is deleted", async () => {
    const key = await create(["search"])
    expect(key.key).toBe(createHmac("sha256", masterKey).update(key.uid).digest("hex"))
    expect(await ask("GET", `/keys/${key.key}`)).toMatchObject({ status: 200, uid: key.uid, name: null })
    expect(await ask("PATCH", `/keys/${key.uid}`, { name: "front" })).toMatchObject({ status: 200, name: "front" })
    expect(await ask("POST", "/indexes/films/search", {}, key.key)).toMatchObject({ status: 200 })
    expect(await ask("DELETE", `/keys/${key.uid}`)).toEqual({ status: 204 })
    expect(await ask("POST", "/indexes/films/search", {}, key.key)).toMatchObject({ code: "invalid_api_key" })
    expect(await ask("GET", `/keys/${key.uid}`)).toMatchObject({ status: 404, code: "api_key_not_found" })
  })

  test("a large body is wanted from those who may send it, and from nobody else", async () => {
    const documents = "/indexes/films/documents"
    const statusOf = async (path: string, token: string | null) =>
      (await proxy.refuseUnread("POST", path, token))?.status ?? null
    const { key } = await create(["search"])
    expect(await statusOf(documents, masterKey)).toBeNull()
    expect(await statusOf("/indexes/films/search", key)).toBeNull()
    expect(await statusOf("/indexes/films/search", tenantToken(await create(["search"]), ["films"]))).toBeNull()
    expect(await statusOf(documents, null)).toBe(401)
    for (const token of ["guessed", key]) expect(await statusOf(documents, token)).toBe(403)
    expect(await statusOf("/nowhere", masterKey)).toBe(404)
  })

  test("two keys never have one uid", async () => {
    const { uid } = await create(["search"])
    const again = await ask("POST", "/keys", { uid, actions: [], indexes: [], expiresAt: null })
    expect(again).toMatchObject({
      status: 409,
      code: "api_key_already_exists",
      message: `\`uid\` field value \`${uid}\` is already an existing API key.`,
    })
  })
})

describe("a key for some indexes", () => {
  test("sees only these, and only their tasks", async () => {
    const { key } = await create(["*"], ["fi*"])
    const { results, total } = await ask("GET", "/indexes", {}, key)
    expect([results.map(({ uid }: { uid: string }) => uid), total]).toEqual([["films"], 1])
    expect(Object.keys((await ask("GET", "/stats", {}, key)).indexes)).toEqual(["films"])
    const tasks = await ask("GET", "/tasks?limit=1000", {}, key)
    expect(new Set(tasks.results.map(({ indexUid }: { indexUid: string }) => indexUid))).toEqual(new Set(["films"]))
    expect(tasks.total).toBe(tasks.results.length)
    const other = (await ask("GET", "/tasks?indexUids=books&limit=1")).results[0].uid
    expect(await ask("GET", `/tasks/${other}`, {}, key)).toMatchObject({ status: 404, code: "task_not_found" })
    expect(await ask("GET", `/batches/${other}`, {}, key)).toMatchObject({ status: 404, code: "batch_not_found" })
  })

  test("neither creates, swaps nor searches another one", async () => {
    const { key } = await create(["*"], ["fi*"])
    const denied = { status: 403, code: "invalid_api_key" }
    expect(await ask("POST", "/indexes", { uid: "other" }, key)).toMatchObject(denied)
    expect(await ask("POST", "/swap-indexes", [{ indexes: ["films", "books"] }], key)).toMatchObject(denied)
    expect(await ask("POST", "/indexes/books/search", {}, key)).toMatchObject({
      ...denied,
      message: 'The API key cannot acces the index `books`, authorized indexes are ["fi*"].',
    })
  })
})

test.each([
  ["POST", "/indexes/fresh/documents", [{ id: 1 }], "documentAdditionOrUpdate"],
  ["PUT", "/indexes/fresh/documents", [{ id: 1 }], "documentAdditionOrUpdate"],
  ["PATCH", "/indexes/fresh/settings", { stopWords: ["a"] }, "settingsUpdate"],
] as const)("%s %s by a key that may not create indexes fails as a task", async (method, path, body, type) => {
  const { key } = await create(["documents.*", "settings.*"])
  const task = await run(method, path, body, key)
  expect(task).toMatchObject({ type, status: "failed", indexUid: "fresh" })
  expect(task.error).toMatchObject({ code: "index_not_found", message: "Index `fresh` not found." })
  expect(await ask("GET", "/indexes/fresh")).toMatchObject({ status: 404 })
})

describe("a tenant token", () => {
  test("searches within its filter, by GET and POST, whatever filter the client adds", async () => {
    const token = tenantToken(await create(["search"]), { films: { filter: "tenant = 1" } })
    for (const filter of [undefined, "tenant = 1 OR tenant = 2", ["tenant > 0"]])
      expect(idsOf(await ask("POST", "/indexes/films/search", { filter }, token))).toEqual([1])
    expect(idsOf(await ask("GET", "/indexes/films/search?filter=tenant%20%3D%202", {}, token))).toEqual([])
    expect(idsOf(await ask("GET", "/indexes/films/search", {}, token))).toEqual([1])
  })

  test("keeps each query of a multi-search within the rule of its index, and opens no other index", async () => {
    const token = tenantToken(await create(["search"]), { films: { filter: "tenant = 1" }, "b*": null })
    const queries = [{ indexUid: "films" }, { indexUid: "books" }]
    const { results } = await ask("POST", "/multi-search", { queries }, token)
    expect(results.map(idsOf)).toEqual([[1], [1, 2]])
    const narrow = tenantToken(await create(["search"]), ["films"])
    expect(await ask("POST", "/multi-search", { queries }, narrow)).toMatchObject({
      status: 403,
      message: "Inside `.queries[1]`: The provided API key is invalid.",
    })
  })

  test("hides the document that others shall be similar to as if it did not exist, unless its filter shows it", async () => {
    const token = tenantToken(await create(["search"]), { films: { filter: "tenant = 1" } })
    const similarTo = (id: number, filter?: unknown) =>
      ask("POST", "/indexes/films/similar", { id, embedder: "e", filter }, token)
    const hidden = { status: 400, code: "not_found_similar_id" }
    for (const id of [2, 99])
      for (const answer of [
        await similarTo(id),
        await similarTo(id, "tenant = 2"),
        await ask("GET", `/indexes/films/similar?id=${id}&embedder=e`, {}, token),
      ])
        expect(answer).toMatchObject({ ...hidden, message: `Document \`${id}\` not found.` })
    // A model node knows nothing of similarity: that it is asked at all shows that the document was not hidden.
    expect(await similarTo(1)).toMatchObject({ code: "feature_not_enabled" })
    expect(await similarTo(1, "tenant = 2")).toMatchObject({ code: "feature_not_enabled" })
    const whole = tenantToken(await create(["search"]), ["films"])
    const byOther = await ask("POST", "/indexes/films/similar", { id: 2, embedder: "e" }, whole)
    expect(byOther).toMatchObject({ code: "feature_not_enabled" })
  })

  test("ends with its key", async () => {
    const key = await create(["search"])
    const token = tenantToken(key, ["*"])
    expect(await ask("POST", "/indexes/films/search", {}, token)).toMatchObject({ status: 200 })
    await ask("DELETE", `/keys/${key.uid}`)
    expect(await ask("POST", "/indexes/films/search", {}, token)).toMatchObject({ code: "invalid_api_key" })
  })
})
