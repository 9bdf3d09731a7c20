import type Database from "better-sqlite3"
import { Effect, Layer, type Scope } from "effect"
import type { IndexRecord } from "#core/catalogue/index-record.ts"
import {
  type ClusterRecord,
  type Lease,
  Store,
  type StoreChange,
  StoreConflict,
  type StoreUnavailable,
  changesState,
  leaseRecord,
} from "#core/ports/store.ts"
import { listTasks } from "./list-tasks.ts"
import { asUnavailable, openDatabase } from "./open-database.ts"
import { type Statements, prepareStatements } from "./statements.ts"

/**
 * The store in one SQLite file, for any number of proxies on one machine. What is committed survives a power loss.
 * Changes take SQLite's write lock before they read, so that what they checked still holds when they write.
 */
export const sqliteStoreLayer = (path: string): Layer.Layer<Store, StoreUnavailable> =>
  Layer.effect(Store, openSqliteStore(path))

/** The same as a value; closing the scope closes the file. `waitMs`: how long to wait for another process that writes. */
export const openSqliteStore = (
  path: string,
  waitMs?: number,
): Effect.Effect<Store["Service"], StoreUnavailable, Scope.Scope> =>
  Effect.acquireRelease(
    attempt(null, () => openDatabase(path, waitMs)),
    (database) => Effect.sync(() => database.close()),
  ).pipe(Effect.map(makeSqliteStore))

const makeSqliteStore = (database: Database.Database): Store["Service"] => {
  const statements = prepareStatements(database)
  const applied = database.transaction((change: StoreChange) => apply(statements, change))
  const intended = database.transaction((prepare: (version: number) => StoreChange) => {
    const version = statements.nextVersion()
    try {
      applied(prepare(version))
      return version
    } catch (error) {
      // Inside `intended`, `applied` is a savepoint: its changes are undone by now. The number stays taken, because
      // `prepare` has seen it and may have shown it to somebody.
      if (error instanceof StoreConflict) return error
      throw error
    }
  })
  const saved = database.transaction((topology: Parameters<Statements["putTopology"]>[0]) => {
    if (topology.epoch !== statements.epoch() + 1) throw new StoreConflict({ record: "topology" })
    statements.putTopology(topology)
    statements.raiseStateRevision()
  })
  const leased = database.transaction((lease: Lease, expected: Pick<Lease, "token" | "beat"> | null) => {
    const stored = statements.lease(lease.scope)
    if (stored?.token !== expected?.token || stored?.beat !== expected?.beat) throw leaseConflict(lease.scope)
    statements.putLease(lease)
  })
  const loaded = database.transaction(() => ({
    revision: statements.stateRevision(),
    topology: statements.topology(),
    indexes: statements.indexes(),
    behind: statements.behind(),
    nodes: statements.nodes(),
    records: statements.records(),
  }))
  const listed = database.transaction(listTasks)
  const read = <A>(run: () => A) => attempt(database, run)
  const change = <A>(run: () => A | StoreConflict) => attemptChange(database, run)

  return {
    loadState: read(() => loaded()),
    saveTopology: (topology) => change(() => saved.immediate(topology)),
    stateRevision: read(statements.stateRevision),
    readLease: (scope) => read(() => statements.lease(scope)),
    writeLease: (lease, expected) => change(() => leased.immediate(lease, expected)),
    intend: (prepare) => change(() => intended.immediate(prepare)),
    commit: (one) => change(() => applied.immediate(one)),
    currentVersion: read(statements.currentVersion),
    readTask: (uid) => read(() => statements.task(uid)),
    listTasks: (query) => read(() => listed(database, query)),
    unfinishedTasks: read(statements.unfinished),
    openTasks: read(statements.openTasks),
    listRetired: (limit) => read(() => statements.retired(limit)),
    writesSince: (physicalUid, sinceVersion) => read(() => statements.writesSince(physicalUid, sinceVersion)),
  }
}

/** Removals come first, so one change may replace. Throws `StoreConflict`: the transaction around it undoes the rest. */
const apply = (statements: Statements, change: StoreChange): void => {
  if (change.fence && statements.lease(change.fence.scope)?.token !== change.fence.token)
    throw leaseConflict(change.fence.scope)
  const isOtherNode = (change.nodes ?? []).some(
    ({ nodeId, incarnation }) => statements.incarnation(nodeId) !== incarnation,
  )
  if (isOtherNode || changesState(change)) statements.raiseStateRevision()
  for (const record of change.removedIndexes ?? []) {
    const stored = statements.revision(record.physicalUid)
    if (stored === null || record.revision !== stored + 1) throw conflict(record)
    statements.removeIndex(record)
  }
  for (const record of change.indexes ?? []) {
    if (record.revision !== (statements.revision(record.physicalUid) ?? -1) + 1) throw conflict(record)
    statements.putIndex(record)
  }
  for (const record of change.removedRecords ?? []) {
    const stored = statements.recordRevision(record)
    if (stored === null || record.revision !== stored + 1) throw recordConflict(record)
    statements.removeRecord(record)
  }
  for (const record of change.records ?? []) {
    if (record.revision !== (statements.recordRevision(record) ?? -1) + 1) throw recordConflict(record)
    statements.putRecord(record)
  }
  for (const uid of change.removedTasks ?? []) statements.removeTask(uid)
  for (const task of change.tasks ?? []) statements.putTask(task)
  for (const uid of change.retiredTasks ?? []) statements.retireTask(uid)
  for (const swap of change.swappedNames ?? []) statements.swapNames(swap)
  for (const key of change.cleared ?? []) statements.clearBehind(key)
  for (const mark of change.behind ?? []) statements.putBehind(mark)
  for (const node of change.nodes ?? []) statements.putNode(node)
}

const conflict = (record: IndexRecord) => new StoreConflict({ record: `index ${record.physicalUid}` })

const leaseConflict = (scope: string) => new StoreConflict({ record: leaseRecord(scope) })

const recordConflict = ({ kind, key }: ClusterRecord) => new StoreConflict({ record: `${kind} ${key}` })

/** Runs a synchronous piece of work with the driver. What is neither its failure nor a conflict is a bug, and dies as one. */
const attempt = <A>(database: Database.Database | null, run: () => A): Effect.Effect<A, StoreUnavailable> =>
  Effect.suspend(() => {
    try {
      return Effect.succeed(run())
    } catch (error) {
      const unavailable = asUnavailable(error, database)
      if (unavailable === null) throw error
      return Effect.fail(unavailable)
    }
  })

const attemptChange = <A>(
  database: Database.Database,
  run: () => A | StoreConflict,
): Effect.Effect<A, StoreUnavailable | StoreConflict> =>
  attempt(database, () => {
    try {
      return run()
    } catch (error) {
      if (error instanceof StoreConflict) return error
      throw error
    }
  }).pipe(Effect.flatMap((result) => (result instanceof StoreConflict ? Effect.fail(result) : Effect.succeed(result))))
