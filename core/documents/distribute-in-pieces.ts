import { invariant } from "#core/prelude/invariant.ts"
import { encodeUtf8 } from "#core/prelude/utf8.ts"
import { hiddenMembers, stampPosition } from "#core/protocol/hidden-fields.ts"
import type { BodyPieces } from "#core/protocol/http-message.ts"
import { behindPosition, type DistributionPlan } from "./distribute-documents.ts"
import type { SplitPayload } from "./split-payload.ts"

/** What is sent to a node in one request: all documents of these shards, in payload order. */
export interface BodyPart {
  readonly body: BodyPieces
  /** Ascending; no other part for the node has any of them, so the parts may succeed and fail independently. */
  readonly shards: ReadonlyArray<number>
}

/**
 * Per node the same documents as `distributeDocuments` has for it, made while they are sent: with R replicas of each shard the bodies of a
 * payload of n bytes are together R·n bytes, which would stand beside the payload until the slowest node has taken its part.
 * The hidden fields make documents longer: a body that a node would find too large becomes several, if it has several shards.
 * The payload is kept until the last body has been sent.
 */
export const distributeInPieces = (
  payload: SplitPayload,
  plan: DistributionPlan,
  partBytesMax: number,
): ReadonlyArray<ReadonlyArray<BodyPart>> => {
  invariant(
    payload.verdict === null,
    "failed-payloads-stay",
    "documents of a task that must fail would reach the nodes",
  )
  const { starts, ends, ids, count } = payload
  const targets = new Map<number, Target>()
  const targetOf: Array<Target> = []
  for (let document = 0; document < count; document++) {
    const shard = plan.shardOfDocument(ids[document]!)
    let target = targets.get(shard)
    if (target === undefined) {
      const head = encodeUtf8(`{${hiddenMembers(shard, plan.version)},`)
      target = { shard, head, nodes: plan.nodesOfShard(shard), bytes: 0 }
      targets.set(shard, target)
    }
    targetOf.push(target)
    target.bytes += target.head.length + ends[document]! - starts[document]!
  }
  const ascending = [...targets.values()].sort((one, other) => one.shard - other.shard)
  return Array.from({ length: plan.nodeCount }, (_, node) =>
    portionsOf(
      ascending.filter(({ nodes }) => nodes.includes(node)),
      partBytesMax,
    ).map((portion) => {
      const byteLength = portion.reduce((sum, { bytes }) => sum + bytes, 0)
      return {
        body: { byteLength, pieces: () => piecesFor(payload, targetOf, new Set(portion), byteLength) },
        shards: portion.map(({ shard }) => shard),
      }
    }),
  )
}

interface Target {
  readonly shard: number
  /** `{"_miroir_shard":…,"_miroir_version":…,` */
  readonly head: Uint8Array
  readonly nodes: ReadonlyArray<number>
  /** Of all its documents as they are sent. */
  bytes: number
}

/** Shards that fit one request. */
const portionsOf = (targets: ReadonlyArray<Target>, bytesMax: number): ReadonlyArray<ReadonlyArray<Target>> => {
  const portions: Array<Array<Target>> = []
  let bytes = 0
  for (const target of targets) {
    const last = portions.at(-1)
    if (last === undefined || bytes + target.bytes > bytesMax) {
      portions.push([target])
      bytes = 0
    } else last.push(target)
    bytes += target.bytes
  }
  return portions
}

/** Usual size of a piece: large enough that the calls for it do not count, small beside what a socket buffers. A larger document is a piece. */
const pieceBytes = 256 * 1024
const newline = 0x0a

function* piecesFor(
  { bytes, starts, ends, count }: SplitPayload,
  targetOf: ReadonlyArray<Target>,
  portion: ReadonlySet<Target>,
  byteLength: number,
): Generator<Uint8Array> {
  let piece = new Uint8Array(Math.min(pieceBytes, byteLength))
  let place = 0
  for (let document = 0; document < count; document++) {
    const target = targetOf[document]!
    if (!portion.has(target)) continue
    const { head } = target
    const start = starts[document]! + 1
    const end = ends[document]!
    const size = head.length + end - start + 1
    if (place + size > piece.length) {
      if (place > 0) yield piece.subarray(0, place)
      piece = new Uint8Array(Math.max(pieceBytes, size))
      place = 0
    }
    piece.set(head, place)
    stampPosition(piece, place + head.length - behindPosition, document)
    piece.set(bytes.subarray(start, end), place + head.length)
    place += size
    piece[place - 1] = newline
  }
  yield piece.subarray(0, place)
}
