import { Effect, Layer } from "effect"
import type { IndexRecord } from "#core/catalogue/index-record.ts"
import {
  type BehindKey,
  type BehindMark,
  type ClusterRecord,
  type Lease,
  type NodeRecord,
  Store,
  type StoreChange,
  StoreConflict,
  changesState,
  leaseRecord,
} from "#core/ports/store.ts"
import { withSwappedNames } from "#core/tasks/swapped-names.ts"
import { type TaskPage, type TaskPageQuery, matchesTask } from "#core/tasks/task-filter.ts"
import { type TaskRecord, isFinished, openTaskOf } from "#core/tasks/task-record.ts"
import type { Topology } from "#core/topology/topology.ts"

/**
 * A store that lives and dies with the process: for `--ephemeral`, for tests, and the reference for every other store.
 * Nothing in it waits or draws, so a program that uses it stays deterministic. Records are kept as they were given:
 * their types are read-only, and copying them would only hide who breaks that.
 */
export const makeMemoryStore = (): Store["Service"] => {
  const memory: Memory = {
    version: 0,
    revision: 0,
    leases: new Map(),
    topology: null,
    tasks: new Map(),
    retired: new Map(),
    indexes: new Map(),
    behind: new Map(),
    nodes: new Map(),
    records: new Map(),
  }
  return {
    loadState: Effect.sync(() => ({
      revision: memory.revision,
      topology: memory.topology,
      indexes: inOrder(memory.indexes.values(), (record) => [record.physicalUid]),
      behind: inOrder(memory.behind.values(), (mark) => [mark.physicalUid, mark.shard, mark.nodeId]),
      nodes: inOrder(memory.nodes.values(), (node) => [node.nodeId]),
      records: inOrder(memory.records.values(), (record) => [record.kind, record.key]),
    })),
    saveTopology: (topology) =>
      Effect.suspend(() => {
        if (topology.epoch !== (memory.topology?.epoch ?? 0) + 1) {
          return Effect.fail(new StoreConflict({ record: "topology" }))
        }
        memory.topology = topology
        memory.revision++
        return Effect.void
      }),
    stateRevision: Effect.sync(() => memory.revision),
    readLease: (scope) => Effect.sync(() => memory.leases.get(scope) ?? null),
    writeLease: (lease, expected) =>
      Effect.suspend(() => {
        const stored = memory.leases.get(lease.scope)
        if (stored?.token !== expected?.token || stored?.beat !== expected?.beat) return leaseConflict(lease.scope)
        memory.leases.set(lease.scope, lease)
        return Effect.void
      }),
    intend: (prepare) =>
      Effect.suspend(() => {
        // Taken before the change is tried: a number that `prepare` has seen is never given to somebody else.
        const version = ++memory.version
        return Effect.as(apply(memory, prepare(version)), version)
      }),
    commit: (change) => Effect.suspend(() => apply(memory, change)),
    currentVersion: Effect.sync(() => memory.version),
    readTask: (uid) => Effect.sync(() => memory.tasks.get(uid) ?? null),
    listTasks: (query) => Effect.sync(() => pageOf(tasksByUid(memory), query)),
    listRetired: (limit) => Effect.sync(() => inUidOrder(memory.retired.values()).slice(0, limit)),
    unfinishedTasks: Effect.sync(() => unfinished(memory)),
    openTasks: Effect.sync(() => unfinished(memory).map(openTaskOf)),
    writesSince: (physicalUid, sinceVersion) =>
      Effect.sync(() =>
        inUidOrder([...memory.tasks.values(), ...memory.retired.values()]).filter(
          (task) => task.physicalUid === physicalUid && task.uid >= sinceVersion,
        ),
      ),
  }
}

export const memoryStoreLayer: Layer.Layer<Store> = Layer.sync(Store, makeMemoryStore)

interface Memory {
  version: number
  revision: number
  readonly leases: Map<string, Lease>
  topology: Topology | null
  readonly tasks: Map<number, TaskRecord>
  readonly retired: Map<number, TaskRecord>
  indexes: ReadonlyMap<string, IndexRecord>
  /** By `behindName`. */
  readonly behind: Map<string, BehindMark>
  readonly nodes: Map<string, NodeRecord>
  /** By `recordName`. */
  records: ReadonlyMap<string, ClusterRecord>
}

