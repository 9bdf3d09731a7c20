import { invariant } from "#core/prelude/invariant.ts"
import {
  type MissedReplica,
  type NodeOutcome,
  type Write,
  type WriteInput,
  type WriteReplica,
  quorumOf,
} from "./write.ts"

export const startWrite = (replicas: ReadonlyArray<WriteReplica>, nodeIds: ReadonlyArray<string>): Write =>
  nodeIds.length === 0 ? settle(replicas, {}) : { tag: "dispatching", replicas, outcomes: {}, waitingFor: nodeIds }

/** Takes one node's answer; with the last one the write is decided. Late answers change nothing. */
export const stepWrite = (write: Write, input: WriteInput): Write => {
  if (write.tag !== "dispatching" || !write.waitingFor.includes(input.nodeId)) return write
  const outcomes = { ...write.outcomes, [input.nodeId]: input.outcome }
  const waitingFor = write.waitingFor.filter((nodeId) => nodeId !== input.nodeId)
  return waitingFor.length > 0 ? { ...write, outcomes, waitingFor } : settle(write.replicas, outcomes)
}

type Outcomes = Readonly<Record<string, NodeOutcome>>

const settle = (replicas: ReadonlyArray<WriteReplica>, outcomes: Outcomes): Write => {
  const shards = groupBy(replicas, (replica) => replica.shard)
  const refusal = commonRefusal(shards, outcomes)
  if (refusal !== null) return refusal
  const isAccepted = [...shards.values()].every((ofShard) => isShardAccepted(ofShard, outcomes))
  const behind: Array<MissedReplica> = []
  for (const ofShard of shards.values()) {
    const missed = missedReplicas(ofShard, outcomes, isAccepted)
    invariant(
      missed.length === 0 || missed.length < ofShard.filter((replica) => replica.wasInSync).length,
      "one-replica-stays-in-sync",
      "no replica of a shard could be read any more",
    )
    behind.push(...missed)
  }
  const degraded = [...shards].filter(([, all]) => all.some((replica) => !isAcknowledged(replica, outcomes)))
  return isAccepted
    ? { tag: "accepted", behind, degraded: degraded.map(([shard]) => shard).sort((a, b) => a - b) }
    : { tag: "lost", behind, shards: [...shards.keys()].sort((a, b) => a - b) }
}

/**
 * A refusal counts only when nobody took the write: otherwise the refusing node is the odd one, and falls behind. Whoever may have taken it unheard
 * is behind, as far as another replica certainly did not; of a shard where there is none the outcome is unknown, and so is that of the write.
 */
const commonRefusal = (shards: ReadonlyMap<number, ReadonlyArray<WriteReplica>>, outcomes: Outcomes): Write | null => {
  const all = Object.values(outcomes)
  if (all.some((outcome) => outcome.tag === "acknowledged")) return null
  const refused = all.find((outcome) => outcome.tag === "refused")
  if (refused === undefined) return null
  const behind: Array<MissedReplica> = []
  for (const ofShard of shards.values()) {
    const inSync = ofShard.filter((replica) => replica.wasInSync)
    const unknown = inSync.filter((replica) => isUnknown(replica, outcomes))
    if (unknown.length > 0 && unknown.length === inSync.length) return null
    behind.push(
      ...unknown.map(({ shard, nodeId }) => ({ shard, nodeId, reason: "it may have taken what other nodes refused" })),
    )
  }
  return { tag: "refused", error: refused.error, behind }
}

/**
 * Which in-sync replicas of one shard may now lack the write. If some acknowledged it, all others. If nobody did but some
 * may have taken it, all but the first of those: repair makes the others equal to that one. The same where the write as a whole is lost: nobody
 * follows it to its end, so one of two that acknowledged it may fail to apply it unseen.
 */
const missedReplicas = (
  ofShard: ReadonlyArray<WriteReplica>,
  outcomes: Outcomes,
  isAccepted: boolean,
): Array<MissedReplica> => {
  const inSync = ofShard.filter((replica) => replica.wasInSync)
  const took = inSync.filter((replica) => isAcknowledged(replica, outcomes))
  const unknown = inSync.filter((replica) => isUnknown(replica, outcomes))
  const right = took.length === 0 ? unknown.slice(0, 1) : isAccepted ? took : took.slice(0, 1)
  if (right.length === 0) return []
  return inSync
    .filter((replica) => !right.includes(replica))
    .map(({ shard, nodeId }) => ({ shard, nodeId, reason: reasonOf(outcomes[nodeId]) }))
}

/**
 * Per shard, never per batch: in some group the shard has its quorum of replicas in sync. It need not be the same group for all shards:
 * replicas that miss the write are put behind, and readers take each shard where it is in sync.
 */
const isShardAccepted = (ofShard: ReadonlyArray<WriteReplica>, outcomes: Outcomes): boolean =>
  [...groupBy(ofShard, (replica) => replica.groupId).values()].some((inGroup) => {
    const took = inGroup.filter((replica) => replica.wasInSync && isAcknowledged(replica, outcomes))
    return took.length >= quorumOf(inGroup.length)
  })

const isAcknowledged = (replica: WriteReplica, outcomes: Outcomes): boolean =>
  outcomes[replica.nodeId]?.tag === "acknowledged"

const isUnknown = (replica: WriteReplica, outcomes: Outcomes): boolean => outcomes[replica.nodeId]?.tag === "unknown"

const reasonOf = (outcome: NodeOutcome | undefined): string => {
  if (outcome === undefined) return "the node was down"
  if (outcome.tag === "acknowledged") return "the write was lost, and this replica may not be like the others"
  return outcome.tag === "refused" ? "the node refused the write" : outcome.reason
}

const groupBy = <A, K>(items: ReadonlyArray<A>, keyOf: (item: A) => K): Map<K, Array<A>> => {
  const groups = new Map<K, Array<A>>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [item])
    else group.push(item)
  }
  return groups
}
