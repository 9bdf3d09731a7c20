import { Effect, Exit, Scope } from "effect"
import { afterAll, beforeAll, expect, test } from "vitest"
import { type EngineProcess, settleEngine, startEngine } from "#adapters/meilisearch/engine-process.ts"
import { jsonLoggerLayer } from "#adapters/telemetry/json-logger.ts"
import { loadConfig } from "./config/load-config.ts"
import { startProxy } from "./proxy.ts"

// Words of a client that every JavaScript object knows too, as names of indexes, attributes and embedders: over a real node, and compared with
// a bare engine that was told the same.

const scope = Effect.runSync(Scope.make())
let engines: ReadonlyArray<EngineProcess> = []
let proxy = ""
let bare = ""

beforeAll(async () => {
  engines = await Promise.all([startEngine(), startEngine()])
  const [node, alone] = engines
  bare = alone!.url
  const file = JSON.stringify({
    server: { port: 0 },
    store: { path: ":memory:" },
    fleet: { replication_factor: 1, shards: 2, groups: [{ id: "g", nodes: [{ id: "n", url: node!.url }] }] },
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
  proxy = `http://127.0.0.1:${port}`
  for (const uid of ["constructor", "__proto__"]) {
    await write("PATCH", `/indexes/${uid}/settings`, settings)
    await write("POST", `/indexes/${uid}/documents`, documents)
  }
})

afterAll(async () => {
  await Effect.runPromise(Scope.close(scope, Exit.void))
  await Promise.all(engines.map((engine) => engine.stop()))
})

// Texts, because a literal would set the prototype.
const settings = `{"filterableAttributes":["constructor","__proto__"],"faceting":{"sortFacetValuesBy":{"__proto__":"count"}},
  "embedders":{"__proto__":{"source":"userProvided","dimensions":2}}}`
const vectors = '"_vectors":{"__proto__":[0.5,1],"constructor":null}'
const documentOf = (word: string, id: number) => `{"id":${id},"constructor":"${word}","__proto__":"${word}",${vectors}}`
const documents = `[${["a", "b", "b"].map(documentOf).join(",")}]`

const ask = async (at: string, method: string, path: string, body?: string): Promise<string> => {
  const headers = body === undefined ? {} : { "content-type": "application/json" }
  const response = await fetch(at + path, { method, headers, ...(body === undefined ? {} : { body }) })
  return (await response.text()).replace(/"processingTimeMs":\d+/, '"processingTimeMs":0')
}

/** At both, until it is done. */
const write = async (method: string, path: string, body: string): Promise<void> => {
  for (const at of [proxy, bare]) {
    const { taskUid } = JSON.parse(await ask(at, method, path, body))
    await settleEngine(at)
    expect(JSON.parse(await ask(at, "GET", `/tasks/${taskUid}`))).toMatchObject({ status: "succeeded" })
  }
}

const expectSame = async (method: string, path: string, body?: string): Promise<string> => {
  const answer = await ask(proxy, method, path, body)
  expect(JSON.parse(answer)).toEqual(JSON.parse(await ask(bare, method, path, body)))
  // Only the text shows whether a member stands there, and in which order.
  return answer
}

test.each(["constructor", "__proto__"])(
  "a federated search shows facets of %s only where they are asked for",
  async (uid) => {
    const queries = `"queries":[{"indexUid":"${uid}","q":""}]`
    const without = await expectSame("POST", "/multi-search", `{"federation":{},${queries}}`)
    expect(without).not.toContain("facets")
    const asked = `{"federation":{"facetsByIndex":{"${uid}":["constructor"]}},${queries}}`
    const shown = await expectSame("POST", "/multi-search", asked)
    expect(shown).toContain(`"facetsByIndex":{"${uid}":{"distribution":{"constructor":{"a":1,"b":2}}`)
  },
)

test("an attribute is ordered as its own setting says, and by no other", async () => {
  const facets = `{"federation":{"facetsByIndex":{"constructor":["constructor","__proto__"]},"mergeFacets":{}},"queries":[{"indexUid":"constructor"}]}`
  for (const [name, values] of [
    ["constructor", ["a", "b"]],
    ["__proto__", ["b", "a"]],
  ] as const) {
    const found = await expectSame("POST", "/indexes/constructor/facet-search", `{"facetName":"${name}"}`)
    expect(JSON.parse(found).facetHits.map(({ value }: { value: string }) => value)).toEqual(values)
    const counts = new RegExp(`"${name}":\\{"${values[0]}":\\d,"${values[1]}"`)
    expect(await expectSame("POST", "/multi-search", facets)).toMatch(counts)
    expect(await expectSame("POST", "/indexes/constructor/search", `{"facets":["${name}"]}`)).toMatch(counts)
  }
})

test("settings and statistics of these names are kept", async () => {
  await write(
    "PATCH",
    "/indexes/constructor/settings",
    '{"embedders":{"constructor":{"source":"userProvided","dimensions":3}}}',
  )
  const kept = await expectSame("GET", "/indexes/constructor/settings/embedders")
  expect(kept).toContain('"__proto__":{"source":"userProvided","dimensions":2}')
  for (const path of ["/indexes/__proto__/settings", "/indexes/__proto__/documents"]) await expectSame("GET", path)
  expect(await ask(proxy, "GET", "/stats")).toMatch(/"__proto__":\{"numberOfDocuments":3/)
})

test.each(["__proto__", "__proto*"])("an index of such a name is exported when %s is asked for", async (pattern) => {
  const target = await startEngine()
  try {
    const body = `{"url":"${target.url}","indexes":{"${pattern}":{"overrideSettings":true}}}`
    const { taskUid } = JSON.parse(await ask(proxy, "POST", "/export", body))
    await settleEngine(proxy)
    const task = await ask(proxy, "GET", `/tasks/${taskUid}`)
    expect(task).toContain('"indexes":{"__proto__":{"filter":null,"overrideSettings":true,"matched_documents":3}}')
    await settleEngine(target.url)
    for (const path of ["/settings", "/documents"])
      expect(await ask(target.url, "GET", `/indexes/__proto__${path}`)).toBe(
        await ask(bare, "GET", `/indexes/__proto__${path}`),
      )
  } finally {
    await target.stop()
  }
})
