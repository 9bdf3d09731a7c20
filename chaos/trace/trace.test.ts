import { createHmac } from "node:crypto"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { awaitHealth } from "#runtime/engine/await-health.ts"
import { startProgram } from "#runtime/engine/child-program.ts"
import { freePort } from "#runtime/engine/free-port.ts"
import { sendWireRequest } from "../conformance/send-wire-request.ts"
import type { WireRequest } from "../conformance/sequence.ts"
import { fleetTopologies } from "../e2e/topology.ts"
import { createTemporaryFolder, removeTemporaryFolder } from "../temporary-folder.ts"
import { compareReplays, compareWithRecording } from "./compare-replay.ts"
import { parseTrace, readTrace } from "./read-trace.ts"
import { replayInSimulator } from "./replay-in-simulator.ts"
import { replayOnFreshFleet } from "./replay-on-servers.ts"

// A small session on a fleet of embedded nodes, recorded by the proxy itself, and replayed.

const masterKey = "a-master-key-for-the-recording"
const folder = createTemporaryFolder("trace")
const file = join(folder, "session.ndjson")
const topology = fleetTopologies.find(({ name }) => name === "3x2")!
const minutesMs = 4 * 60_000

let keyText = ""

beforeAll(async () => {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const dev = fileURLToPath(new URL("../../runtime/dev.ts", import.meta.url))
  const flags = ["--engine", "embedded", "--ephemeral", "--port", `${port}`, "--master-key", masterKey, "--trace", file]
  const command = { command: process.execPath, arguments: [dev, ...flags] }
  const proxy = await startProgram({ ...command, folder, logFile: `${file}.log`, hasOwnGroup: false })
  try {
    await awaitHealth("the recording fleet", url, proxy)
    await runSession(url)
  } finally {
    await proxy.end("SIGTERM")
  }
}, minutesMs)
afterAll(() => removeTemporaryFolder(folder))

const runSession = async (url: string): Promise<void> => {
  const ask = async (request: WireRequest) => (await sendWireRequest({ url, masterKey }, request)).body as Body
  const as = (token: string, request: WireRequest) => ask({ ...request, headers: { authorization: `Bearer ${token}` } })
  const settled = async (request: WireRequest): Promise<void> => {
    const { taskUid } = await ask(request)
    for (;;) {
      const { status } = await ask({ method: "GET", path: `/tasks/${taskUid}` })
      if (status !== "enqueued" && status !== "processing") return
    }
  }
  const documents = Array.from({ length: 40 }, (_, id) => ({ id, title: id % 3 === 0 ? "war and peace" : "peace" }))
  const search: WireRequest = { method: "POST", path: "/indexes/books/search", body: { q: "war", limit: 5 } }
  await settled({ method: "POST", path: "/indexes/books/documents", body: documents })
  await settled({ method: "PATCH", path: "/indexes/books/settings", body: { filterableAttributes: ["id"] } })
  await Promise.all([ask(search), ask({ ...search, body: { q: "peace", filter: "id < 9" } })])
  const key = await ask({
    method: "POST",
    path: "/keys",
    body: { actions: ["search"], indexes: ["*"], expiresAt: null },
  })
  keyText = key.key
  await as(keyText, search)
  await as(tenantToken(key, { books: { filter: "id > 20" } }), search)
  await ask({ method: "GET", path: `/keys/${keyText}` })
  const { results } = await ask({ method: "GET", path: "/keys" })
  await as(results.find(({ name }) => name === "Default Search API Key")?.key ?? "", search)
  await as("nobody", search)
  await ask({ method: "POST", path: "/webhooks", body: { url: "http://127.0.0.1:1/secret-path" } })
  await ask({ method: "GET", path: "/webhooks" })
  await settled({ method: "POST", path: "/tasks/cancel?uids=1" })
  await settled({ method: "DELETE", path: "/indexes/books/documents/3" })
  await ask({ method: "GET", path: "/tasks?uids=1,2" })
  await ask({ method: "GET", path: "/indexes/books/stats" })
  await ask({ method: "GET", path: "/no/such/route" })
}

