import { setImmediate } from "node:timers/promises"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { HttpMethod } from "#core/protocol/http-message.ts"
import { type ModelProxy, startProxyOverModels } from "./embedded/proxy-over-models.ts"

// Chats are off here; what an engine with chats off answers was read from Meilisearch v1.21.

let proxy: ModelProxy

beforeAll(async () => {
  proxy = await startProxyOverModels("masterkey-masterkey")
  await run("POST", "/indexes", { uid: "films" })
})
afterAll(() => proxy.stop())

const ask = async (method: HttpMethod, path: string, body: unknown = {}) => {
  const response = await proxy.ask(method, path, "masterkey-masterkey", body)
  return { status: response.status, ...JSON.parse(response.body) }
}

/** Waits, at most 5 s, for the end of the task that a request makes. */
const run = async (method: HttpMethod, path: string, body?: unknown) => {
  const { taskUid } = await ask(method, path, body)
  for (const deadlineMs = Date.now() + 5_000; Date.now() < deadlineMs;) {
    const task = await ask("GET", `/tasks/${taskUid}`)
    if (task.finishedAt !== null) return task
    // Lets the timers of the proxy run.
    await setImmediate()
  }
  throw new Error(`task ${taskUid} did not end within 5 s`)
}

const chat = "/indexes/films/settings/chat"

describe("the chat settings of an index", () => {
  test.each([
    ["DELETE", chat, undefined],
    ["PATCH", chat, null],
    ["PATCH", "/indexes/films/settings", { chat: null }],
  ] as const)("are reset by a task: %s %s", async (method, path, body) => {
    expect(await run(method, path, body)).toMatchObject({
      indexUid: "films",
      type: "settingsUpdate",
      status: "succeeded",
      details: { chat: null },
    })
  })

  test("cannot be reset where the index is missing: the task fails, and no index appears", async () => {
    expect(await run("DELETE", "/indexes/none/settings/chat")).toMatchObject({
      status: "failed",
      error: { code: "index_not_found", message: "Index `none` not found." },
    })
    expect(await ask("GET", "/indexes/none")).toMatchObject({ status: 404 })
  })

  test.each([
    ["PATCH", chat, { description: "x" }],
    ["PATCH", "/indexes/films/settings", { chat: { description: "x" } }],
  ] as const)("cannot be set: %s %s", async (method, path, body) => {
    expect(await ask(method, path, body)).toMatchObject({ status: 400, code: "feature_not_enabled" })
  })

  test("of an index that cannot be named so are refused for the name", async () => {
    for (const method of ["DELETE", "PATCH"] as const)
      expect(await ask(method, "/indexes/no!/settings/chat", null)).toMatchObject({ code: "invalid_index_uid" })
  })
})
