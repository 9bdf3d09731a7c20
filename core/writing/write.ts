import type { ErrorBody } from "#core/protocol/meilisearch-error.ts"

/*
 * A write on its way to the replicas.
 *
 * Before: the intent is durable in the store, so after any crash it is known what may differ.
 * Order: dispatching → (one answer per node) → accepted | refused | lost. Nothing leads back.
 * After: the outcome is settled in one store transaction, which holds the `behind` marks, before the client is answered.
 * It may be cut off anywhere: recovery finds the row in the store and treats every replica as unknown.
 *
 * Invariants
 *  · a replica that may lack an accepted write, or may have a refused one, is put behind (`behind-never-serves`);
 *  · of each shard at least one replica that was in sync stays in sync (no write may strand a shard).
 */

/** One replica that the write must reach. */
export interface WriteReplica {
  readonly groupId: string
  readonly shard: number
  readonly nodeId: string
  /** Only replicas that were in sync before count towards the quorum. */
  readonly wasInSync: boolean
}

/** What one node did with all it was sent for this write. */
export type NodeOutcome =
  | { readonly tag: "acknowledged" }
  /** It said that the request is wrong. */
  | { readonly tag: "refused"; readonly error: ErrorBody }
  /** It certainly did not take it. */
  | { readonly tag: "missed"; readonly reason: string }
  /** No answer came: it may have taken it. */
  | { readonly tag: "unknown"; readonly reason: string }

export type Write =
  | {
      readonly tag: "dispatching"
      readonly replicas: ReadonlyArray<WriteReplica>
      readonly outcomes: Readonly<Record<string, NodeOutcome>>
      readonly waitingFor: ReadonlyArray<string>
    }
  | {
      readonly tag: "accepted"
      readonly behind: ReadonlyArray<MissedReplica>
      readonly degraded: ReadonlyArray<number>
    }
  /** Every node that answered said the same: the client gets the node's own words. Of nodes that did not answer some may have written it. */
  | { readonly tag: "refused"; readonly error: ErrorBody; readonly behind: ReadonlyArray<MissedReplica> }
  /** Some shard was not taken by enough replicas of any group: the outcome is unknown to the client, and the marks lead repair to one of the two. */
  | { readonly tag: "lost"; readonly behind: ReadonlyArray<MissedReplica>; readonly shards: ReadonlyArray<number> }

export interface MissedReplica {
  readonly shard: number
  readonly nodeId: string
  readonly reason: string
}

export type WriteInput = { readonly tag: "node-answered"; readonly nodeId: string; readonly outcome: NodeOutcome }

/**
 * Replicas of a shard that must acknowledge inside one group: half of them, rounded up. The store, not a majority,
 * decides which replica is right, so at factor 2 one dead node does not stop writes.
 */
export const quorumOf = (replicaCount: number): number => Math.ceil(replicaCount / 2)
