import type { IndexRecord } from "#core/catalogue/index-record.ts"
import { type NodeHealth, initialHealth } from "#core/health/node-health.ts"
import type { BehindMark, ClusterRecord, NodeRecord, StoreChange, StoredState } from "#core/ports/store.ts"
import { invariant } from "#core/prelude/invariant.ts"
import { type NodeMember, type Topology, nodesOf } from "#core/topology/topology.ts"
import type { TakenTask } from "./taken-tasks.ts"

/**
 * What a proxy keeps in memory of the store, and what it knows of nodes: their health, and what they were told. Only `applyToState` and `reloadState`
 * change the stored part, and only after the store has taken the change.
 */
export interface ClusterState {
  topology: Topology
  readonly members: Map<string, NodeMember>
  /** By physical uid. */
  readonly indexes: Map<string, IndexRecord>
  /** By the client's uid: the record that readers see. */
  readonly readable: Map<string, IndexRecord>
  /** By the client's uid: the record that writers see, that is the result of all writes accepted so far. */
  readonly writable: Map<string, IndexRecord>
  /** Physical uid → node id → shard → mark. */
  readonly behind: Map<string, Map<string, Map<number, BehindMark>>>
  readonly nodes: Map<string, NodeRecord>
  /** Kind → key → record. */
  readonly records: Map<string, Map<string, ClusterRecord>>
  readonly health: Map<string, NodeHealth>
  /** What nodes have taken in this term, by their ids: see told-nodes.ts. */
  readonly told: { readonly features: Map<string, string>; readonly workspaces: Map<string, string> }
  /** By node id: what it has taken of our own work. */
  readonly taken: Map<string, TakenTask>
  /** Physical uid → nodes whose replicas are about to be in sync: no task of the index ends before they have applied it. */
  readonly catchingUp: Map<string, Set<string>>
  /** Version of the engine that the fleet runs, as a node last said; null before the first answer. */
  engineVersion: string | null
}

export const makeClusterState = (stored: StoredState, topology: Topology): ClusterState => {
  const state: ClusterState = {
    topology,
    members: new Map(nodesOf(topology).map((node) => [node.id, node])),
    indexes: new Map(),
    readable: new Map(),
    writable: new Map(),
    behind: new Map(),
    nodes: new Map(),
    records: new Map(),
    health: new Map(nodesOf(topology).map((node) => [node.id, initialHealth])),
    told: { features: new Map(), workspaces: new Map() },
    taken: new Map(),
    catchingUp: new Map(),
    engineVersion: null,
  }
  reloadState(state, stored)
  return state
}

/** Takes over what stands in the store, whatever was known before. */
export const reloadState = (state: ClusterState, stored: StoredState): void => {
  for (const part of [state.indexes, state.behind, state.nodes, state.records]) part.clear()
  applyToState(state, stored)
}

/** Whether the replica is known to lack a write. */
export const isBehind = (state: ClusterState, physicalUid: string, nodeId: string, shard: number): boolean =>
  state.behind.get(physicalUid)?.get(nodeId)?.has(shard) ?? false

/** Whether a node may rightly say that the index does not exist: its deletion was accepted, and may be applied already. */
export const isBeingDeleted = (state: ClusterState, physicalUid: string): boolean =>
  (state.indexes.get(physicalUid)?.deletedBy ?? null) !== null || !state.indexes.has(physicalUid)

/**
 * Marks that must reach further back: replicas that were put behind by a later write, before it was known that they lack this one, too. Without
 * them repair would begin after it.
 */
export const earlierMarks = (
  state: ClusterState,
  physicalUid: string,
  lacking: ReadonlyArray<{ readonly nodeId: string; readonly shard: number }>,
  version: number,
): ReadonlyArray<BehindMark> =>
  lacking.flatMap(({ nodeId, shard }) => {
    const mark = state.behind.get(physicalUid)?.get(nodeId)?.get(shard)
    return mark !== undefined && mark.sinceVersion > version ? [{ ...mark, sinceVersion: version }] : []
  })

export const marksOf = (state: ClusterState, physicalUid: string): ReadonlyArray<BehindMark> =>
  [...(state.behind.get(physicalUid)?.values() ?? [])].flatMap((marks) => [...marks.values()])

export const allMarks = (state: ClusterState): ReadonlyArray<BehindMark> =>
  [...state.behind.keys()].flatMap((physicalUid) => marksOf(state, physicalUid))

