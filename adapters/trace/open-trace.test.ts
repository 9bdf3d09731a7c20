import { createHmac } from "node:crypto"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Deferred, Effect, Fiber } from "effect"
import { afterEach, beforeEach, expect, test } from "vitest"
import { makeMemoryStore } from "#adapters/memory/memory-store.ts"
import type { Answer } from "#adapters/web/web-server.ts"
import { textOfKey } from "#core/access/api-key.ts"
import { encodeUtf8 } from "#core/prelude/utf8.ts"
import type { ApiRequest, ApiResponse } from "#core/protocol/http-message.ts"
import { newFleetTask } from "#core/tasks/fleet-task.ts"
import type { CallerBook } from "#core/tracing/name-caller.ts"
import type { TraceBodies, TracedRequest } from "#core/tracing/trace-line.ts"
import { openTrace } from "./open-trace.ts"

let folder = ""
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "open-trace-"))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const masterKey = "planted-master-key-0001"
const nodeKey = "planted-node-key-0002"
const keyUid = "6062abda-a5aa-4414-ac91-ecd7944c0f8d"
const hmac: CallerBook["hmac"] = (algorithm, key, message) => createHmac(algorithm, key).update(message).digest()
const keyText = textOfKey(hmac, masterKey, keyUid)
const book: CallerBook = {
  masterKey,
  hmac,
  byText: (text) => (text === keyText ? { uid: keyUid, name: "front" } : null),
  textOf: (uid) => textOfKey(hmac, masterKey, uid),
}

const tenantToken = (rules: unknown): string => {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url")
  const message = `${part({ alg: "HS256", typ: "JWT" })}.${part({ searchRules: rules, apiKeyUid: keyUid })}`
  return `${message}.${createHmac("sha256", keyText).update(message).digest("base64url")}`
}

const ask = (
  method: ApiRequest["method"],
  target: string,
  body: unknown = "",
  headers: ApiRequest["headers"] = { authorization: `Bearer ${masterKey}` },
): ApiRequest => {
  const [path = "", query = ""] = target.split("?")
  return { method, path, query, headers, body: encodeUtf8(typeof body === "string" ? body : JSON.stringify(body)) }
}

const reply = (value: unknown, status = 200): ApiResponse => ({ status, headers: {}, body: JSON.stringify(value) })

/** Records one exchange after the other and gives back the whole file and its lines about requests. */
const record = async (
  exchanges: ReadonlyArray<readonly [ApiRequest, ApiResponse]>,
  bodies: TraceBodies = "all",
  bodyBytesMax = 1_000,
): Promise<{ readonly text: string; readonly requests: ReadonlyArray<TracedRequest> }> => {
  const path = join(folder, "trace.ndjson")
  const limits = { bodyBytesMax, bufferBytesMax: 1_000_000, fileBytesMax: 1_000_000 }
  const secrets = [masterKey, nodeKey]
  const options = { path, bodies, ...limits, version: "0.0.0", secrets, isSecured: true }
  await Effect.runPromise(
    Effect.scoped(
      Effect.gen(function* () {
        const trace = yield* openTrace(options)
        for (const [request, response] of exchanges) {
          const answered = yield* trace.recordRequests(() => Effect.succeed(response), book)(request)
          expect(answered).toBe(response)
        }
      }),
    ),
  )
  return linesOf(path)
}

const linesOf = (path: string) => {
  const text = readFileSync(path, "utf8")
  const lines = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as object)
  return { text, requests: lines.filter((line): line is TracedRequest => "request" in line) }
}

