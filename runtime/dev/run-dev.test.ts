import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect } from "effect"
import { afterEach, beforeEach, expect, test } from "vitest"
import { serveNode } from "#adapters/node/serve.ts"
import type { Config } from "../config/config-schema.ts"
import { freePort, freePortAbove, isPortFree } from "../engine/free-port.ts"
import { nodePlatform } from "../platform.node.ts"
import { lockData } from "./data-lock.ts"
import type { DevOptions } from "./dev-options.ts"
import { openFleet } from "./fleet-file.ts"
import { runDev, type DevRuntime } from "./run-dev.ts"

let directory = ""
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "run-dev-"))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const options = async (more: Partial<DevOptions> = {}): Promise<DevOptions> => ({
  nodes: null,
  groups: null,
  replicationFactor: null,
  shards: null,
  engine: "embedded",
  port: await freePort(),
  isEphemeral: false,
  runtime: null,
  dataDirectory: join(directory, "data"),
  masterKey: null,
  trace: null,
  ...more,
})

/** Stands in for the proxy: it remembers its configuration and answers whatever it is asked. */
const standIn = () => {
  const printed: Array<string> = []
  const configs: Array<Config> = []
  const runtime: DevRuntime = {
    platform: nodePlatform,
    print: (text) => void printed.push(text),
    startProxy: (config) => {
      configs.push(config)
      const { host, port } = config.server
      const limits = {
        payloadLimitBytes: 1_000,
        maxRequestsInFlight: 10,
        bodyPauseMaxMs: 30_000,
        shutdownDeadlineMs: 1_000,
      }
      return serveNode({ ...limits, host, port }, () => Effect.succeed({ status: 200, body: "{}", headers: {} }))
    },
  }
  return { runtime, configs, printed: () => printed.join("") }
}

const failureOf = async (given: DevOptions): Promise<string> => {
  const failure = await Effect.runPromise(Effect.flip(Effect.scoped(runDev(given, standIn().runtime))))
  return (failure as { readonly message: string }).message
}

test("an embedded fleet serves, says loudly what it is, and leaves nothing behind", async () => {
  const { runtime, configs, printed } = standIn()
  const given = await options({ nodes: 2, groups: 2, replicationFactor: 1, shards: 8, masterKey: "0123456789abcdef" })
  const urls: Array<string> = []
  await Effect.runPromise(
    Effect.scoped(
      Effect.gen(function* () {
        const { url } = yield* runDev(given, runtime)
        const nodes = configs[0]!.fleet.groups.flatMap((group) => group.nodes)
        urls.push(url, ...nodes.map((node) => node.url))
        for (const at of urls) expect((yield* Effect.promise(() => fetch(`${at}/health`))).status).toBe(200)
        // With a master key nobody may go round the proxy.
        expect((yield* Effect.promise(() => fetch(`${nodes[0]!.url}/indexes`))).status).toBe(401)
      }),
    ),
  )
  const config = configs[0]!
  expect(config.fleet.groups.map(({ id, nodes }) => [id, nodes.map((node) => node.id)])).toEqual([
    ["g1", ["n1", "n2"]],
    ["g2", ["n3", "n4"]],
  ])
  expect(config).toMatchObject({
    store: { path: ":memory:" },
    fleet: { replication_factor: 1, shards: 8 },
    master_key: "0123456789abcdef",
    node_master_key: expect.stringMatching(/^.{32}$/),
  })
  expect(printed()).toMatch(/2 groups × 2 nodes, replication factor 1, 8 shards\nENGINE: EMBEDDED[^]*curl -X POST/)
  for (const url of urls) expect(await isPortFree(Number(new URL(url).port))).toBe(true)
  expect(existsSync(given.dataDirectory)).toBe(false)
})

test("without a master key neither the proxy nor the nodes have one", async () => {
  const { runtime, configs } = standIn()
  const status = Effect.gen(function* () {
    yield* runDev(yield* Effect.promise(() => options({ nodes: 1 })), runtime)
    const [node] = configs[0]!.fleet.groups[0]!.nodes
    return (yield* Effect.promise(() => fetch(`${node!.url}/indexes`))).status
  })
  expect(await Effect.runPromise(Effect.scoped(status))).toBe(200)
  expect(configs[0]).toMatchObject({ master_key: null, node_master_key: null })
})

test("a taken port is told before anything is started", async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve))
  const { port } = other.address() as { port: number }
  expect(await failureOf(await options({ port }))).toBe(
    `cannot listen on 127.0.0.1:${port}: another process is listening there already; end it, or give another --port`,
  )
  await new Promise((resolve) => other.close(resolve))
})

test("a second start goes on with the same nodes, and other flags are refused with what to do", async () => {
  const data = join(directory, "data")
  const first = await openFleet(await options({ nodes: 3, replicationFactor: 2 }), data, freePortAbove)
  expect(await openFleet(await options(), data, freePortAbove)).toEqual(first)
  expect(await openFleet(await options({ nodes: 3, shards: 64 }), data, freePortAbove)).toEqual(first)
  await expect(
    openFleet(await options({ nodes: 5, replicationFactor: 2, shards: 32 }), data, freePortAbove),
  ).rejects.toThrow(
    `The fleet in ${data} is --nodes 3 --groups 1 --rf 2 --shards 64; you asked for --nodes 5 --shards 32.\nTo go on with it, leave those flags out.`,
  )
})

test("more replicas than nodes are refused, and a damaged fleet file is named", async () => {
  const data = join(directory, "data")
  expect(await failureOf(await options({ nodes: 1, replicationFactor: 2 }))).toMatch(/^--rf 2 needs as many nodes/)
  await openFleet(await options(), data, freePortAbove)
  writeFileSync(join(data, "fleet.json"), "{")
  await expect(openFleet(await options(), data, freePortAbove)).rejects.toThrow(
    /fleet\.json is not a fleet that this version knows/,
  )
})

test("a data directory belongs to one process, and the lock of one that is gone counts for nothing", async () => {
  const lock = join(directory, "lock")
  const locked = Effect.scoped(lockData(directory))
  writeFileSync(lock, String(process.ppid))
  expect(await Effect.runPromise(Effect.flip(locked))).toMatchObject({
    message: expect.stringContaining(`${directory} is in use by process ${process.ppid}.`),
  })
  writeFileSync(lock, "999999999")
  await Effect.runPromise(
    Effect.scoped(Effect.map(lockData(directory), () => expect(readFileSync(lock, "utf8")).toBe(String(process.pid)))),
  )
  expect(existsSync(lock)).toBe(false)
})

test("a MEILISEARCH_BIN that cannot be run is told, not passed over", async () => {
  const before = process.env["MEILISEARCH_BIN"]
  process.env["MEILISEARCH_BIN"] = "/nowhere/meilisearch"
  const failure = await failureOf(await options({ engine: "real" }))
  if (before === undefined) delete process.env["MEILISEARCH_BIN"]
  else process.env["MEILISEARCH_BIN"] = before
  expect(failure).toMatch(/^MEILISEARCH_BIN is \/nowhere\/meilisearch, which is not a program/)
})
