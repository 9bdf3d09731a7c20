import type { Slice } from "#core/protocol/json-slices.ts"
import { compareHits } from "./compare-hits.ts"
import { createDistinct } from "./distinct.ts"
import { mergeLists } from "./merge-lists.ts"
import { rankKey, type RankKey } from "./rank-key.ts"
import { readField } from "./read-field.ts"
import { type Hit, readHit } from "./strip-hit.ts"
import { type Arriving, arrivalOf, breakTies, openOnce } from "./tie-order.ts"

/** One node's hits, best first, inside the text of its answer. */
export interface HitList {
  readonly text: string
  readonly hits: ReadonlyArray<Slice>
}

export interface HitsPlan {
  /** Decides between equal hits; null: the order of the answers does. */
  readonly primaryKey: string | null
  /** The attribute of which each value may appear once, or null. */
  readonly distinct: string | null
  readonly offset: number
  readonly limit: number
}

/** A hit with what orders it, read when it is first compared. */
export interface RankedHit extends Arriving {
  rank: RankKey | null
}

/** The hits of one query from the lists of the nodes, each for disjoint documents. */
export const mergeHits = (nodes: ReadonlyArray<HitList>, plan: HitsPlan): Array<RankedHit> => {
  const { distinct } = plan
  const isFirst = createDistinct()
  const lists = nodes.map((node) => openOnce(node.hits.length, (index) => openHit(node, index)))
  return mergeLists(
    nodes.map((node) => node.hits.map((_, index) => index)),
    {
      offset: plan.offset,
      limit: plan.limit,
      open: (index, list) => lists[list]!.open(index),
      compare: breakTies(lists, compareRanked, plan.primaryKey),
      // One node has made its own hits distinct already.
      accept:
        distinct === null || nodes.length === 1 ? null : (hit) => isFirst(readField(hit.text, hit.members, distinct)),
    },
  )
}

export const rankOf = (hit: RankedHit): RankKey => (hit.rank ??= readRank(hit))

/** Normal form of the document's id: it tells the same document in two lists. */
export const primaryKeyOf = (hit: RankedHit, primaryKey: string): string => arrivalOf(hit, primaryKey).id

/** Whether the hit was found by its vector. */
export const isSemantic = (hit: RankedHit): boolean => rankOf(hit).some((entry) => entry.tag === "similarity")

/** A node's list without the hits that were found by words. */
export const onlySemantic = <List extends HitList>(node: List): List => ({
  ...node,
  hits: node.hits.filter((_, index) => isSemantic(openHit(node, index))),
})

const openHit = (node: HitList, index: number): RankedHit => ({
  ...readHit(node.text, node.hits[index]!),
  rank: null,
  arrival: null,
})

const compareRanked = (left: RankedHit, right: RankedHit): number => compareHits(rankOf(left), rankOf(right))

const readRank = (hit: Hit): RankKey => {
  const details = hit.members.find((member) => member.key === "_rankingScoreDetails")
  return details === undefined ? [] : rankKey(JSON.parse(hit.text.slice(details.valueStart, details.valueEnd)))
}
