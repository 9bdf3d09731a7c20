import { Effect, Exit, Layer, Scope } from "effect"
import * as fc from "fast-check"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { jsonLoggerLayer } from "#adapters/telemetry/json-logger.ts"
import type { Answer } from "#adapters/web/web-server.ts"
import { routes } from "#core/program/routes.ts"
import { nodeHitsMax } from "#core/routing/bound-limit.ts"
import { NodeClient } from "#core/ports/node-client.ts"
import { encodeUtf8 } from "#core/prelude/utf8.ts"
import { shardClause } from "#core/protocol/hidden-fields.ts"
import {
  type ApiRequest,
  type ApiResponse,
  type HttpMethod,
  type NodeRequest,
  wholeBody,
} from "#core/protocol/http-message.ts"
import { answerModelNode, applyNextTask, createModelNode, type ModelNode } from "#sim/model/model-node.ts"
import { loadConfig } from "./config/load-config.ts"
import type { Platform } from "./platform.ts"
import { startProxy } from "./proxy.ts"

// Whatever a client sends: no 500, no crash, and no write that one replica has and another has not.

const cases = 10_000
const nodes = new Map<string, ModelNode>(["n1", "n2", "n3"].map((id) => [id, createModelNode({ masterKey: null })]))
const scope = Effect.runSync(Scope.make())
let ask: (request: ApiRequest) => Promise<ApiResponse>
/** The largest `limit` that a node was ever asked for. */
let largestLimit = 0

const askNode = (id: string, { method, path, contentType, body }: Omit<NodeRequest, "timeoutMs">) => {
  const node = nodes.get(id)!
  const bytes = wholeBody(body)
  const limits = `${path} ${typeof bytes === "string" ? bytes : ""}`.matchAll(/\blimit(?:=|":)([0-9]+)/g)
  for (const [, limit] of limits) largestLimit = Math.max(largestLimit, Number(limit))
  const response = answerModelNode(node, { method, path, contentType, body: bytes, authorization: null }, Date.now())
  while (applyNextTask(node, Date.now()));
  return response
}

beforeAll(async () => {
  let answer: Answer | null = null
  const platform: Platform = {
    name: "node",
    nodeClient: () =>
      Layer.succeed(NodeClient, {
        send: (node, request) => Effect.sync(() => askNode(node.id, { ...request, body: wholeBody(request.body) })),
      }),
    serve: (_options, program) => Effect.sync(() => ((answer = program), { port: 0 })),
  }
  const groups = [{ id: "g", nodes: [...nodes.keys()].map((id) => ({ id, url: `http://${id}:7700` })) }]
  const file = JSON.stringify({
    store: { path: ":memory:" },
    // Dumps are tried, too, and must leave nothing.
    dumps: { path: "/dev/null/dumps" },
    log: { level: "error" },
    fleet: { replication_factor: 2, shards: 8, groups },
  })
  const loaded = loadConfig({ file, env: {}, flags: {}, readText: String })
  if (loaded.tag === "problems") throw new Error(loaded.problems.join("\n"))
  await Effect.runPromise(
    startProxy(loaded.config, platform).pipe(Scope.provide(scope), Effect.provide(jsonLoggerLayer("error"))),
  )
  ask = (request) => Effect.runPromise(answer!(request).pipe(Effect.provide(jsonLoggerLayer("error"))))
})

afterAll(() => Effect.runPromise(Scope.close(scope, Exit.void)))

const uid = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom("movies", "books", "a-b_9") },
  { weight: 1, arbitrary: fc.string({ maxLength: 8 }) },
  { weight: 1, arbitrary: fc.constantFrom("movies__1", "movies__0", "x".repeat(401), "..", "%") },
)
const documentId = fc.constantFrom("1", "2", "a_B-9", "9007199254740993", "a b", "x".repeat(512))
const filter = fc.oneof(
  fc.constantFrom(
    "id = 1",
    "id IN [1, 2] AND NOT t = a",
    "t =",
    "(((",
    "_miroir_shard = x",
    "id > 1 OR",
    "'",
    "_geoRadius(1)",
  ),
  fc.string({ maxLength: 20 }),
  fc.constantFrom([], [[]], ["id = 1", ["t = a", "t = b"]], [[[1]]], 12, { a: 1 }),
)
const plausible = fc.record(
  {
    q: fc.oneof(fc.string({ maxLength: 10 }), fc.constantFrom("12", "#", null)),
    uid,
    primaryKey: fc.constantFrom("id", null, "other", 1),
    limit: fc.constantFrom(0, 1, 20, -1, 1e20, "x", 1.5),
    offset: fc.constantFrom(0, 3, 1_000_000),
    page: fc.constantFrom(0, 1, 2, null),
    hitsPerPage: fc.constantFrom(0, 5, 1e9),
    filter,
    sort: fc.constantFrom(["id:asc"], ["t"], "id:asc", [1]),
    facets: fc.constantFrom(["*"], ["t"], "t"),
    attributesToRetrieve: fc.constantFrom(["*"], ["id"], [], ["_miroir_shard"]),
    attributesToHighlight: fc.constantFrom(["*"], ["t", "_miroir_version"]),
    showRankingScoreDetails: fc.constantFrom(true, "yes"),
    filterableAttributes: fc.constantFrom(["t", "id"], null, ["_miroir_shard"], [{ attributePatterns: ["*"] }], 1),
    sortableAttributes: fc.constantFrom(["id"], null),
    displayedAttributes: fc.constantFrom(["t"], null, ["*"]),
    queries: fc.constantFrom([], [{ indexUid: "movies" }], [{ indexUid: "nowhere", q: 1 }], {}),
    ids: fc.constantFrom([1, "2"], ["a b"], "1"),
  },
  { requiredKeys: [] },
)
const document = fc.oneof(
  fc.record({
    id: fc.constantFrom<unknown>(1, 2, 3, "a_B-9", "a b", 1.5, null),
    t: fc.oneof(fc.string({ maxLength: 12 }), fc.constant("12 #")),
  }),
  fc.constantFrom({}, { _miroir_shard: "x", id: 1 }, { id: 1, aid: 2 }, 12, null),
)
const body = fc.oneof(
  { weight: 5, arbitrary: plausible.map((value) => JSON.stringify(value)) },
  { weight: 4, arbitrary: fc.array(document, { maxLength: 4 }).map((list) => JSON.stringify(list)) },
  {
    weight: 1,
    arbitrary: fc.array(document, { maxLength: 3 }).map((list) => list.map((one) => JSON.stringify(one)).join("\n")),
  },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.constantFrom("", "[", '{"q":', "null", "id,t\n1,a", "[1,2]", '"x"', "{}{}") },
)
const parameters = fc.array(
  fc.tuple(
    fc.constantFrom(
      "q",
      "limit",
      "offset",
      "filter",
      "sort",
      "fields",
      "primaryKey",
      "uids",
      "statuses",
      "x",
      "csvDelimiter",
      "facets",
    ),
    fc.oneof(
      fc.constantFrom("", "1", "-1", "id", "true", "id = 1", "[[", "enqueued", "%zz"),
      fc.string({ maxLength: 6 }),
    ),
  ),
  { maxLength: 2 },
)
const methods: ReadonlyArray<HttpMethod> = ["GET", "POST", "PUT", "PATCH", "DELETE"]

