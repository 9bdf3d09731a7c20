import { Context, Effect, Layer, Semaphore } from "effect"
import type { IndexRecord } from "#core/catalogue/index-record.ts"
import { type HealthInput, type HealthThresholds, answersOf, initialHealth } from "#core/health/node-health.ts"
import { stepHealth } from "#core/health/step.ts"
import { type Lease, Store, type StoreChange, type StoreConflict, type StoreUnavailable } from "#core/ports/store.ts"
import { invariant } from "#core/prelude/invariant.ts"
import type { NodeMember, Topology } from "#core/topology/topology.ts"
import { type ClusterState, isBehind, makeClusterState } from "./cluster-state.ts"
import { type GateOf, makeGates } from "./gates.ts"
import { type StoredView, makeStoredView } from "./stored-view.ts"

/** How this proxy behaves; every value comes from the configuration. */
export interface ClusterOptions {
  /** Stable name of this proxy: the owner of the writes that it dispatches. */
  readonly proxyId: string
  /** Membership to begin with; a topology in the store wins over it. */
  readonly seed: Omit<Topology, "epoch">
  readonly masterKey: string | null
  readonly thresholds: HealthThresholds
  readonly healthIntervalMs: number
  readonly healthTimeoutMs: number
  readonly searchTimeoutMs: number
  readonly writeTimeoutMs: number
  /** How long finished tasks are kept; absent: a week. */
  readonly taskRetentionMs?: number
  /** What a search answers when a shard has no readable replica: what there is, or an error. */
  readonly unavailableShards: "partial" | "error"
}

/** What one term of a proxy may do: the time in which it writes for all, or the time in which it only reads. */
export interface Term {
  readonly role: "leading" | "following"
  /** The lease under which the store takes its changes; null: no other proxy can be. */
  readonly fence: Pick<Lease, "scope" | "token"> | null
  /** Whether a request that changes a node may leave now. */
  readonly mayAct: () => boolean
  /** So long after its begin a node may still get what a writer before this one has sent. */
  readonly graceMs: number
}

/** Of a proxy that has the store to itself. */
export const aloneTerm: Term = { role: "leading", fence: null, mayAct: () => true, graceMs: 0 }

interface ClusterShape extends StoredView {
  readonly options: ClusterOptions
  readonly term: Term
  readonly state: ClusterState
  /** Stores an intent that does not depend on the state. */
  readonly intend: (
    prepare: (version: number) => StoreChange,
  ) => Effect.Effect<number, StoreUnavailable | StoreConflict>
  readonly member: (nodeId: string) => NodeMember
  /** Whether a search may read that shard on that node now. */
  readonly mayRead: (record: IndexRecord) => (nodeId: string, shard: number) => boolean
  /** Whether that node is read only where no other replica can be. */
  readonly isLastChoice: (nodeId: string) => boolean
  readonly mustReceiveWrites: (nodeId: string) => boolean
  readonly observe: (nodeId: string, input: HealthInput) => void
  /**
   * Whoever puts replicas behind looks who is in sync and stores the marks in here: two who decide at the same time would each take the other's
   * replica for the one that stays in sync. So does whoever clears marks: one that reached further back meanwhile would go with them.
   */
  readonly marking: <A, E, R>(work: Effect.Effect<A, E, R>) => Effect.Effect<A, E | StoreUnavailable, R>
  /** The gate through which all writes of one index pass in sequence order; repair closes it for its last round. */
  readonly gateOf: GateOf
}

/** The cluster as this proxy sees it: the store's state in memory, the health of nodes, and the order of writes. */
export class Cluster extends Context.Service<Cluster, ClusterShape>()("miroir/Cluster") {
  static readonly layer = (options: ClusterOptions, term: Term = aloneTerm) =>
    Layer.effect(Cluster, makeCluster(options, term))
}

const makeCluster = Effect.fnUntraced(function* (options: ClusterOptions, term: Term) {
  const store = yield* Store
  const stored = yield* store.loadState
  const topology = stored.topology ?? { ...options.seed, epoch: 1 }
  if (stored.topology === null && term.role === "leading") yield* store.saveTopology(topology)
  const state = makeClusterState(stored, topology)
  const view = yield* makeStoredView(state, stored.revision, options.proxyId, term)
  const markingGate = Semaphore.makeUnsafe(1)

  const shape: ClusterShape = {
    options,
    term,
    state,
    ...view,
    intend: (prepare) => view.decide(() => ({ tag: "intent", prepare, follow: (version) => version })),
    member: (nodeId) => {
      const member = state.members.get(nodeId)
      invariant(member !== undefined, "placement-names-members", `shards are placed on the unknown node ${nodeId}`)
      return member
    },
    mayRead: (record) => (nodeId, shard) =>
      answersOf(state.health.get(nodeId) ?? initialHealth).mayServeReads &&
      !isBehind(state, record.physicalUid, nodeId, shard),
    isLastChoice: (nodeId) => answersOf(state.health.get(nodeId) ?? initialHealth).isLastChoice,
    mustReceiveWrites: (nodeId) => answersOf(state.health.get(nodeId) ?? initialHealth).mustReceiveWrites,
    observe: (nodeId, input) => {
      state.health.set(nodeId, stepHealth(state.health.get(nodeId) ?? initialHealth, input, options.thresholds))
    },
    marking: (work) => markingGate.withPermit(Effect.andThen(view.certain, work)),
    gateOf: makeGates(),
  }
  return shape
})