/** The records of one kind, by their keys. */
export const recordsOf = (state: ClusterState, kind: string): ReadonlyMap<string, ClusterRecord> =>
  state.records.get(kind) ?? new Map()

export const applyToState = (state: ClusterState, change: StoreChange): void => {
  for (const record of change.removedIndexes ?? []) {
    state.indexes.delete(record.physicalUid)
    state.behind.delete(record.physicalUid)
  }
  for (const record of change.indexes ?? []) state.indexes.set(record.physicalUid, record)
  if ((change.indexes ?? change.removedIndexes) !== undefined) rebuildNames(state)
  for (const { kind, key } of change.removedRecords ?? []) state.records.get(kind)?.delete(key)
  for (const record of change.records ?? []) {
    const ofKind = state.records.get(record.kind)
    if (ofKind === undefined) state.records.set(record.kind, new Map([[record.key, record]]))
    else ofKind.set(record.key, record)
  }
  for (const key of change.cleared ?? []) {
    const marks = state.behind.get(key.physicalUid)?.get(key.nodeId)
    marks?.delete(key.shard)
    if (marks?.size === 0) state.behind.get(key.physicalUid)?.delete(key.nodeId)
  }
  for (const mark of change.behind ?? []) addMark(state, mark)
  for (const node of change.nodes ?? []) applyNode(state, node)
}

/** Name under which writers know the index: its new one as soon as a rename or a swap was accepted. */
export const writtenUidOf = (record: IndexRecord): string => record.writtenUid ?? record.uid

/** Whether writers know another index under the name of this one: it was used again since this one was to be deleted. */
export const isNameTaken = (state: ClusterState, record: IndexRecord): boolean => {
  const holder = state.writable.get(writtenUidOf(record))
  return holder !== undefined && holder.physicalUid !== record.physicalUid
}

/** Before a change is stored: of two indexes with one name only one would be found, and the documents of the other would be gone. */
export const assertNamesDiffer = (state: ClusterState, change: StoreChange): void => {
  const changed = (change.indexes ?? []).filter(({ deletedBy }) => deletedBy === null)
  if (changed.length === 0) return
  const after = new Map(state.indexes)
  for (const { physicalUid } of change.removedIndexes ?? []) after.delete(physicalUid)
  for (const record of change.indexes ?? []) after.set(record.physicalUid, record)
  const names = new Map<string, string>()
  for (const record of after.values()) {
    if (record.deletedBy !== null) continue
    const name = writtenUidOf(record)
    const other = names.get(name)
    invariant(
      other === undefined || !changed.some(({ physicalUid }) => [other, record.physicalUid].includes(physicalUid)),
      "one-index-per-written-name",
      `${other ?? ""} and ${record.physicalUid} would both be called ${name}`,
    )
    names.set(name, record.physicalUid)
  }
}

const rebuildNames = (state: ClusterState): void => {
  state.readable.clear()
  state.writable.clear()
  // An index that is about to lose its name keeps it for readers until then, whoever has taken the name meanwhile.
  const leavingLast = [...state.indexes.values()].sort((a, b) => Number(isLeaving(a)) - Number(isLeaving(b)))
  for (const record of leavingLast) {
    if (record.visible) state.readable.set(record.uid, record)
    if (record.deletedBy === null) state.writable.set(writtenUidOf(record), record)
  }
}

const isLeaving = (record: IndexRecord): boolean => writtenUidOf(record) !== record.uid

const addMark = (state: ClusterState, mark: BehindMark): void => {
  let nodes = state.behind.get(mark.physicalUid)
  if (nodes === undefined) state.behind.set(mark.physicalUid, (nodes = new Map()))
  let marks = nodes.get(mark.nodeId)
  if (marks === undefined) nodes.set(mark.nodeId, (marks = new Map()))
  const known = marks.get(mark.shard)
  if (known === undefined || mark.sinceVersion < known.sinceVersion) marks.set(mark.shard, mark)
}

const applyNode = (state: ClusterState, node: NodeRecord): void => {
  const known = state.nodes.get(node.nodeId)
  const isSame = known !== undefined && known.incarnation === node.incarnation
  const highestTaskUid = isSame ? Math.max(known.highestTaskUid, node.highestTaskUid) : node.highestTaskUid
  state.nodes.set(node.nodeId, { ...node, highestTaskUid })
}
