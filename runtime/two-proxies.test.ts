import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect, Exit, Scope } from "effect"
import { afterAll, beforeAll, expect, test } from "vitest"
import { jsonLoggerLayer } from "#adapters/telemetry/json-logger.ts"
import { loadConfig } from "./config/load-config.ts"
import { serveModelNode } from "./embedded/serve-model-node.ts"
import { freePort } from "./engine/free-port.ts"
import type { Platform } from "./platform.ts"
import { startProxy } from "./proxy.ts"

// Two proxies on one SQLite file and over the same nodes, on real sockets. One writes; both answer everything.

const folder = mkdtempSync(join(tmpdir(), "two-proxies-"))
const nodesScope = Effect.runSync(Scope.make())
let platform: Platform
let nodes: ReadonlyArray<{ readonly id: string; readonly url: string }> = []
let first: RunningProxy
let second: RunningProxy

interface RunningProxy {
  readonly url: string
  readonly stop: () => Promise<void>
}

const run = <A, E>(effect: Effect.Effect<A, E, Scope.Scope>, scope: Scope.Scope): Promise<A> =>
  Effect.runPromise(effect.pipe(Scope.provide(scope), Effect.provide(jsonLoggerLayer("error"))))

beforeAll(async () => {
  const isBun = process.versions["bun"] !== undefined
  platform = isBun ? (await import("./platform.bun.ts")).bunPlatform : (await import("./platform.node.ts")).nodePlatform
  const served = await Promise.all(
    ["n1", "n2", "n3"].map(() => run(serveModelNode(platform, { port: 0, masterKey: null }), nodesScope)),
  )
  nodes = served.map(({ url }, position) => ({ id: `n${position + 1}`, url }))
  first = await start()
  second = await start()
})

afterAll(async () => {
  await second.stop()
  await Effect.runPromise(Scope.close(nodesScope, Exit.void))
  rmSync(folder, { recursive: true, force: true })
})

const start = async (): Promise<RunningProxy> => {
  const port = await freePort()
  const file = JSON.stringify({
    server: { port },
    master_key: "a-master-key-of-16",
    store: { path: join(folder, "miroir.db") },
    dumps: { path: join(folder, "dumps") },
    fleet: { replication_factor: 2, shards: 8, groups: [{ id: "g", nodes }] },
  })
  const loaded = loadConfig({ file, env: {}, flags: {}, readText: String })
  if (loaded.tag === "problems") throw new Error(loaded.problems.join("\n"))
  const scope = Effect.runSync(Scope.make())
  await run(startProxy(loaded.config, platform), scope)
  return { url: `http://127.0.0.1:${port}`, stop: () => Effect.runPromise(Scope.close(scope, Exit.void)) }
}

// oxlint-disable-next-line typescript/no-explicit-any
type Answered = any

const ask = async ({ url }: RunningProxy, method: string, path: string, body?: unknown, key = "a-master-key-of-16") => {
  const response = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { http: response.status, ...(text === "" ? {} : JSON.parse(text)) } as Answered
}

/** Sends a write to one proxy and waits at another until its task has ended. */
const write = async (at: RunningProxy, seenAt: RunningProxy, method: string, path: string, body?: unknown) => {
  const accepted = await ask(at, method, path, body)
  expect(accepted.http, JSON.stringify(accepted)).toBe(202)
  for (const deadlineMs = Date.now() + 20_000; Date.now() < deadlineMs;) {
    const task = await ask(seenAt, "GET", `/tasks/${accepted.taskUid}`)
    if (task.finishedAt !== null) return task
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  throw new Error(`task ${accepted.taskUid} did not end within 20 s`)
}

test("a write to either is seen at both as soon as its task has ended", async () => {
  for (const [at, seenAt, uid] of [
    [first, second, "a"],
    [second, first, "b"],
    [second, second, "c"],
  ] as const) {
    const task = await write(at, seenAt, "POST", `/indexes/${uid}/documents`, [{ id: 1, title: "one" }])
    expect(task.status).toBe("succeeded")
    expect((await ask(seenAt, "GET", `/indexes/${uid}`)).uid).toBe(uid)
    expect((await ask(seenAt, "POST", `/indexes/${uid}/search`, { q: "one" })).hits).toEqual([{ id: 1, title: "one" }])
  }
})

test("a key made at one opens the other, and deleted at the other opens neither", async () => {
  const { key, uid } = await ask(second, "POST", "/keys", { actions: ["search"], indexes: ["a"], expiresAt: null })
  expect((await ask(second, "POST", "/indexes/a/search", {}, key)).http).toBe(200)
  expect((await ask(first, "POST", "/indexes/a/search", {}, key)).http).toBe(200)
  expect((await ask(second, "DELETE", `/keys/${uid}`)).http).toBe(204)
  expect((await ask(second, "POST", "/indexes/a/search", {}, key)).http).toBe(403)
  expect((await ask(first, "POST", "/indexes/a/search", {}, key)).http).toBe(403)
})

test("many writes to both at once end in the order of their tasks", async () => {
  const writes = Array.from({ length: 40 }, (_, value) =>
    write(value % 2 === 0 ? first : second, second, "POST", "/indexes/a/documents", [{ id: 7, value }]).then(
      (task) => ({
        uid: task.uid,
        value,
      }),
    ),
  )
  const done = await Promise.all(writes)
  const last = done.sort((one, other) => other.uid - one.uid)[0]
  expect((await ask(first, "GET", "/indexes/a/documents/7")).value).toBe(last?.value)
  expect((await ask(second, "GET", "/indexes/a/documents/7")).value).toBe(last?.value)
})

test("errors of a write are the same at both", async () => {
  for (const path of ["/indexes/a/documents", "/indexes/not valid/documents", "/indexes/a/settings"]) {
    const [one, other] = [await ask(first, "POST", path, { id: "?" }), await ask(second, "POST", path, { id: "?" })]
    expect({ ...other, taskUid: 0, enqueuedAt: 0 }).toEqual({ ...one, taskUid: 0, enqueuedAt: 0 })
  }
})

test("when the one that writes stops, the other one writes", async () => {
  await first.stop()
  let accepted: Answered = null
  for (const deadlineMs = Date.now() + 20_000; Date.now() < deadlineMs;) {
    accepted = await ask(second, "POST", "/indexes/a/documents", [{ id: 8 }])
    if (accepted.http === 202) break
    expect([accepted.http, accepted.code]).toEqual([503, "miroir_no_writer"])
  }
  expect(accepted.http).toBe(202)
  await write(second, second, "POST", "/indexes/a/documents", [{ id: 9 }])
  expect((await ask(second, "POST", "/indexes/a/search", { q: "" })).estimatedTotalHits).toBe(4)
})
