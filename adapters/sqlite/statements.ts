import type Database from "better-sqlite3"
import type { IndexRecord } from "#core/catalogue/index-record.ts"
import type { BehindKey, BehindMark, ClusterRecord, Lease, NodeRecord, SwappedNames } from "#core/ports/store.ts"
import { withSwappedNames } from "#core/tasks/swapped-names.ts"
import { type OpenTask, type TaskRecord, isFinished, visibleStatus } from "#core/tasks/task-record.ts"
import type { Topology } from "#core/topology/topology.ts"

/** The fixed questions and changes, each prepared once per connection and typed as records. */
export const prepareStatements = (database: Database.Database) => {
  const get = (sql: string) => database.prepare(sql).pluck()
  const run = (sql: string) => database.prepare(sql)
  const currentVersion = get("SELECT version FROM cluster")
  const nextVersion = get("UPDATE cluster SET version = version + 1 RETURNING version")
  const stateRevision = get("SELECT state_revision FROM cluster")
  const raiseStateRevision = run("UPDATE cluster SET state_revision = state_revision + 1")
  const lease = run("SELECT scope, holder, address, token, beat FROM leases WHERE scope = ?")
  const putLease = run("REPLACE INTO leases VALUES (@scope, @holder, @address, @token, @beat)")
  const incarnation = get("SELECT incarnation FROM nodes WHERE node_id = ?")
  const topology = get("SELECT record FROM topology")
  const epoch = get("SELECT epoch FROM topology")
  const putTopology = run(
    "INSERT INTO topology (id, epoch, record) VALUES (1, ?, ?) ON CONFLICT DO UPDATE SET epoch = excluded.epoch, record = excluded.record",
  )
  const indexes = get("SELECT record FROM indexes ORDER BY physical_uid")
  const revision = get("SELECT revision FROM indexes WHERE physical_uid = ?")
  const putIndex = run(
    "INSERT INTO indexes VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET revision = excluded.revision, record = excluded.record",
  )
  const removeIndex = run("DELETE FROM indexes WHERE physical_uid = ?")
  const behind = run(
    "SELECT physical_uid AS physicalUid, shard, node_id AS nodeId, since_version AS sinceVersion, reason FROM behind ORDER BY 1, 2, 3",
  )
  const putBehind = run(
    `INSERT INTO behind VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
     SET since_version = excluded.since_version, reason = excluded.reason WHERE excluded.since_version < since_version`,
  )
  const clearBehind = run("DELETE FROM behind WHERE physical_uid = ? AND shard = ? AND node_id = ?")
  const nodes = run(
    "SELECT node_id AS nodeId, incarnation, highest_task_uid AS highestTaskUid FROM nodes ORDER BY node_id",
  )
  // `IS` and not `=`: two unknown incarnations are the same one.
  const putNode = run(
    `INSERT INTO nodes VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET incarnation = excluded.incarnation,
     highest_task_uid = iif(incarnation IS excluded.incarnation, max(highest_task_uid, excluded.highest_task_uid), excluded.highest_task_uid)`,
  )
  const records = run("SELECT kind, key, value, revision FROM records ORDER BY kind, key")
  const recordRevision = get("SELECT revision FROM records WHERE kind = ? AND key = ?")
  const putRecord = run(
    "INSERT INTO records (kind, key, revision, value) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET revision = excluded.revision, value = excluded.value",
  )
  const removeRecord = run("DELETE FROM records WHERE kind = ? AND key = ?")
  const task = get("SELECT record FROM tasks WHERE uid = ?")
  const putTask = run("REPLACE INTO tasks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
  const removeTask = run("DELETE FROM tasks WHERE uid = ?")
  const removeRetired = run("DELETE FROM retired_tasks WHERE uid = ?")
  const retireTask = run("REPLACE INTO retired_tasks SELECT uid, physical_uid, record FROM tasks WHERE uid = ?")
  const retired = get("SELECT record FROM retired_tasks ORDER BY uid LIMIT ?")
  // Nearly every task has one name and no more; the others are few, and left to `withSwappedNames`.
  const swapIndexUids = run(
    `UPDATE tasks SET index_uid = iif(index_uid = @one, @other, @one),
     record = json_set(record, '$.indexUid', iif(index_uid = @one, @other, @one))
     WHERE index_uid IN (@one, iif(@isOneWay, @one, @other)) AND also_index_uid IS NULL AND uid < @before`,
  )
  const manyNamed = get("SELECT record FROM tasks WHERE (kind = 'indexSwap' OR also_index_uid IS NOT NULL) AND uid < ?")
  const unfinished = get("SELECT record FROM tasks WHERE status IN ('enqueued', 'processing') ORDER BY uid")
  // Everything asked for stands in the index: the rows, which may be large, are not touched.
  const openTasks = run(
    `SELECT uid, kind, index_uid AS indexUid, also_index_uid AS alsoIndexUid, physical_uid AS physicalUid, open_state AS state
     FROM tasks INDEXED BY open_tasks WHERE open_state IS NOT NULL ORDER BY uid`,
  )
  const writesSince = get(
    `SELECT record FROM
     (SELECT uid, record FROM tasks WHERE physical_uid = @physicalUid AND uid >= @version
      UNION ALL SELECT uid, record FROM retired_tasks WHERE physical_uid = @physicalUid AND uid >= @version) ORDER BY uid`,
  )

  return {
    currentVersion: () => currentVersion.get() as number,
    nextVersion: () => nextVersion.get() as number,
    stateRevision: () => stateRevision.get() as number,
    raiseStateRevision: () => raiseStateRevision.run(),
    lease: (scope: string) => (lease.get(scope) as Lease | undefined) ?? null,
    putLease: (value: Lease) => putLease.run(value),
    /** undefined: the node is not known. */
    incarnation: (nodeId: string) => incarnation.get(nodeId) as string | null | undefined,
    topology: () => decode<Topology>(topology.get()),
    epoch: () => (epoch.get() as number | undefined) ?? 0,
    putTopology: (value: Topology) => putTopology.run(value.epoch, JSON.stringify(value)),
    indexes: () => decodeAll<IndexRecord>(indexes.all()),
    revision: (physicalUid: string) => (revision.get(physicalUid) as number | undefined) ?? null,
    putIndex: (record: IndexRecord) => putIndex.run(record.physicalUid, record.revision, JSON.stringify(record)),
    removeIndex: (record: IndexRecord) => removeIndex.run(record.physicalUid),
    behind: () => behind.all() as ReadonlyArray<BehindMark>,
    putBehind: (mark: BehindMark) =>
      putBehind.run(mark.physicalUid, mark.shard, mark.nodeId, mark.sinceVersion, mark.reason),
    clearBehind: (key: BehindKey) => clearBehind.run(key.physicalUid, key.shard, key.nodeId),
    nodes: () => nodes.all() as ReadonlyArray<NodeRecord>,
    putNode: (node: NodeRecord) => putNode.run(node.nodeId, node.incarnation, node.highestTaskUid),
    records: () => (records.all() as ReadonlyArray<RecordRow>).map(recordOfRow),
    recordRevision: (record: ClusterRecord) =>
      (recordRevision.get(record.kind, record.key) as number | undefined) ?? null,
    putRecord: (record: ClusterRecord) =>
      putRecord.run(record.kind, record.key, record.revision, JSON.stringify(record.value)),
    removeRecord: (record: ClusterRecord) => removeRecord.run(record.kind, record.key),
    task: (uid: number) => decode<TaskRecord>(task.get(uid)),
    putTask: (record: TaskRecord) => putTask.run(...taskColumns(record)),
    removeTask: (uid: number) => {
      removeTask.run(uid)
      removeRetired.run(uid)
    },
    retireTask: (uid: number) => {
      retireTask.run(uid)
      removeTask.run(uid)
    },
    retired: (limit: number) => decodeAll<TaskRecord>(retired.all(limit)),
    swapNames: ({ names, isOneWay, beforeUid }: SwappedNames) => {
      const [one, other] = names
      swapIndexUids.run({ one, other, isOneWay: Number(isOneWay), before: beforeUid })
      for (const record of decodeAll<TaskRecord>(manyNamed.all(beforeUid)))
        putTask.run(...taskColumns(withSwappedNames(record, names, isOneWay)))
    },
    unfinished: () => decodeAll<TaskRecord>(unfinished.all()),
    openTasks: () => openTasks.all() as ReadonlyArray<OpenTask>,
    writesSince: (physicalUid: string, version: number) =>
      decodeAll<TaskRecord>(writesSince.all({ physicalUid, version })),
  }
}

export type Statements = ReturnType<typeof prepareStatements>

/** Records of a column of JSON. What stands there was written by us, so it is believed. */
export const decodeAll = <A>(records: ReadonlyArray<unknown>): ReadonlyArray<A> =>
  records.map((record) => JSON.parse(record as string) as A)

const decode = <A>(record: unknown): A | null => (record === undefined ? null : (JSON.parse(record as string) as A))

interface RecordRow extends Omit<ClusterRecord, "value"> {
  readonly value: string
}

const recordOfRow = (row: RecordRow): ClusterRecord => ({
  kind: row.kind,
  key: row.key,
  value: JSON.parse(row.value) as ClusterRecord["value"],
  revision: row.revision,
})

/** In the order of the columns of the table. */
const taskColumns = (task: TaskRecord) => [
  task.uid,
  task.kind,
  task.indexUid,
  task.physicalUid,
  visibleStatus(task.state),
  task.canceledBy,
  task.enqueuedAtMs,
  task.startedAtMs,
  task.finishedAtMs,
  JSON.stringify(task),
  task.alsoIndexUid ?? null,
  isFinished(task.state) ? null : task.state,
]
