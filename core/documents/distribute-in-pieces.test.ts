import * as fc from "fast-check"
import { expect, it } from "vitest"
import { decodeUtf8, encodeUtf8 } from "#core/prelude/utf8.ts"
import { wholeBody } from "#core/protocol/http-message.ts"
import { distributeDocuments } from "./distribute-documents.ts"
import { distributeInPieces } from "./distribute-in-pieces.ts"
import { scannableBytes } from "./scan.ts"
import { splitPayload, type SplitPayload } from "./split-payload.ts"

const split = (bytes: Uint8Array): SplitPayload => {
  const result = splitPayload(bytes, { tag: "ndjson" }, "id")
  if (result.tag === "refused") throw new Error(result.error.message)
  return result.payload
}

const plan = {
  shardOfDocument: (id: string) => Number(id) % 5,
  nodesOfShard: (shard: number) => [shard % 3, (shard + 1) % 3],
}

it("pieces make the bodies that would have been made at once, as often as they are asked for", () => {
  // Some documents are larger than a piece, and many together are.
  const lengths = fc.array(fc.oneof(fc.nat(60), fc.integer({ min: 90_000, max: 300_000 })), { maxLength: 12 })
  fc.assert(
    fc.property(lengths, fc.integer({ min: 1, max: 4 }), (texts, nodeCount) => {
      const lines = texts.map((length, id) => `{"id":${id},"t":"${"x".repeat(length)}"}`)
      const payload = split(encodeUtf8(`${lines.join("\n")}\n`))
      const whole = { ...plan, nodeCount: Math.max(3, nodeCount), version: 7 }
      const expected = distributeDocuments(payload, whole).bodies
      const nodes = distributeInPieces(payload, whole, Number.POSITIVE_INFINITY)
      for (const [node, parts] of nodes.entries()) {
        expect(parts).toHaveLength(expected[node] === null ? 0 : 1)
        for (const { body } of [...parts, ...parts]) {
          expect(body.byteLength).toBe(expected[node]?.length)
          expect(decodeUtf8(wholeBody(body) as Uint8Array) === decodeUtf8(expected[node]!)).toBe(true)
        }
      }
    }),
    { numRuns: 30 },
  )
})

it("a node for which there is too much gets several bodies, each with whole shards and in payload order", () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(30), { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 1, max: 900 }),
      (ids, bytesMax) => {
        const payload = split(encodeUtf8(ids.map((id, position) => `{"id":${id},"p":${position}}`).join("\n")))
        const whole = { ...plan, nodeCount: 3, version: 7 }
        const expected = distributeDocuments(payload, whole).bodies
        for (const [node, parts] of distributeInPieces(payload, whole, bytesMax).entries()) {
          const lines = parts.flatMap(({ body, shards }) => {
            expect(body.byteLength <= bytesMax || shards.length === 1).toBe(true)
            const text = decodeUtf8(wholeBody(body) as Uint8Array)
            expect(encodeUtf8(text).length).toBe(body.byteLength)
            const positions = [...text.matchAll(/"p":(\d+)/g)].map(([, position]) => Number(position))
            expect(positions).toEqual([...positions].sort((one, other) => one - other))
            return text.trimEnd().split("\n")
          })
          const atOnce = expected[node] === null ? [] : decodeUtf8(expected[node]!).trimEnd().split("\n")
          expect(lines.sort()).toEqual(atOnce.sort())
          const shards = parts.flatMap((part) => part.shards)
          expect(shards).toEqual([...new Set(shards)].sort((one, other) => one - other))
        }
      },
    ),
  )
})

it("no piece is overwritten by a later one", () => {
  const payload = split(
    encodeUtf8(Array.from({ length: 9 }, (_, id) => `{"id":${id},"t":"${"y".repeat(99_999)}"}`).join("\n")),
  )
  const parts = distributeInPieces(payload, { ...plan, nodeCount: 3, version: 1 }, Number.POSITIVE_INFINITY).flat()
  for (const { body } of parts) {
    const seen = [...body.pieces()].map((piece) => ({ piece, copy: piece.slice() }))
    for (const { piece, copy } of seen) expect(decodeUtf8(piece) === decodeUtf8(copy)).toBe(true)
  }
})

it("a payload with room behind it is split where it lies, with the same outcome", () => {
  const text = encodeUtf8('{"id":1,"t":"a"}\n{"id":2,"t":"b"}')
  const roomy = new Uint8Array(scannableBytes(text.length)).subarray(0, text.length)
  roomy.set(text)
  const inPlace = split(roomy)
  expect(inPlace).toEqual(split(text))
  expect(inPlace.bytes.buffer).toBe(roomy.buffer)
})
