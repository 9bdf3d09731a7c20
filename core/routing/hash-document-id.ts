import { invariant } from "#core/prelude/invariant.ts"
import { hashTerminatedText, makeHash64 } from "#core/prelude/xxhash64.ts"
import { shardCountMax } from "#core/protocol/hidden-fields.ts"

const hash = makeHash64()

/**
 * The shard of a document: xxHash64 of its id in normal form (an integer as its decimal text), in UTF-8 and followed by
 * 0xFF, modulo the number of shards. This can never change: stored documents would be looked for in the wrong shard.
 */
export const shardOf = (documentId: string, shardCount: number): number => {
  invariant(
    Number.isInteger(shardCount) && shardCount >= 1 && shardCount <= shardCountMax,
    "shard-count-is-in-range",
    `an index with ${shardCount} shards would hide documents that were filed under another count`,
  )
  hashTerminatedText(documentId, hash)
  const high = hash[0]!
  const low = hash[1]!
  // high · 2^32 + low, modulo. Every term stays below 2^32, which keeps it in fast integer arithmetic, because
  // shardCountMax is far below 2^16.
  const carry = ((0xffffffff % shardCount) + 1) % shardCount
  return (Math.imul(high % shardCount, carry) + (low % shardCount)) % shardCount
}
