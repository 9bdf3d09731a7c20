import { encodeUtf8 } from "#core/prelude/utf8.ts"
import { hashBytes, makeHash64 } from "#core/prelude/xxhash64.ts"
import type { Placement, ReplicaGroup, Topology } from "./topology.ts"

/**
 * Decides which nodes hold which shard of a new index: rendezvous. Inside each group every node has a score for the
 * shard, and the `replicationFactor` best hold it, best first; a smaller group holds each shard on all its nodes.
 *
 * A node that joins therefore takes only what it now scores best for, and nothing moves between the others; another
 * group is not touched. The index is part of the score, so small indexes do not all begin on the same node.
 */
export const placeShards = (physicalUid: string, shardCount: number, topology: Topology): Placement =>
  Object.fromEntries(
    topology.groups.map((group) => [
      group.id,
      placeInGroup(physicalUid, shardCount, topology.replicationFactor, group),
    ]),
  )

const placeInGroup = (
  physicalUid: string,
  shardCount: number,
  replicationFactor: number,
  group: ReplicaGroup,
): ReadonlyArray<ReadonlyArray<string>> => {
  // Sorted by id, so that a tie goes to the smaller id whatever the order in the topology is.
  const nodeIds = group.nodes.map((node) => node.id).sort(byCodeUnits)
  const scores = nodeIds.map((nodeId) => scoreShards(physicalUid, nodeId, shardCount))
  const ranked = nodeIds.map((_, node) => node)
  return Array.from({ length: shardCount }, (_, shard) =>
    ranked
      .toSorted((left, right) => compareScores(scores[right]!, scores[left]!, shard))
      .slice(0, replicationFactor)
      .map((node) => nodeIds[node]!),
  )
}

/**
 * The scores of one node for every shard, as pairs (high, low) of xxHash64 over: the physical uid in UTF-8 · one byte
 * 0xFF · the shard as four bytes, little end first · the node id in UTF-8. No two triples share a framing: UTF-8 has no
 * 0xFF, so the uid ends at the first one, and the shard has a fixed width.
 */
const scoreShards = (physicalUid: string, nodeId: string, shardCount: number): Uint32Array => {
  const index = encodeUtf8(physicalUid)
  const node = encodeUtf8(nodeId)
  const shardStart = index.length + 1
  const framed = new Uint8Array(shardStart + 4 + node.length)
  framed.set(index)
  framed[index.length] = 0xff
  framed.set(node, shardStart + 4)

  const scores = new Uint32Array(2 * shardCount)
  const hash = makeHash64()
  for (let shard = 0; shard < shardCount; shard++) {
    framed[shardStart] = shard
    framed[shardStart + 1] = shard >>> 8
    framed[shardStart + 2] = shard >>> 16
    framed[shardStart + 3] = shard >>> 24
    hashBytes(framed, hash)
    scores[2 * shard] = hash[0]!
    scores[2 * shard + 1] = hash[1]!
  }
  return scores
}

const compareScores = (left: Uint32Array, right: Uint32Array, shard: number): number =>
  left[2 * shard]! - right[2 * shard]! || left[2 * shard + 1]! - right[2 * shard + 1]!

const byCodeUnits = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)
