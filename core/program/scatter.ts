import { Clock, Effect } from "effect"
import type { IndexRecord } from "#core/catalogue/index-record.ts"
import type { NodeClient } from "#core/ports/node-client.ts"
import type { NodeRequest } from "#core/protocol/http-message.ts"
import type { ErrorBody } from "#core/protocol/meilisearch-error.ts"
import { isRefusal, readNodeError, saysUnready, toUserError } from "#core/protocol/node-error.ts"
import { planReads } from "#core/routing/covering-set.ts"
import { mergeSettingsOf } from "#core/settings/desired-settings.ts"
import { Cluster } from "./cluster.ts"
import { isBeingDeleted } from "./cluster-state.ts"
import { callNode } from "./node-calls.ts"

/*
 * Asks a covering set of nodes, so that every shard is read exactly once. A node that fails is left out, and its shards are asked of other
 * replicas, first in the same group, within the one deadline of the request.
 */

/** Times that shards are asked of other nodes after a failure. */
const retriesMax = 3

export interface NodeAnswer {
  readonly nodeId: string
  readonly shards: ReadonlyArray<number>
  readonly body: string
  /** What it has refused before it was asked otherwise. */
  readonly refusals: ReadonlyArray<ErrorBody>
}

export type Gathered =
  | { readonly tag: "answered"; readonly answers: ReadonlyArray<NodeAnswer>; readonly uncovered: ReadonlyArray<number> }
  /** The request is wrong: every node would say the same. */
  | { readonly tag: "refused"; readonly error: ErrorBody }

export interface Scatter {
  readonly record: IndexRecord
  readonly shards: ReadonlyArray<number>
  /** Chooses among replicas: equal seeds read equal replicas as long as the cluster does not change. */
  readonly seed: number
  readonly requestFor: (shards: ReadonlyArray<number>) => Omit<NodeRequest, "timeoutMs">
  /** Refusals that one node may give alone, because of the documents that it does not have: it then counts as empty. */
  readonly isLocalRefusal?: (error: ErrorBody) => boolean
  /** Asks a node otherwise that has refused because of the documents that it does not have: the new body, or null. Ends after finitely many. */
  readonly askOtherwise?: (body: string, error: ErrorBody) => string | null
}

export const scatter = Effect.fnUntraced(function* (
  ask: Scatter,
): Effect.fn.Return<Gathered, never, Cluster | NodeClient> {
  const cluster = yield* Cluster
  const deadlineMs = (yield* Clock.currentTimeMillis) + cluster.options.searchTimeoutMs
  const mayRead = cluster.mayRead(ask.record)
  const failed = new Set<string>()
  const late = new Set<string>()
  const answers: Array<NodeAnswer> = []
  const groups = rotate(Object.keys(ask.record.placement), ask.seed)
  let pending = ask.shards
  let uncovered: ReadonlyArray<number> = []
  let localRefusal: Gathered | null = null

  for (let attempt = 0; attempt <= retriesMax && pending.length > 0; attempt++) {
    const leftMs = deadlineMs - (yield* Clock.currentTimeMillis)
    if (leftMs <= 0) break
    const plan = planReads({
      placement: ask.record.placement,
      groups,
      mayRead: (nodeId, shard) => !failed.has(nodeId) && mayRead(nodeId, shard),
      isLastChoice: (nodeId) => late.has(nodeId) || cluster.isLastChoice(nodeId),
      shards: pending,
      seed: ask.seed,
    })
    uncovered = plan.uncovered
    // A part of the time that is left, so that a node which hangs leaves time to ask another one.
    const timeoutMs = Math.ceil(leftMs / (retriesMax + 1 - attempt))
    const outcomes = yield* Effect.forEach(plan.reads, (read) => askNode(ask, read, timeoutMs), {
      concurrency: "unbounded",
    })
    const lost: Array<number> = []
    for (const outcome of outcomes) {
      if (outcome.tag === "refused") {
        if (ask.isLocalRefusal?.(outcome.error) !== true) return outcome
        localRefusal ??= outcome
        continue
      }
      if (outcome.tag === "answered") answers.push(outcome.answer)
      else {
        if (outcome.isLate) late.add(outcome.nodeId)
        else failed.add(outcome.nodeId)
        lost.push(...outcome.shards)
      }
    }
    if (lost.length === 0 && plan.reads.length === 0) break
    // Shards that no group covered in this plan may be covered by another one now.
    pending = [...lost, ...uncovered].sort((a, b) => a - b)
  }
  if (localRefusal !== null && answers.length === 0) return localRefusal
  return { tag: "answered", answers, uncovered: pending }
})

type Outcome =
  | { readonly tag: "answered"; readonly answer: NodeAnswer }
  | { readonly tag: "refused"; readonly error: ErrorBody }
  | {
      readonly tag: "failed"
      readonly nodeId: string
      readonly shards: ReadonlyArray<number>
      /** It may be asked again when nobody else can be. */
      readonly isLate: boolean
    }

const askNode = Effect.fnUntraced(function* (
  ask: Scatter,
  { nodeId, shards }: { readonly nodeId: string; readonly shards: ReadonlyArray<number> },
  timeoutMs: number,
  otherwise: { readonly body: string | null; readonly refusals: ReadonlyArray<ErrorBody> } = {
    body: null,
    refusals: [],
  },
): Effect.fn.Return<Outcome, never, Cluster | NodeClient> {
  const cluster = yield* Cluster
  const { refusals } = otherwise
  const planned = ask.requestFor(shards)
  const request = { ...planned, body: otherwise.body ?? planned.body, timeoutMs }
  const result = yield* Effect.result(callNode(nodeId, request))
  const failure: Outcome = { tag: "failed", nodeId, shards, isLate: false }
  if (result._tag === "Failure") return { ...failure, isLate: result.failure.isLate === true }
  const { status, body } = result.success
  // A box in between may answer 200 with a page of its own, or cut an answer off: neither is an answer of a node.
  if (status === 200)
    return body.startsWith("{") && body.endsWith("}")
      ? { tag: "answered", answer: { nodeId, shards, body, refusals } }
      : failure
  const error = readNodeError(body)
  if (error === null || !isRefusal(result.success)) return failure
  if (error.code === "index_not_found" && !isBeingDeleted(cluster.state, ask.record.physicalUid)) {
    // The catalogue says that the index exists: a node that denies it is not the node that we know.
    cluster.observe(nodeId, { tag: "request-failed" })
    return failure
  }
  const { physicalUid, uid, settings } = ask.record
  // Nor is the client to blame where a node does not know the attribute that we have added.
  if (saysUnready(error)) return failure
  const shown = toUserError(error, physicalUid, uid, mergeSettingsOf(settings).displayedAttributes)
  const next = typeof request.body === "string" ? (ask.askOtherwise?.(request.body, shown) ?? null) : null
  if (next === null) return { tag: "refused", error: shown }
  return yield* askNode(ask, { nodeId, shards }, timeoutMs, { body: next, refusals: [...refusals, shown] })
})

const rotate = <A>(items: ReadonlyArray<A>, by: number): ReadonlyArray<A> => {
  const start = items.length === 0 ? 0 : by % items.length
  return [...items.slice(start), ...items.slice(0, start)]
}

export const allShards = (record: IndexRecord): ReadonlyArray<number> =>
  Array.from({ length: record.shardCount }, (_, shard) => shard)
