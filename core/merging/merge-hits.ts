import type { Slice } from "#core/protocol/json-slices.ts"
import { compareHits } from "./compare-hits.ts"
import { comparePrimaryKeys, normalPrimaryKey } from "./compare-primary-keys.ts"
import { createDistinct } from "./distinct.ts"
import { mergeLists } from "./merge-lists.ts"
import { rankKey, type RankKey } from "./rank-key.ts"
import { readField, readFieldTexts } from "./read-field.ts"
import { type Hit, readHit } from "./strip-hit.ts"

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
export interface RankedHit extends Hit {
  rank: RankKey | null
  primaryKey: string | null
}

/** The hits of one query from the lists of the nodes, each for disjoint documents. */
export const mergeHits = (nodes: ReadonlyArray<HitList>, plan: HitsPlan): Array<RankedHit> => {
  const { distinct } = plan
  const isFirst = createDistinct()
  return mergeLists(
    nodes.map((node) => node.hits.map((_, index) => index)),
    {
      offset: plan.offset,
      limit: plan.limit,
      open: (index, list) => openHit(nodes[list]!, index),
      compare: (left, right) => compareRanked(left, right, plan.primaryKey),
      // One node has made its own hits distinct already.
      accept:
        distinct === null || nodes.length === 1 ? null : (hit) => isFirst(readField(hit.text, hit.members, distinct)),
    },
  )
}

export const rankOf = (hit: RankedHit): RankKey => (hit.rank ??= readRank(hit))

/** Normal form of the document's id: it tells the same document in two lists. */
export const primaryKeyOf = (hit: RankedHit, primaryKey: string): string =>
  (hit.primaryKey ??= normalPrimaryKey(readFieldTexts(hit.text, hit.members, primaryKey)[0] ?? ""))

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
  primaryKey: null,
})

const compareRanked = (left: RankedHit, right: RankedHit, primaryKey: string | null): number => {
  const order = compareHits(rankOf(left), rankOf(right))
  return order !== 0 || primaryKey === null
    ? order
    : comparePrimaryKeys(primaryKeyOf(left, primaryKey), primaryKeyOf(right, primaryKey))
}

const readRank = (hit: Hit): RankKey => {
  const details = hit.members.find((member) => member.key === "_rankingScoreDetails")
  return details === undefined ? [] : rankKey(JSON.parse(hit.text.slice(details.valueStart, details.valueEnd)))
}
