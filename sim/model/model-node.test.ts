import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { nodeContract } from "#adapters/contract/node-contract.ts"
import { answerModelNode, applyNextTask, createModelNode, type ModelNode } from "./model-node.ts"

const model = createModelNode({ masterKey: null })
// A time that only grows, as real tasks would see it.
let nowMs = 1_700_000_000_000

nodeContract("the model node", () => ({
  send: async (request) => answerModelNode(model, { ...request, authorization: null }, ++nowMs),
  settle: async () => {
    while (applyNextTask(model, ++nowMs));
  },
}))

const send = (node: ModelNode, method: string, path: string, body?: unknown, authorization: string | null = null) => {
  const text = body === undefined ? null : JSON.stringify(body)
  const answer = answerModelNode(node, { method, path, authorization, contentType: "application/json", body: text }, 0)
  return { status: answer.status, body: answer.body === "" ? null : JSON.parse(answer.body) }
}

const applyAll = (node: ModelNode): void => {
  while (applyNextTask(node, 0));
}

const document = fc.record({
  id: fc.integer({ min: 0, max: 6 }),
  t: fc.constantFrom("red fox", "red", "blue fox", "fox"),
})
const step = fc.oneof(
  document.map((one) => ({ method: "POST", path: "/indexes/i/documents", body: [one] as unknown })),
  document.map((one) => ({ method: "PUT", path: "/indexes/i/documents", body: [one] as unknown })),
  fc
    .integer({ min: 0, max: 6 })
    .map((id) => ({ method: "DELETE", path: `/indexes/i/documents/${id}`, body: undefined })),
  fc.constant({ method: "POST", path: "/indexes/i/search", body: { q: "red f" } as unknown }),
)

describe("the model node", () => {
  it("finds the same after any history as a node that only ever saw the result", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const lived = createModelNode({ masterKey: null })
        send(lived, "POST", "/indexes", { uid: "i", primaryKey: "id" })
        for (const { method, path, body } of steps) {
          applyAll(lived)
          send(lived, method, path, body)
        }
        applyAll(lived)
        const { results } = send(lived, "GET", "/indexes/i/documents").body
        const fresh = createModelNode({ masterKey: null })
        send(fresh, "POST", "/indexes/i/documents?primaryKey=id", results)
        applyAll(fresh)
        for (const q of ["red", "red fox", "fo", "blu "]) {
          const request = { q, showRankingScoreDetails: true, facets: [] }
          expect(send(lived, "POST", "/indexes/i/search", request)).toEqual(
            send(fresh, "POST", "/indexes/i/search", request),
          )
        }
      }),
    )
  })

  it("answers a history with the same bytes each time", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const runs = [createModelNode({ masterKey: null }), createModelNode({ masterKey: null })].map((node) =>
          steps.map(({ method, path, body }) => {
            applyNextTask(node, 5)
            return send(node, method, path, body)
          }),
        )
        expect(runs[0]).toEqual(runs[1])
      }),
    )
  })

  it("applies one task at a time, and says when there is none", () => {
    const node = createModelNode({ masterKey: null })
    send(node, "POST", "/indexes/a/documents", [{ id: 1 }])
    send(node, "POST", "/indexes/a/documents", [{ id: 2 }])
    expect(send(node, "GET", "/indexes/a/documents").status).toBe(404)
    expect(applyNextTask(node, 0)).toBe(true)
    expect(send(node, "GET", "/indexes/a/documents").body.total).toBe(1)
    expect([applyNextTask(node, 0), applyNextTask(node, 0)]).toEqual([true, false])
  })

  it("cancels enqueued tasks before it runs them", () => {
    const node = createModelNode({ masterKey: null })
    send(node, "POST", "/indexes", { uid: "never" })
    send(node, "POST", "/tasks/cancel?uids=0")
    applyAll(node)
    expect(send(node, "GET", "/tasks/0").body).toMatchObject({ status: "canceled", canceledBy: 1 })
    expect(send(node, "GET", "/indexes/never").status).toBe(404)
  })

  it("with a master key, everything but the health asks for it", () => {
    const node = createModelNode({ masterKey: "secret" })
    expect(send(node, "GET", "/health").status).toBe(200)
    expect(send(node, "GET", "/version")).toMatchObject({ status: 401, body: { code: "missing_authorization_header" } })
    expect(send(node, "GET", "/version", undefined, "Bearer wrong")).toMatchObject({
      status: 403,
      body: { code: "invalid_api_key" },
    })
    expect(send(node, "GET", "/version", undefined, "Bearer secret").status).toBe(200)
  })

  it("knows no name that only JavaScript gives its objects", () => {
    const node = createModelNode({ masterKey: null })
    for (const body of [{ constructor: 1 }, JSON.parse('{"__proto__":1}')])
      for (const path of ["/indexes/a/settings", "/indexes/a/search"])
        expect(send(node, path.endsWith("search") ? "POST" : "PATCH", path, body)).toMatchObject({
          status: 400,
          body: { code: "bad_request" },
        })
    send(
      node,
      "POST",
      "/indexes/a/documents",
      ["a", "b", "b"].map((word, id) => ({ id, constructor: word })),
    )
    send(node, "PATCH", "/indexes/a/settings", { filterableAttributes: ["constructor"] })
    applyAll(node)
    const { facetDistribution } = send(node, "POST", "/indexes/a/search", { facets: ["constructor"] }).body
    expect(JSON.stringify(facetDistribution)).toBe('{"constructor":{"a":1,"b":2}}')
  })

  it.each([
    ["POST", "/indexes/a/facet-search", {}],
    ["POST", "/indexes/a/similar", {}],
    ["POST", "/dumps", undefined],
    ["POST", "/multi-search", { federation: {}, queries: [] }],
    ["PATCH", "/indexes/a/settings", { embedders: { e: { source: "userProvided", dimensions: 2 } } }],
    ["POST", "/indexes/a/search", { matchingStrategy: "frequency" }],
  ])("refuses what it cannot do: %s %s %j", (method, path, body) => {
    const node = createModelNode({ masterKey: null })
    expect(send(node, method, path, body)).toMatchObject({ status: 400, body: { code: "feature_not_enabled" } })
  })
})