test("no secret that passes through the proxy stands in its trace", async () => {
  const token = tenantToken({ movies: null })
  const planted = {
    authorization: `Bearer ${keyText}`,
    cookie: "session=planted-cookie-0003",
    "x-meili-api-key": "planted-old-header-0004",
    "content-type": "application/json",
  }
  const webhook = { url: "https://hooks.example/planted-path-0005", headers: { authorization: "planted-hook-0006" } }
  const embedders = {
    e: {
      source: "rest",
      apiKey: "planted-embedder-0007",
      url: "https://user:planted-password-0008@embed.example/v1?token=planted-parameter-0009",
      headers: { "x-token": "planted-embedder-header-0010" },
    },
  }
  const exported = { url: "https://other.example/planted-export-0011", apiKey: "planted-export-key-0012" }
  const { text } = await record([
    [ask("GET", "/keys"), reply({ results: [{ uid: keyUid, key: keyText }] })],
    [ask("POST", "/keys", { name: "front", uid: keyUid }), reply({ uid: keyUid, key: keyText }, 201)],
    [ask("GET", `/keys/${keyText}`), reply({ uid: keyUid, key: keyText })],
    [ask("GET", "/keys/planted-guess-0013"), reply({ message: "API key `planted-guess-0013` not found." }, 404)],
    [ask("POST", "/webhooks", webhook), reply({ uuid: keyUid, ...webhook }, 201)],
    [ask("PATCH", "/indexes/movies/settings", { embedders }), reply({ taskUid: 1 }, 202)],
    [ask("PATCH", "/indexes/movies/settings/embedders", embedders), reply({ taskUid: 2 }, 202)],
    [ask("GET", "/indexes/movies/settings"), reply({ embedders })],
    [ask("GET", "/tasks"), reply({ results: [{ details: { embedders, ...exported } }] })],
    [ask("POST", "/export", exported), reply({ taskUid: 3 }, 202)],
    [
      ask("POST", "/export", '{"apiKey": "planted-broken-0014"'),
      reply({ message: "EOF while parsing an object" }, 400),
    ],
    [
      ask("PATCH", "/webhooks/x", { headers: ["planted-list-0015"] }),
      reply({ message: 'expected an object, but found an array: `["planted-list-0015"]`' }, 400),
    ],
    [ask("POST", "/indexes/movies/search", { q: `what is ${masterKey} or ${keyText}` }, planted), reply({ hits: [] })],
    [ask("GET", `/indexes/movies/search?q=${nodeKey}`), reply({ query: nodeKey })],
    [ask("GET", "/indexes/movies/search", "", { authorization: `Bearer ${token}` }), reply({ hits: [] })],
    [ask("GET", "/version", "", { authorization: "Bearer planted-wrong-0016" }), reply({}, 403)],
  ])
  expect(text).not.toContain("planted-")
  expect(text).not.toContain(keyText)
  expect(text).not.toContain(token)
  expect(text).not.toContain(token.split(".")[2])
  expect(text).toContain(`/keys/key-${keyUid}`)
})

test("a request that deletes the key which it names still tells which key that was", async () => {
  const path = join(folder, "trace.ndjson")
  const limits = { bodyBytesMax: 10, bufferBytesMax: 100_000, fileBytesMax: 100_000 }
  const options = { path, bodies: "all", ...limits, version: "0.0.0", secrets: [], isSecured: true } as const
  let isDeleted = false
  const forgetful: CallerBook = { ...book, byText: (text) => (isDeleted ? null : book.byText(text)) }
  const remove: Answer = () =>
    Effect.sync(() => {
      isDeleted = true
      return { status: 204, body: "", headers: {} }
    })
  const recorded = Effect.flatMap(openTrace(options), (trace) =>
    trace.recordRequests(remove, forgetful)(ask("DELETE", `/keys/${keyText}`)),
  )
  await Effect.runPromise(Effect.scoped(recorded))
  expect(linesOf(path).requests.map(({ target }) => target)).toEqual([`/keys/key-${keyUid}`])
})

test("documents and searches stand in the trace as they were sent, whatever their fields are called", async () => {
  const documents = '[{"id":9007199254740993,"key":"value","apiKey":"value","url":"https://x/?a=1"}]'
  const { requests } = await record([
    [ask("POST", "/indexes/movies/documents", documents), reply({ taskUid: 7 }, 202)],
    [ask("POST", "/indexes/movies/search", '{"filter": "key = 1.0"}'), reply({ hits: [{ url: "u", apiKey: "k" }] })],
  ])
  expect(requests.map(({ body }) => body)).toEqual([documents, '{"filter": "key = 1.0"}'])
  expect(requests[1]?.answer).toBe('{"hits":[{"url":"u","apiKey":"k"}]}')
  expect(requests[0]?.said).toEqual({ taskUid: 7 })
})

test("a caller is named by the uid of his key, and a tenant by his rules", async () => {
  const rules = { movies: { filter: "user = 1" } }
  const as = (authorization?: string): readonly [ApiRequest, ApiResponse] => [
    ask("GET", "/indexes/movies/search", "", authorization === undefined ? {} : { authorization }),
    reply({}),
  ]
  const forged = `${tenantToken(rules).slice(0, -4)}AAAA`
  const { requests } = await record([
    as(),
    as(`Bearer ${masterKey}`),
    as(`Bearer ${keyText}`),
    as(`Bearer ${tenantToken(rules)}`),
    as(`Bearer ${forged}`),
    as("Bearer nobody"),
    as("Basic dXNlcjpwYXNz"),
  ])
  const tenant = { kind: "tenant", uid: keyUid, rules, expiredAtSeconds: null }
  expect(requests.map(({ caller }) => caller)).toEqual([
    { kind: "none" },
    { kind: "master" },
    { kind: "key", uid: keyUid, name: "front" },
    { ...tenant, isGenuine: true },
    { ...tenant, isGenuine: false },
    { kind: "unknown" },
    { kind: "malformed" },
  ])
})

