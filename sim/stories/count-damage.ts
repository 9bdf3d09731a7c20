import { Effect } from "effect"
import type { IndexRecord } from "#core/catalogue/index-record.ts"
import type { JsonObject } from "#core/prelude/json.ts"
import { shardOf } from "#core/routing/hash-document-id.ts"
import { nodesOfPlacement } from "#core/topology/topology.ts"
import { isEverything, shownBy } from "../checkers/check-reads.ts"
import { documentsOf } from "../checkers/check-replicas.ts"
import {
  type DocumentState,
  type IndexHistory,
  finalStates,
  indexHistories,
  stateText,
  visibleStates,
} from "../checkers/document-states.ts"
import { degradedShards, usedAnswers } from "../checkers/read-calls.ts"
import { isRead } from "../workload/request-of.ts"
import type { Attempt } from "../world/history.ts"
import type { World } from "../world/world.ts"

export const figures = [
  "documentsLost",
  "staleReads",
  "duplicated",
  "wrongCountSearches",
  "divergentReplicas",
  "refusedWrites",
] as const
export type Figure = (typeof figures)[number]
export type Figures = Readonly<Record<Figure, number>>

/** One thing that went wrong for a client, or is wrong at the end. */
export interface Harm {
  readonly figure: Figure
  /** null: found at rest. */
  readonly atMs: number | null
  readonly fact: string
}

/** All that the checkers would call broken, counted instead of stopping at the first, and the writes that clients were refused. */
export const countDamage = (world: World): ReadonlyArray<Harm> => {
  const { history, fleet } = world
  const indexes = indexHistories(history)
  const used = usedAnswers(history, fleet.shards)
  const seen = history.attempts.flatMap((attempt): ReadonlyArray<Harm> => {
    if (!isRead(attempt.action)) return refusal(attempt)
    const index = indexes.get(used.get(attempt.number)?.[0]?.physicalUid ?? "")
    return index === undefined ? [] : harmsOfRead(attempt, index, fleet.shards)
  })
  const { indexes: records } = Effect.runSync(world.store.truth.loadState)
  return dedupeLost([...seen, ...records.flatMap((record) => harmsAtRest(world, record, indexes))])
}

export const totalOf = (harms: ReadonlyArray<Harm>): Figures => {
  const total = Object.fromEntries(figures.map((figure) => [figure, 0])) as Record<Figure, number>
  for (const { figure } of harms) total[figure]++
  return total
}

/** A refused write is a price, not damage: the client knows that it did not happen, or that it may not have. */
export const isDamaged = (total: Figures): boolean =>
  figures.some((figure) => figure !== "refusedWrites" && total[figure] > 0)

const refusal = ({ response, action, answeredMs }: Attempt): ReadonlyArray<Harm> =>
  response === null || response.status < 400
    ? []
    : [{ figure: "refusedWrites", atMs: answeredMs, fact: `${action.do} was answered ${response.status}` }]

const harmsOfRead = (attempt: Attempt, index: IndexHistory, shardCount: number): ReadonlyArray<Harm> => {
  const atMs = attempt.isClosing ? null : attempt.answeredMs
  const wrong = [...(shownBy(attempt, index, shardCount) ?? [])].flatMap(([id, state]) => {
    const allowed = attempt.isClosing ? finalStates(index, id) : statesOf(index, id, attempt)
    return allowed.has(state) ? [] : [`${id} is ${brief(state)} and should be ${brief([...allowed].at(-1) ?? null)}`]
  })
  const misread = attempt.isClosing
    ? wrong.map((fact): Harm => ({ figure: "documentsLost", atMs, fact }))
    : wrong.slice(0, 1).map((fact): Harm => ({ figure: "staleReads", atMs, fact: `${attempt.action.do}: ${fact}` }))
  return [...misread, ...duplicates(attempt, atMs), ...wrongCount(attempt, index, shardCount, atMs)]
}

const statesOf = (index: IndexHistory, id: string, attempt: Attempt): ReadonlySet<DocumentState> =>
  visibleStates(index, id, attempt.sentMs, attempt.answeredMs ?? attempt.sentMs).states

