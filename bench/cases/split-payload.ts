import { strict as assert } from "node:assert"
import { distributeDocuments } from "#core/documents/distribute-documents.ts"
import { splitPayload } from "#core/documents/split-payload.ts"
import { encodeArrival, encodeShard, shardField, versionField } from "#core/protocol/hidden-fields.ts"
import { shardOf } from "#core/routing/hash-document-id.ts"
import { placeShards } from "#core/topology/place-shards.ts"
import type { BenchCase } from "../bench-case.ts"
import { makePayload, makeTopology, type Movie, nodeNumbers } from "../inputs.ts"

const shardCount = 64
const version = 12_345
const payloadBytes = 10 * 1024 * 1024

type Body = Uint8Array | null

/** From the bytes of a client to the bytes for three nodes, hidden fields in every document. */
export const splitDocuments: BenchCase = {
  name: "split-payload",
  operation: "10 MB of documents cut, numbered and grouped for 3 nodes, factor 1",
  ratioMin: 3,
  prepare: async (share) => {
    const payload = makePayload(payloadBytes * share, 3)
    const topology = makeTopology(3, 1)
    const nodeIds = topology.groups[0]!.nodes.map((node) => node.id)
    const nodesOfShard = nodeNumbers(placeShards("movies__1", shardCount, topology), nodeIds)
    const ours = () => splitAndSplice(payload, nodesOfShard, nodeIds.length)
    const baseline = () => parseAndPrint(payload, nodesOfShard, nodeIds.length)
    assert.deepEqual(linesOf(ours()), linesOf(baseline()))
    return { ours, baseline: { name: "JSON.parse, set, group, JSON.stringify", run: baseline } }
  },
}

const splitAndSplice = (
  payload: Uint8Array,
  nodesOfShard: ReadonlyArray<ReadonlyArray<number>>,
  nodeCount: number,
): ReadonlyArray<Body> => {
  const split = splitPayload(payload, { tag: "json" }, "id")
  assert(split.tag === "split")
  return distributeDocuments(split.payload, {
    shardOfDocument: (id) => shardOf(id, shardCount),
    nodesOfShard: (shard) => nodesOfShard[shard]!,
    nodeCount,
    version,
  }).bodies
}

const parseAndPrint = (
  payload: Uint8Array,
  nodesOfShard: ReadonlyArray<ReadonlyArray<number>>,
  nodeCount: number,
): ReadonlyArray<Body> => {
  const documents = JSON.parse(new TextDecoder().decode(payload)) as Array<Movie & Record<string, unknown>>
  const groups = Array.from({ length: nodeCount }, (): Array<string> => [])
  for (const [position, document] of documents.entries()) {
    const shard = shardOf(String(document.id), shardCount)
    document[shardField] = encodeShard(shard)
    document[versionField] = encodeArrival(version, position)
    const line = JSON.stringify(document)
    for (const node of nodesOfShard[shard]!) groups[node]!.push(line)
  }
  const encoder = new TextEncoder()
  return groups.map((lines) => (lines.length === 0 ? null : encoder.encode(lines.join("\n"))))
}

/** Documents per node, as values: the two ways put the hidden fields at different ends. */
const linesOf = (bodies: ReadonlyArray<Body>): ReadonlyArray<ReadonlyArray<unknown>> =>
  bodies.map((body) =>
    body === null
      ? []
      : new TextDecoder()
          .decode(body)
          .split("\n")
          .filter((line) => line !== "")
          .map((line): unknown => JSON.parse(line)),
  )