const apply = (memory: Memory, change: StoreChange): Effect.Effect<void, StoreConflict> => {
  if (change.fence && memory.leases.get(change.fence.scope)?.token !== change.fence.token)
    return leaseConflict(change.fence.scope)
  // Only these two can conflict: they are changed aside first, so that a refused change leaves nothing behind.
  const indexes = new Map(memory.indexes)
  const records = new Map(memory.records)
  for (const record of change.removedIndexes ?? []) {
    const stored = indexes.get(record.physicalUid)
    if (stored === undefined || record.revision !== stored.revision + 1) return conflict(record)
    indexes.delete(record.physicalUid)
  }
  for (const record of change.indexes ?? []) {
    if (record.revision !== (indexes.get(record.physicalUid)?.revision ?? -1) + 1) return conflict(record)
    indexes.set(record.physicalUid, record)
  }
  for (const record of change.removedRecords ?? []) {
    const stored = records.get(recordName(record))
    if (stored === undefined || record.revision !== stored.revision + 1) return recordConflict(record)
    records.delete(recordName(record))
  }
  for (const record of change.records ?? []) {
    if (record.revision !== (records.get(recordName(record))?.revision ?? -1) + 1) return recordConflict(record)
    records.set(recordName(record), record)
  }
  memory.indexes = indexes
  memory.records = records
  for (const uid of change.removedTasks ?? []) {
    memory.tasks.delete(uid)
    memory.retired.delete(uid)
  }
  for (const task of change.tasks ?? []) memory.tasks.set(task.uid, task)
  for (const uid of change.retiredTasks ?? []) retire(memory, uid)
  for (const swap of change.swappedNames ?? [])
    for (const task of memory.tasks.values())
      if (task.uid < swap.beforeUid) memory.tasks.set(task.uid, withSwappedNames(task, swap.names, swap.isOneWay))
  for (const key of change.cleared ?? []) memory.behind.delete(behindName(key))
  for (const mark of change.behind ?? []) putBehind(memory, mark)
  const isOtherNode = (change.nodes ?? []).some(
    ({ nodeId, incarnation }) => memory.nodes.get(nodeId)?.incarnation !== incarnation,
  )
  if (isOtherNode || changesState(change)) memory.revision++
  for (const node of change.nodes ?? []) putNode(memory, node)
  return Effect.void
}

const leaseConflict = (scope: string) => Effect.fail(new StoreConflict({ record: leaseRecord(scope) }))

const conflict = (record: IndexRecord) => Effect.fail(new StoreConflict({ record: `index ${record.physicalUid}` }))

const recordConflict = ({ kind, key }: ClusterRecord) => Effect.fail(new StoreConflict({ record: `${kind} ${key}` }))

const recordName = ({ kind, key }: ClusterRecord): string => JSON.stringify([kind, key])

const putBehind = (memory: Memory, mark: BehindMark): void => {
  const name = behindName(mark)
  const stored = memory.behind.get(name)
  if (stored === undefined || mark.sinceVersion < stored.sinceVersion) memory.behind.set(name, mark)
}

const putNode = (memory: Memory, node: NodeRecord): void => {
  const stored = memory.nodes.get(node.nodeId)
  const isLower = stored?.incarnation === node.incarnation && node.highestTaskUid < stored.highestTaskUid
  memory.nodes.set(node.nodeId, isLower ? { ...node, highestTaskUid: stored.highestTaskUid } : node)
}

const behindName = (key: BehindKey): string => JSON.stringify([key.physicalUid, key.shard, key.nodeId])

const retire = (memory: Memory, uid: number): void => {
  const task = memory.tasks.get(uid)
  if (task === undefined) return
  memory.tasks.delete(uid)
  memory.retired.set(uid, task)
}

const tasksByUid = (memory: Memory): ReadonlyArray<TaskRecord> => inUidOrder(memory.tasks.values())

const unfinished = (memory: Memory): ReadonlyArray<TaskRecord> =>
  tasksByUid(memory).filter((task) => !isFinished(task.state))

const inUidOrder = (tasks: Iterable<TaskRecord>): ReadonlyArray<TaskRecord> =>
  [...tasks].sort((one, other) => one.uid - other.uid)

const pageOf = (oldestFirst: ReadonlyArray<TaskRecord>, query: TaskPageQuery): TaskPage => {
  const matching = oldestFirst.filter((task) => matchesTask(query.filter, task))
  const inOrderOfQuery = query.reverse ? matching : matching.toReversed()
  const from = query.from
  const rest =
    from === null
      ? inOrderOfQuery
      : inOrderOfQuery.filter((task) => (query.reverse ? task.uid >= from : task.uid <= from))
  return {
    tasks: rest.slice(0, query.limit),
    total: matching.length,
    next: rest[query.limit]?.uid ?? null,
  }
}

/** Sorted by a key of strings and numbers: the order of insertion must not show, other stores do not have it. */
const inOrder = <A>(values: Iterable<A>, keyOf: (value: A) => ReadonlyArray<string | number>): ReadonlyArray<A> =>
  [...values].sort((one, other) => compareKeys(keyOf(one), keyOf(other)))

const compareKeys = (one: ReadonlyArray<string | number>, other: ReadonlyArray<string | number>): number => {
  for (const [position, value] of one.entries()) {
    const against = other[position] ?? ""
    if (value !== against) return value < against ? -1 : 1
  }
  return 0
}