const request: fc.Arbitrary<ApiRequest> = fc
  .record({
    route: fc.constantFrom(...routes),
    otherMethod: fc.option(fc.constantFrom(...methods), { freq: 8 }),
    uid,
    documentId,
    parameters,
    body,
    raw: fc.option(fc.uint8Array({ maxLength: 12 }), { freq: 12 }),
    contentType: fc.option(
      fc.constantFrom(
        "application/json",
        "application/json",
        "application/json; charset=utf-8",
        "application/x-ndjson",
        "text/csv",
        "text/plain",
      ),
      { freq: 10 },
    ),
  })
  .map(({ route, otherMethod, uid, documentId, parameters, body, raw, contentType }) => ({
    method: otherMethod ?? route.method,
    path: route.path.replace("{uid}", encodeURIComponent(uid)).replace("{id}", encodeURIComponent(documentId)),
    query: parameters
      .map(([name, value]) => `${name}=${value.includes("%") ? value : encodeURIComponent(value)}`)
      .join("&"),
    headers: contentType === null ? {} : { "content-type": contentType },
    body: raw ?? encodeUtf8(body),
  }))

/** Answers that a bare engine also gives with this status: refusing them would be the difference. */
const isForeseen = ({ status, body }: ApiResponse): boolean =>
  status < 500 ||
  (status === 501 && body.includes("miroir_not_supported")) ||
  (status === 500 && (body.includes("Couldn't serialize document value") || body.includes("expected a map")))

const deepFilters = ["search", "documents"].flatMap((route) => [127, 20_000].map((levels) => ({ route, levels })))

