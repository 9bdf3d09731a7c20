// Which node a search asks for which shards: each shard once, so that no document is counted twice and none is missed.
// The choice depends on nothing but the input and the seed. A caller that derives the seed from the query without its
// paging reads every page from the same nodes, so that page n+1 continues page n even while replicas differ.
import { invariant } from "#core/prelude/invariant.ts"
import type { Placement } from "#core/topology/topology.ts"

export interface ShardRead {
  readonly nodeId: string
  /** Ascending. */
  readonly shards: ReadonlyArray<number>
}

export interface ShardCover {
  /** By node id, ascending; every node at most once, none with no shards. */
  readonly reads: ReadonlyArray<ShardRead>
  /** Shards that no replica may be read for, ascending. */
  readonly uncovered: ReadonlyArray<number>
}

interface CoverInput {
  /** Whether this node's replica of this shard is complete and reachable. Asked once per replica. */
  readonly mayRead: (nodeId: string, shard: number) => boolean
  /** Whether this node is asked only for shards that no other one can be asked for. */
  readonly isLastChoice?: (nodeId: string) => boolean
  /** The shards to cover, in any order. */
  readonly shards: ReadonlyArray<number>
  /** An integer; its lower 32 bits count. */
  readonly seed: number
}

export interface PlannedReads extends ShardCover {
  readonly groupId: string
}

type PlanInput = CoverInput & {
  readonly placement: Placement
  /** By preference. */
  readonly groups: ReadonlyArray<string>
}

/**
 * The cover in the first group that covers everything, else in the one that covers most, the earlier at a tie. A group that needs no last choice
 * comes before all that do.
 */
export const planReads = (input: PlanInput): PlannedReads => {
  const { isLastChoice, mayRead } = input
  if (isLastChoice === undefined) return bestCover(input)
  const first = bestCover({ ...input, mayRead: (nodeId, shard) => !isLastChoice(nodeId) && mayRead(nodeId, shard) })
  return first.uncovered.length === 0 ? first : bestCover(input)
}

const bestCover = (input: PlanInput): PlannedReads => {
  let best: PlannedReads | null = null
  for (const groupId of input.groups) {
    const cover = coverShards({ ...input, placement: input.placement[groupId] ?? [] })
    if (best === null || cover.uncovered.length < best.uncovered.length) best = { groupId, ...cover }
    if (best.uncovered.length === 0) break
  }
  invariant(best !== null, "a-search-has-a-group", "a search that asks no group would answer with nothing at all")
  return best
}

/**
 * Covers shards with the nodes of one group (`placement`: per shard the ids of the nodes that hold it). No shard could
 * move to another readable replica whose node reads two shards fewer: the slowest node decides how long a search takes.
 */
export const coverShards = (
  input: CoverInput & { readonly placement: ReadonlyArray<ReadonlyArray<string>> },
): ShardCover => {
  const shards = ascending(input.shards)
  const nodeIds: Array<string> = []
  const uncovered: Array<number> = []
  /** Per shard the positions in `nodeIds` of the replicas that may be read. */
  const choices: Array<Array<number>> = []
  const covered: Array<number> = []
  for (const shard of shards) {
    const readable: Array<number> = []
    for (const nodeId of input.placement[shard] ?? []) {
      if (!input.mayRead(nodeId, shard)) continue
      let node = nodeIds.indexOf(nodeId)
      if (node === -1) node = nodeIds.push(nodeId) - 1
      readable.push(node)
    }
    const preferred = readable.filter((node) => input.isLastChoice?.(nodeIds[node]!) !== true)
    if (readable.length === 0) uncovered.push(shard)
    else {
      choices.push(preferred.length > 0 ? preferred : readable)
      covered.push(shard)
    }
  }
  const chosen = balance(choices, nodeIds.length, mix(input.seed))
  return { reads: groupByNode(covered, chosen, nodeIds), uncovered }
}

/** Chooses one of each row's `choices`: least loaded first, then moved until no single move would even the loads. */
const balance = (
  choices: ReadonlyArray<ReadonlyArray<number>>,
  nodeCount: number,
  seed: number,
): ReadonlyArray<number> => {
  const loads = Array<number>(nodeCount).fill(0)
  const chosen = Array<number>(choices.length).fill(0)
  // The seed says which shard chooses first and which node wins a tie, so every readable replica has its seeds.
  const firstRow = choices.length === 0 ? 0 : seed % choices.length
  const firstNode = nodeCount === 0 ? 0 : (seed >>> 16) % nodeCount
  for (let step = 0; step < choices.length; step++) {
    const row = (firstRow + step) % choices.length
    const node = leastLoaded(choices[row]!, loads, firstNode)
    chosen[row] = node
    loads[node]!++
  }
  // Ends: each move lowers the sum of the squared loads.
  for (let moved = true; moved;) {
    moved = false
    for (let row = 0; row < choices.length; row++) {
      const readable = choices[row]!
      if (readable.length === 1) continue
      const node = leastLoaded(readable, loads, firstNode)
      const before = chosen[row]!
      if (loads[node]! + 1 >= loads[before]!) continue
      loads[before]!--
      loads[node]!++
      chosen[row] = node
      moved = true
    }
  }
  return chosen
}

const leastLoaded = (readable: ReadonlyArray<number>, loads: ReadonlyArray<number>, firstNode: number): number => {
  const count = loads.length
  let best = readable[0]!
  for (let index = 1; index < readable.length; index++) {
    const node = readable[index]!
    const difference = loads[node]! - loads[best]!
    const sooner = (node - firstNode + count) % count < (best - firstNode + count) % count
    if (difference < 0 || (difference === 0 && sooner)) best = node
  }
  return best
}

const groupByNode = (
  covered: ReadonlyArray<number>,
  chosen: ReadonlyArray<number>,
  nodeIds: ReadonlyArray<string>,
): ReadonlyArray<ShardRead> => {
  const shardsOfNode = nodeIds.map((): Array<number> => [])
  for (let row = 0; row < covered.length; row++) shardsOfNode[chosen[row]!]!.push(covered[row]!)
  return nodeIds
    .map((nodeId, node) => ({ nodeId, shards: shardsOfNode[node]! }))
    .filter((read) => read.shards.length > 0)
    .sort((left, right) => (left.nodeId < right.nodeId ? -1 : 1))
}

/** The same numbers, each once and ascending; the input itself in the usual case that it already is so. */
const ascending = (shards: ReadonlyArray<number>): ReadonlyArray<number> => {
  for (let index = 1; index < shards.length; index++)
    if (shards[index]! <= shards[index - 1]!) return [...new Set(shards)].sort((left, right) => left - right)
  return shards
}

/** Spreads neighbouring seeds over all 32 bits; unsigned (the finalizer of MurmurHash3). */
const mix = (seed: number): number => {
  let bits = seed ^ (seed >>> 16)
  bits = Math.imul(bits, 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}