test("only the bodies that were asked for are kept, none above the limit, and bytes that are no text survive", async () => {
  const bytes = new Uint8Array([0xff, 0x00, 0x31])
  const exchanges = [
    [ask("POST", "/indexes/m/documents", "[1]"), reply("a")],
    [ask("POST", "/indexes/m/documents", "x".repeat(11)), reply("b".repeat(20))],
    [{ ...ask("POST", "/indexes/m/documents"), body: bytes }, reply("c")],
  ] as const
  const all = await record(exchanges, "all", 10)
  expect(all.requests.map(({ body }) => body)).toEqual(["[1]", { bytes: 11, leftOut: "too-large" }, { base64: "/wAx" }])
  expect(all.requests.map(({ answer }) => answer)).toEqual(['"a"', { bytes: 22, leftOut: "too-large" }, '"c"'])
  rmSync(join(folder, "trace.ndjson"))
  const some = await record(exchanges, "requests", 10)
  expect(some.requests.every((line) => "body" in line && !("answer" in line))).toBe(true)
  rmSync(join(folder, "trace.ndjson"))
  const none = await record(exchanges, "none", 10)
  expect(none.requests.some((line) => "body" in line || "answer" in line)).toBe(false)
})

test("a secret in a body that is no text leaves the body out", async () => {
  const withByte = (text: string): Uint8Array => new Uint8Array([...encodeUtf8(text), 0xff])
  const embedder = '{"embedders":{"e":{"apiKey":"planted-key-0017"}}}'
  const { text, requests } = await record([
    [{ ...ask("PATCH", "/indexes/m/settings"), body: withByte(embedder) }, reply({}, 400)],
    [{ ...ask("POST", "/indexes/m/search"), body: withByte(masterKey) }, reply({}, 400)],
    [{ ...ask("POST", "/indexes/m/search"), body: withByte("harmless") }, reply({}, 400)],
  ])
  expect(requests.map(({ body }) => body)).toEqual([
    { bytes: embedder.length + 1, leftOut: "may-hold-secrets" },
    { bytes: masterKey.length + 1, leftOut: "may-hold-secrets" },
    { base64: Buffer.from(withByte("harmless")).toString("base64") },
  ])
  expect(text).not.toContain("planted-")
})

test("a long query counts in the buffer: where it does not fit, its line is dropped", async () => {
  const path = join(folder, "trace.ndjson")
  const limits = { bodyBytesMax: 10, bufferBytesMax: 5_000, fileBytesMax: 100_000 }
  const options = { path, bodies: "none", ...limits, version: "0.0.0", secrets: [], isSecured: true } as const
  const recorded = Effect.flatMap(openTrace(options), (trace) =>
    trace.recordRequests(() => Effect.succeed(reply({})), book)(ask("GET", `/indexes/m/search?q=${"a".repeat(5_000)}`)),
  )
  await Effect.runPromise(Effect.scoped(recorded))
  const { text, requests } = linesOf(path)
  expect([requests.length, text.includes('{"dropped":1}')]).toEqual([0, true])
})

const dump = { kind: "dumpCreation", details: null, epoch: 1, owner: "proxy" } as const

test("requests side by side, one whose client left, and the end of a task stand in the order in which they happened", async () => {
  const path = join(folder, "trace.ndjson")
  const limits = { bodyBytesMax: 10, bufferBytesMax: 100_000, fileBytesMax: 100_000 }
  const options = { path, bodies: "none", ...limits, version: "0.0.0", secrets: [], isSecured: false } as const
  await Effect.runPromise(
    Effect.scoped(
      Effect.gen(function* () {
        const trace = yield* openTrace(options)
        const gate = yield* Deferred.make<void>()
        const answer: Answer = ({ path }) =>
          path === "/slow"
            ? Effect.as(Deferred.await(gate), reply({}))
            : path === "/left"
              ? Effect.never
              : Effect.succeed(reply({}))
        const recorded = trace.recordRequests(answer, { ...book, masterKey: null })
        const start = (target: string) => Effect.forkChild(recorded(ask("GET", target)), { startImmediately: true })
        const slow = yield* start("/slow")
        const left = yield* start("/left")
        yield* recorded(ask("GET", "/quick"))
        yield* Fiber.interrupt(left)
        yield* trace
          .watchStore(makeMemoryStore())
          .commit({ tasks: [{ ...newFleetTask(dump, 12, 0), state: "failed" }] })
        yield* Deferred.succeed(gate, undefined)
        yield* Fiber.join(slow)
      }),
    ),
  )
  const { text, requests } = linesOf(path)
  expect(requests.map(({ target, began, ended, status }) => [target, began, ended, status])).toEqual([
    ["/quick", 3, 4, 200],
    ["/left", 2, 5, null],
    ["/slow", 1, 7, 200],
  ])
  expect(text).toContain('{"task":12,"status":"failed","ended":6,')
})
