import { Context, Data, type Effect } from "effect"
import type { IndexRecord } from "#core/catalogue/index-record.ts"
import type { JsonObject } from "#core/prelude/json.ts"
import type { TaskPage, TaskPageQuery } from "#core/tasks/task-filter.ts"
import type { OpenTask, TaskRecord } from "#core/tasks/task-record.ts"
import type { Topology } from "#core/topology/topology.ts"

/** The store did not answer, or refused to: nothing is known about the change. */
export class StoreUnavailable extends Data.TaggedError("StoreUnavailable")<{ readonly reason: string }> {}

/** Somebody else changed the record first; nothing of the change was applied. */
export class StoreConflict extends Data.TaggedError("StoreConflict")<{ readonly record: string }> {}

/** A replica that is known to lack a write. A missed change of settings puts every shard of the node behind. */
export interface BehindMark {
  readonly physicalUid: string
  readonly shard: number
  readonly nodeId: string
  /** First version that it missed; 0: everything. */
  readonly sinceVersion: number
  readonly reason: string
}

export type BehindKey = Pick<BehindMark, "physicalUid" | "shard" | "nodeId">

/** What we remember of a node, to recognise one that comes back as someone else. */
export interface NodeRecord {
  readonly nodeId: string
  /** The value of the marker that we wrote to it; null until that was done. */
  readonly incarnation: string | null
  /** Highest task uid that it has ever acknowledged; −1 before the first. */
  readonly highestTaskUid: number
}

/** A small thing that belongs to the whole cluster, such as an API key: found by its kind and its key. */
export interface ClusterRecord {
  readonly kind: string
  readonly key: string
  readonly value: JsonObject
  /** Grows by one with each change; the store refuses a change that is based on an older one. */
  readonly revision: number
}

/**
 * Who may do one kind of work now. No clock stands in it: a holder that lives raises `beat`, and whoever has seen the same beat for long enough
 * by his own clock may take the lease over with the next `token`.
 */
export interface Lease {
  readonly scope: string
  /** null: it was given back. */
  readonly holder: string | null
  /** Base URL at which other proxies reach the holder; null when it has none. */
  readonly address: string | null
  /** Grows with each change of the holder. */
  readonly token: number
  readonly beat: number
}

/**
 * One atomic change: all of it or nothing.
 * `fence`: refused with `StoreConflict` when the lease of that scope has another token: somebody else does this work by now.
 * `indexes`, `records` and their removals: each record is stored with a `revision` one above the stored one (0 for a new one), else `StoreConflict`.
 * `behind`: a mark that exists keeps the smaller `sinceVersion`. `cleared` removes marks, before `behind` adds any.
 * `removedTasks` are forgotten. `retiredTasks` are forgotten by everything but `writesSince` and `listRetired`: clients no longer see
 * them, but repair still needs to know what they wrote. `swappedNames` comes after all other changes of tasks.
 * `nodes`: replaces the record, but never lowers `highestTaskUid` unless `incarnation` differs.
 */
export interface StoreChange {
  readonly fence?: Pick<Lease, "scope" | "token"> | null
  readonly tasks?: ReadonlyArray<TaskRecord>
  readonly removedTasks?: ReadonlyArray<number>
  readonly retiredTasks?: ReadonlyArray<number>
  readonly swappedNames?: ReadonlyArray<SwappedNames>
  readonly indexes?: ReadonlyArray<IndexRecord>
  readonly removedIndexes?: ReadonlyArray<IndexRecord>
  readonly behind?: ReadonlyArray<BehindMark>
  readonly cleared?: ReadonlyArray<BehindKey>
  readonly nodes?: ReadonlyArray<NodeRecord>
  readonly records?: ReadonlyArray<ClusterRecord>
  readonly removedRecords?: ReadonlyArray<ClusterRecord>
}

/** Two names of indexes that change places in all tasks with a smaller uid: the history of an index moves with it. */
export interface SwappedNames {
  readonly names: readonly [string, string]
  /** Only tasks that have the first name are looked at, as some engines do it: those of the second one stay as they are. */
  readonly isOneWay: boolean
  readonly beforeUid: number
}

/** What `loadState` reads in one consistent view: all that a proxy keeps in memory. */
export interface StoredState {
  /** The value of `stateRevision` that belongs to it. */
  readonly revision: number
  readonly topology: Topology | null
  readonly indexes: ReadonlyArray<IndexRecord>
  readonly behind: ReadonlyArray<BehindMark>
  readonly nodes: ReadonlyArray<NodeRecord>
  readonly records: ReadonlyArray<ClusterRecord>
}

/** How a `StoreConflict` names a lease. */
export const leaseRecord = (scope: string): string => `lease ${scope}`

/** Whether proxies that only read must hear of the change; nodes that became others are looked at by the store itself. */
export const changesState = (change: StoreChange): boolean =>
  [change.indexes, change.removedIndexes, change.behind, change.cleared, change.records, change.removedRecords].some(
    (part) => part !== undefined && part.length > 0,
  )

/** The shared state of the proxies, the only thing in the cluster that can compare and set. */
export class Store extends Context.Service<
  Store,
  {
    readonly loadState: Effect.Effect<StoredState, StoreUnavailable>
    /** Grows with each change of what `loadState` reads, but not with a mere change of `highestTaskUid`: cheap enough to be asked often. */
    readonly stateRevision: Effect.Effect<number, StoreUnavailable>
    readonly readLease: (scope: string) => Effect.Effect<Lease | null, StoreUnavailable>
    /** Stores the lease if the stored one has the token and the beat of `expected` (null: there is none), else `StoreConflict`. */
    readonly writeLease: (
      lease: Lease,
      expected: Pick<Lease, "token" | "beat"> | null,
    ) => Effect.Effect<void, StoreUnavailable | StoreConflict>
    /** Stores a topology whose epoch is one above the stored one (1 for the first), else `StoreConflict`. */
    readonly saveTopology: (topology: Topology) => Effect.Effect<void, StoreUnavailable | StoreConflict>
    /**
     * One transaction: takes the next sequence number and applies what `prepare` makes of it. Numbers grow strictly and start at 1;
     * one may be lost when the change is refused.
     */
    readonly intend: (
      prepare: (version: number) => StoreChange,
    ) => Effect.Effect<number, StoreUnavailable | StoreConflict>
    readonly commit: (change: StoreChange) => Effect.Effect<void, StoreUnavailable | StoreConflict>
    /** Highest sequence number given out; 0 before the first. */
    readonly currentVersion: Effect.Effect<number, StoreUnavailable>
    readonly readTask: (uid: number) => Effect.Effect<TaskRecord | null, StoreUnavailable>
    readonly listTasks: (query: TaskPageQuery) => Effect.Effect<TaskPage, StoreUnavailable>
    /** Tasks that are not finished, oldest first. */
    readonly unfinishedTasks: Effect.Effect<ReadonlyArray<TaskRecord>, StoreUnavailable>
    /** The same tasks without what makes them large: cheap enough to be asked again and again by whoever waits. */
    readonly openTasks: Effect.Effect<ReadonlyArray<OpenTask>, StoreUnavailable>
    /** The oldest retired tasks. */
    readonly listRetired: (limit: number) => Effect.Effect<ReadonlyArray<TaskRecord>, StoreUnavailable>
    /** Tasks of one index, also retired ones, with `uid` ≥ `sinceVersion`, oldest first: what a replica that is behind may have missed. */
    readonly writesSince: (
      physicalUid: string,
      sinceVersion: number,
    ) => Effect.Effect<ReadonlyArray<TaskRecord>, StoreUnavailable>
  }
>()("miroir/Store") {}