/** Of all the answers of the session. */
interface Body {
  readonly taskUid: number
  readonly status: string
  readonly key: string
  readonly uid: string
  readonly results: ReadonlyArray<{ readonly name: string | null; readonly key: string }>
}

const tenantToken = ({ uid, key }: Body, searchRules: object): string => {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url")
  const message = `${part({ alg: "HS256", typ: "JWT" })}.${part({ searchRules, apiKeyUid: uid })}`
  return `${message}.${createHmac("sha256", key).update(message).digest("base64url")}`
}

describe("a session that was recorded by the proxy", () => {
  it("keeps neither the master key, nor a key that was made, nor the address of a webhook", () => {
    const text = readFileSync(file, "utf8")
    expect(keyText).toMatch(/^[\da-f]{64}$/)
    for (const secret of [masterKey, keyText, "secret-path"]) expect(text).not.toContain(secret)
  })

  it(
    "replays on a fresh fleet with another master key without a difference to the recording, or to the simulator",
    async () => {
      const trace = readTrace(file)
      const options = { topology, engine: "embedded", runtime: "node", speed: "max" } as const
      const replay = await replayOnFreshFleet(trace, options)
      const compared = compareWithRecording(trace, replay)
      expect(compared).toMatchObject({ tolerated: 0, different: [], raced: [] })
      expect(compared.equal).toBeGreaterThanOrEqual(22)
      expect(replay.leftOut.filter(({ why }) => why !== "asked for a task that had not ended")).toEqual([])
      expect(replay.endless).toEqual([])
      expect(replay.tasks.size).toBe(4)
      const simulated = replayInSimulator(trace, { topology, seed: 3, speed: "max" })
      expect(compareReplays(trace, replay, simulated.replay)).toMatchObject({ different: [], raced: [] })
    },
    minutesMs,
  )

  it("replays in the simulator to its end, twice the same, and without a difference", () => {
    const trace = readTrace(file)
    const [one, two] = [1, 2].map(() => replayInSimulator(trace, { topology, seed: 7, speed: 1 }))
    expect(one?.defects).toEqual([])
    expect(one?.replay.repeated).toHaveLength(compareWithRecording(trace, one!.replay).equal)
    expect(two).toEqual(one)
  })

  it("shows the one answer that was changed, and no other", () => {
    const text = readFileSync(file, "utf8").replace(/\\"estimatedTotalHits\\":14/, '\\"estimatedTotalHits\\":15')
    const trace = parseTrace(text, "a changed trace")
    const { replay } = replayInSimulator(trace, { topology, seed: 7, speed: "max" })
    const { different } = compareWithRecording(trace, replay)
    expect(different.map(({ route, differences }) => [route, differences])).toEqual([
      ["POST /indexes/{uid}/search", [{ path: "body.estimatedTotalHits", expected: 15, actual: 14 }]],
    ])
  })
})

describe("reading a trace", () => {
  it("refuses a version that it does not know, and a file that is none", () => {
    expect(() => parseTrace('{"trace":2}\n', "a")).toThrow("a is a trace of version 2; this program reads 1")
    expect(() => parseTrace('{"hello":1}\n', "b")).toThrow("b does not begin like a trace")
    expect(() => parseTrace("", "c")).toThrow("c is empty")
  })

  it("passes over half a last line, which a killed proxy leaves", () => {
    const text = readFileSync(file, "utf8")
    const cut = text.slice(0, text.lastIndexOf('{"end"') + 5)
    expect(parseTrace(cut, "d").requests).toHaveLength(readTrace(file).requests.length)
  })

  it("passes over half a line before the next run, and over no other", () => {
    const text = readFileSync(file, "utf8")
    const cut = text.slice(0, text.lastIndexOf('{"end"') + 5)
    expect(parseTrace(`${cut}\n${text}`, "e").requests).toHaveLength(2 * readTrace(file).requests.length)
    expect(() => parseTrace(text.replace("\n", '\n{"request"\n'), "f")).toThrow("f: line 2 is no JSON")
  })
})
