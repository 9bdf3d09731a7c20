import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { decodeUtf8, encodeUtf8 } from "#core/prelude/utf8.ts"
import { hiddenMembers } from "#core/protocol/hidden-fields.ts"
import { distributeDocuments } from "./distribute-documents.ts"
import { splitPayload, type SplitPayload } from "./split-payload.ts"

const split = (text: string): SplitPayload => {
  const result = splitPayload(encodeUtf8(text), { tag: "json" }, "id")
  if (result.tag === "refused") throw new Error(result.error.message)
  return result.payload
}

const cluster = fc.record({
  nodeCount: fc.integer({ min: 1, max: 5 }),
  version: fc.integer({ min: 0, max: 0xffff_ffff }),
  shardCount: fc.integer({ min: 1, max: 7 }),
  replicas: fc.integer({ min: 1, max: 3 }),
})

describe("distributeDocuments", () => {
  it("sends each document, whole and in order, to exactly the nodes of its shard", () => {
    const documents = fc.array(fc.tuple(fc.nat(99), fc.string({ unit: "grapheme", maxLength: 120 })), { maxLength: 30 })
    fc.assert(
      fc.property(documents, cluster, (rows, { nodeCount, version, shardCount, replicas }) => {
        const texts = rows.map(([id, text]) => ({
          id,
          shard: id % shardCount,
          text: `{"id":${id}, "t":${JSON.stringify(text)}}`,
        }))
        const nodesOf = (shard: number): ReadonlyArray<number> =>
          Array.from({ length: Math.min(replicas, nodeCount) }, (_none, copy) => (shard + copy) % nodeCount)
        const { bodies, shards } = distributeDocuments(split(`[${texts.map(({ text }) => text).join(",")}]`), {
          shardOfDocument: (id) => Number(id) % shardCount,
          nodesOfShard: nodesOf,
          nodeCount,
          version,
        })
        for (let node = 0; node < nodeCount; node++) {
          const expected = texts
            .map(({ shard, text }, position) => ({
              shard,
              stamped: `{${hiddenMembers(shard, version, position)},${text.slice(1)}\n`,
            }))
            .filter(({ shard }) => nodesOf(shard).includes(node))
            .map(({ stamped }) => stamped)
            .join("")
          const body = bodies[node]
          expect(body === null || body === undefined ? "" : decodeUtf8(body)).toBe(expected)
          expect(body === null).toBe(expected === "")
        }
        expect(bodies).toHaveLength(nodeCount)
        expect(shards).toStrictEqual([...new Set(texts.map(({ shard }) => shard))].sort((left, right) => left - right))
      }),
    )
  })

  it("writes bodies that split into the same documents again, apart from the reserved names", () => {
    const { bodies } = distributeDocuments(split('[{"id":1,"n":12345678901234567890123,"f":1.10}]'), {
      shardOfDocument: () => 3,
      nodesOfShard: () => [1],
      nodeCount: 2,
      version: 9,
    })
    expect(bodies[0]).toBeNull()
    expect(decodeUtf8(bodies[1]!)).toBe(`{${hiddenMembers(3, 9)},"id":1,"n":12345678901234567890123,"f":1.10}\n`)
  })

  it("has nothing to send for a payload without documents", () => {
    const plan = { shardOfDocument: () => 0, nodesOfShard: () => [0], nodeCount: 2, version: 1 }
    expect(distributeDocuments(split("[]"), plan)).toStrictEqual({ bodies: [null, null], shards: [] })
  })

  it("refuses a payload whose task must fail", () => {
    const plan = { shardOfDocument: () => 0, nodesOfShard: () => [0], nodeCount: 1, version: 1 }
    expect(() => distributeDocuments(split('[{"id":1},{"x":1}]'), plan)).toThrow("failed-payloads-stay")
  })
})
