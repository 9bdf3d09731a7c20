import { invariant } from "#core/prelude/invariant.ts"
import { encodeUtf8 } from "#core/prelude/utf8.ts"
import { hiddenMembers, stampPosition } from "#core/protocol/hidden-fields.ts"
import type { SplitPayload } from "./split-payload.ts"

/** The bodies of one write: an NDJSON body per node (null: nothing for it) and the ascending list of touched shards. */
export interface Distribution {
  readonly bodies: ReadonlyArray<Uint8Array | null>
  readonly shards: ReadonlyArray<number>
}

export interface DistributionPlan {
  readonly shardOfDocument: (id: string) => number
  /** The nodes that receive this shard's documents, each below `nodeCount` and named once. */
  readonly nodesOfShard: (shard: number) => ReadonlyArray<number>
  readonly nodeCount: number
  /** The sequence number of the write: every copy carries it. */
  readonly version: number
}

/**
 * One NDJSON body per node (null: nothing for it), documents in payload order, each with its `hiddenMembers` spliced in
 * front of its own members. Two passes: the first measures, so that the second writes into memory of the
 * right size; a document's own bytes are only ever copied.
 */
export const distributeDocuments = (payload: SplitPayload, plan: DistributionPlan): Distribution => {
  invariant(
    payload.verdict === null,
    "failed-payloads-stay",
    "documents of a task that must fail would reach the nodes",
  )
  const { bytes, starts, ends, ids, count } = payload
  const targets = new Map<number, Target>()
  const targetOf: Array<Target> = []
  const sizes = new Float64Array(plan.nodeCount)
  for (let document = 0; document < count; document++) {
    const shard = plan.shardOfDocument(ids[document]!)
    let target = targets.get(shard)
    if (target === undefined) {
      target = { head: encodeUtf8(`{${hiddenMembers(shard, plan.version)},`), nodes: plan.nodesOfShard(shard) }
      targets.set(shard, target)
    }
    targetOf.push(target)
    const size = target.head.length + ends[document]! - starts[document]!
    for (const node of target.nodes) sizes[node]! += size
  }
  const bodies = Array.from(sizes, (size) => (size === 0 ? null : new Uint8Array(size)))
  const places = new Uint32Array(plan.nodeCount)
  for (let document = 0; document < count; document++) {
    const { head, nodes } = targetOf[document]!
    // The document has a primary key, so it has a member, and the comma at the end of `head` is followed by one.
    const start = starts[document]! + 1
    const end = ends[document]!
    for (const node of nodes) {
      const body = bodies[node]!
      let place = copy(head, 0, head.length, body, places[node]!)
      stampPosition(body, place - behindPosition, document)
      place = copy(bytes, start, end, body, place)
      body[place] = newline
      places[node] = place + 1
    }
  }
  return { bodies, shards: [...targets.keys()].sort((left, right) => left - right) }
}

interface Target {
  /** `{"_miroir_shard":…,"_miroir_version":…,` */
  readonly head: Uint8Array
  readonly nodes: ReadonlyArray<number>
}

const newline = 0x0a
/** From the end of a head back to the last digit of the position: `",` stand between. */
export const behindPosition = 3
/** Below this many bytes a loop is faster than a view and a call. */
const loopBytesMax = 64

/** Copies a slice; the place after it. */
const copy = (from: Uint8Array, start: number, end: number, to: Uint8Array, place: number): number => {
  if (end - start > loopBytesMax) {
    to.set(from.subarray(start, end), place)
    return place + end - start
  }
  for (let index = start; index < end; index++) to[place++] = from[index]!
  return place
}