const duplicates = (attempt: Attempt, atMs: number | null): ReadonlyArray<Harm> => {
  const seen = new Set<string>()
  return hitsOf(attempt).flatMap(({ id }): ReadonlyArray<Harm> => {
    const isTwice = seen.has(String(id))
    seen.add(String(id))
    return isTwice ? [{ figure: "duplicated", atMs, fact: `one answer shows ${String(id)} more than once` }] : []
  })
}

const hitsOf = ({ response }: Attempt): ReadonlyArray<JsonObject> => {
  if (response?.status !== 200) return []
  const { hits, results } = JSON.parse(response.body) as Record<"hits" | "results", ReadonlyArray<JsonObject>>
  return hits ?? results ?? []
}

/** A search for everything counts the documents that exist: those that must, and no more than those that may. */
const wrongCount = (
  attempt: Attempt,
  index: IndexHistory,
  shardCount: number,
  atMs: number | null,
): ReadonlyArray<Harm> => {
  const { action, response } = attempt
  if (action.do !== "search" || !isEverything(action.body) || response?.status !== 200) return []
  const { estimatedTotalHits: count } = JSON.parse(response.body) as { readonly estimatedTotalHits: number }
  const missing = new Set(degradedShards(attempt))
  const states = [...index.ids]
    .filter((id) => !missing.has(shardOf(id, shardCount)))
    .map((id) => (attempt.isClosing ? finalStates(index, id) : statesOf(index, id, attempt)))
  const least = states.filter((possible) => !possible.has(null)).length
  const most = states.filter((possible) => [...possible].some((state) => state !== null)).length
  if (count >= least && count <= most) return []
  const right = least === most ? `${most}` : `${least} to ${most}`
  return [{ figure: "wrongCountSearches", atMs, fact: `a search counts ${count} documents, and there are ${right}` }]
}

/** Judged on the disks, so that it counts even where nobody could be asked any more. */
const harmsAtRest = (
  world: World,
  { physicalUid, placement, shardCount }: IndexRecord,
  indexes: ReadonlyMap<string, IndexHistory>,
): ReadonlyArray<Harm> => {
  const index = indexes.get(physicalUid)
  const documents = new Map(
    nodesOfPlacement(placement).map((nodeId) => [nodeId, new Map(documentsOf(world, nodeId, physicalUid))]),
  )
  const harms: Array<Harm> = []
  for (let shard = 0; shard < shardCount; shard++) {
    const holders = Object.values(placement).flatMap((shards) => shards[shard] ?? [])
    const ids = [...(index?.ids ?? [])].filter((id) => shardOf(id, shardCount) === shard).sort()
    const copies = holders.map((nodeId) => ids.map((id): DocumentState => documents.get(nodeId)?.get(id) ?? null))
    for (const [at, id] of ids.entries())
      if (index !== undefined && !copies.some((copy) => finalStates(index, id).has(withoutHidden(copy[at] ?? null))))
        harms.push({ figure: "documentsLost", atMs: null, fact: `no replica has ${id} as it was confirmed` })
    for (const [at, copy] of copies.entries()) {
      const odd = ids.find((_, place) => copy[place] !== copies[0]?.[place])
      if (odd === undefined) continue
      const place = ids.indexOf(odd)
      const fact = `shard ${shard}: ${odd} is ${brief(copy[place] ?? null)} on ${holders[at]} and ${brief(copies[0]?.[place] ?? null)} on ${holders[0]}`
      harms.push({ figure: "divergentReplicas", atMs: null, fact })
    }
  }
  return harms
}

/** As a client sees it. */
const withoutHidden = (state: DocumentState): DocumentState => {
  if (state === null) return null
  const members = Object.entries(JSON.parse(state) as JsonObject)
  return stateText(Object.fromEntries(members.filter(([name]) => !name.startsWith("_miroir_"))))
}

/** A document is lost once, however many answers lack it. */
const dedupeLost = (harms: ReadonlyArray<Harm>): ReadonlyArray<Harm> => {
  const lost = new Set<string>()
  return harms.filter(({ figure, fact }) => {
    const id = /\b[de]\d+\b/.exec(fact)?.[0] ?? fact
    if (figure !== "documentsLost") return true
    if (lost.has(id)) return false
    lost.add(id)
    return true
  })
}

/** A document by its number: each write gives it another one. */
const brief = (state: DocumentState): string =>
  state === null ? "absent" : `number ${String((JSON.parse(state) as JsonObject)["n"])}`