describe("a proxy over three nodes at replication factor 2", () => {
  it.each(deepFilters)("refuses a filter of $levels levels of GET /$route as a wrong filter", async (drawn) => {
    await ask({ ...get("/indexes"), method: "POST", ...json({ uid: "deep", primaryKey: "id" }) })
    await untilIdle()
    const filter = "[".repeat(drawn.levels) + "]".repeat(drawn.levels)
    const response = await ask(get(`/indexes/deep/${drawn.route}`, `filter=${filter}`))
    expect(response.status).toBe(400)
    expect(response.body).toContain(drawn.route === "search" ? "invalid_search_filter" : "invalid_document_filter")
  })

  // A node makes room for all of them before it looks, and ends where it has not so much memory.
  it.each(["documents?sort=id:asc&", "documents?", "similar?id=1&embedder=e&", "similar?id=1&embedder=e&x=1&"])(
    "asks no node for more documents than it can make room for: GET /%slimit=…",
    async (route) => {
      await ask({ ...get("/indexes"), method: "POST", ...json({ uid: "deep", primaryKey: "id" }) })
      await untilIdle()
      largestLimit = 0
      const [path, query] = `${route}limit=9007199254740993`.split("?")
      await ask(get(`/indexes/deep/${path}`, query))
      expect(largestLimit).toBeLessThanOrEqual(nodeHitsMax)
    },
  )

  it(`answers ${cases} generated requests without a 500, without hidden fields, and leaves equal replicas`, async () => {
    await fc.assert(
      fc.asyncProperty(request, async (one) => {
        const response = await ask(one)
        if (!isForeseen(response)) throw new Error(`${response.status} ${response.body}`)
        const mine = JSON.stringify([one.path, one.query, new TextDecoder().decode(one.body)])
        // Tasks repeat what clients have sent.
        const isOurs = /^\/(_miroir|tasks|batches)/.test(one.path) || mine.includes("_miroir")
        if (!isOurs) expect(response.body).not.toContain("_miroir")
      }),
      { numRuns: cases, endOnFailure: true },
    )
    await untilIdle()
    const placement = JSON.parse((await ask(get("/_miroir/shards"))).body) as Shards
    expect(placement.behind).toEqual([])
    for (const index of await physicalIndexes()) expect(await differences(index, placement)).toEqual([])
  }, 180_000)
})

interface Shards {
  readonly behind: ReadonlyArray<unknown>
  readonly indexes: ReadonlyArray<{
    readonly uid: string
    readonly placement: Readonly<Record<string, ReadonlyArray<ReadonlyArray<string>>>>
  }>
}

const json = (value: unknown) => ({
  headers: { "content-type": "application/json" },
  body: encodeUtf8(JSON.stringify(value)),
})

const get = (path: string, query = ""): ApiRequest => ({
  method: "GET",
  path,
  query,
  headers: {},
  body: new Uint8Array(),
})

/** Waits until no task is left that has not ended; the deadline is that of the test. */
const untilIdle = async (): Promise<void> => {
  for (;;) {
    const { total } = JSON.parse((await ask(get("/tasks", "limit=1&statuses=enqueued,processing"))).body) as {
      total: number
    }
    if (total === 0) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Physical names on the first node, each with the uid that clients use. */
const physicalIndexes = async (): Promise<ReadonlyArray<{ readonly physicalUid: string; readonly uid: string }>> => {
  const { results } = JSON.parse((await ask(get("/indexes", "limit=1000"))).body) as {
    results: ReadonlyArray<{ uid: string }>
  }
  const onNode = JSON.parse(
    askNode("n1", { method: "GET", path: "/indexes?limit=1000", contentType: null, body: null }).body,
  ) as {
    results: ReadonlyArray<{ uid: string }>
  }
  return results.flatMap(({ uid }) =>
    onNode.results.filter((one) => one.uid.replace(/__\d+$/, "") === uid).map((one) => ({ physicalUid: one.uid, uid })),
  )
}

const differences = async (
  { physicalUid, uid }: { readonly physicalUid: string; readonly uid: string },
  { indexes }: Shards,
): Promise<ReadonlyArray<string>> => {
  const shards = Object.values(indexes.find((index) => index.uid === uid)?.placement ?? {})[0] ?? []
  return shards.flatMap((holders, shard) => {
    const texts = holders.map((id) => {
      const body = JSON.stringify({ filter: shardClause([shard]), limit: 100_000 })
      const path = `/indexes/${physicalUid}/documents/fetch`
      const { results } = JSON.parse(
        askNode(id, { method: "POST", path, contentType: "application/json", body }).body,
      ) as {
        results: ReadonlyArray<object>
      }
      return JSON.stringify(results.map((one) => JSON.stringify(one)).sort())
    })
    return new Set(texts).size > 1 ? [`${uid} shard ${shard}: ${texts.join(" ≠ ")}`] : []
  })
}
