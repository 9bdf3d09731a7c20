import * as fc from "fast-check"
import type { IndexRecord } from "#core/catalogue/index-record.ts"
import type { BehindMark, ClusterRecord, NodeRecord, StoreChange, StoredState } from "#core/ports/store.ts"
import { type TaskFilter, type TaskPageQuery, noTaskFilter } from "#core/tasks/task-filter.ts"
import { type TaskRecord, taskKinds, taskStatuses } from "#core/tasks/task-record.ts"
import type { Topology } from "#core/topology/topology.ts"

/** Examples and generators of what a store keeps. Domains are small on purpose: random records must meet one another. */

export const emptyState: StoredState = { revision: 0, topology: null, indexes: [], behind: [], nodes: [], records: [] }

export const exampleTask = (uid: number, change: Partial<TaskRecord> = {}): TaskRecord => ({
  uid,
  kind: "documentAdditionOrUpdate",
  indexUid: "films",
  physicalUid: "films__1",
  state: "enqueued",
  shards: [0, 3],
  touched: { tag: "ids", ids: ["1", "zwölf"] },
  epoch: 1,
  owner: "proxy-1",
  verdict: null,
  nodeTasks: [
    {
      nodeId: "a",
      taskUid: 7,
      role: "main",
      counts: true,
      shards: [0, 3],
      state: "enqueued",
      details: null,
      error: null,
      startedAtMs: null,
      finishedAtMs: null,
    },
  ],
  details: { receivedDocuments: 2, nested: { list: [1, "two", null, true, 0.1] } },
  detailsWhenDone: null,
  change: null,
  error: null,
  canceledBy: null,
  enqueuedAtMs: 1_760_000_000_000,
  startedAtMs: null,
  finishedAtMs: null,
  ...change,
})

export const exampleIndex = (physicalUid: string, change: Partial<IndexRecord> = {}): IndexRecord => ({
  physicalUid,
  uid: "films",
  primaryKey: null,
  shardCount: 2,
  placement: { main: [["a"], ["b"]] },
  settings: { filterableAttributes: ["genre"], synonyms: { naïve: ["\u{1F600}"] } },
  settingsVersion: 0,
  visible: true,
  deletedBy: null,
  createdAtMs: 1,
  updatedAtMs: 1,
  revision: 0,
  ...change,
})

export const exampleMark = (change: Partial<BehindMark> = {}): BehindMark => ({
  physicalUid: "films__1",
  shard: 0,
  nodeId: "a",
  sinceVersion: 5,
  reason: "the node did not answer",
  ...change,
})

export const exampleRecord = (key: string, change: Partial<ClusterRecord> = {}): ClusterRecord => ({
  kind: "api-key",
  key,
  value: { name: "zwölf", nested: { list: [1, null, true] } },
  revision: 0,
  ...change,
})

export const exampleTopology = (epoch: number): Topology => ({
  epoch,
  replicationFactor: 1,
  defaultShardCount: 4,
  groups: [{ id: "main", nodes: [{ id: "a", url: "http://127.0.0.1:1" }] }],
})

const momentMs = fc.integer({ min: 0, max: 8 })
const moment = fc.option(momentMs, { nil: null })
const indexUid = fc.constantFrom("films", "books", "Films")
const uid = fc.integer({ min: 1, max: 25 })

export const anyTask: fc.Arbitrary<TaskRecord> = fc
  .record({
    uid,
    kind: fc.constantFrom(...taskKinds.slice(0, 3)),
    indexUid: fc.option(indexUid, { nil: null }),
    alsoIndexUid: fc.option(indexUid, { nil: undefined }),
    physicalUid: fc.option(fc.constantFrom("films__1", "books__2"), { nil: null }),
    state: fc.constantFrom("dispatching" as const, ...taskStatuses),
    canceledBy: fc.option(uid, { nil: null }),
    enqueuedAtMs: momentMs,
    startedAtMs: moment,
    finishedAtMs: moment,
  })
  .map(({ alsoIndexUid, ...fields }) =>
    exampleTask(fields.uid, alsoIndexUid === undefined ? fields : { ...fields, alsoIndexUid }),
  )

export const anyTasks = fc.uniqueArray(anyTask, { selector: (task) => task.uid, maxLength: 25 })

/** Given three times out of four. */
const sparse = <A>(value: fc.Arbitrary<A>): fc.Arbitrary<A | null> => fc.option(value, { nil: null, freq: 3 })

export const anyFilter: fc.Arbitrary<TaskFilter> = fc
  .record(
    {
      uids: fc.array(uid, { maxLength: 12 }),
      batchUids: fc.array(uid, { maxLength: 12 }),
      canceledBy: fc.array(uid, { maxLength: 12 }),
      types: fc.array(fc.constantFrom(...taskKinds.slice(0, 3)), { maxLength: 2 }),
      statuses: fc.array(fc.constantFrom(...taskStatuses), { maxLength: 3 }),
      indexUids: fc.array(indexUid, { maxLength: 2 }),
      afterEnqueuedAtMs: momentMs,
      beforeEnqueuedAtMs: momentMs,
      afterStartedAtMs: momentMs,
      beforeStartedAtMs: momentMs,
      afterFinishedAtMs: momentMs,
      beforeFinishedAtMs: momentMs,
      visibleIndexes: fc.array(fc.constantFrom("films", "f*", "b*", "Films", "*", "books*"), { maxLength: 2 }),
    },
    { requiredKeys: [] },
  )
  .chain((full) => fc.subarray(Object.entries(full), { maxLength: 3 }))
  .map((entries) => ({ ...noTaskFilter, ...Object.fromEntries(entries) }))

export const anyQuery: fc.Arbitrary<TaskPageQuery> = fc.record({
  filter: anyFilter,
  from: sparse(uid),
  limit: fc.integer({ min: 0, max: 8 }),
  reverse: fc.boolean(),
})

const anyIndex: fc.Arbitrary<IndexRecord> = fc
  .record({ physicalUid: fc.constantFrom("films__1", "books__2"), revision: fc.integer({ min: 0, max: 2 }) })
  .map(({ physicalUid, revision }) => exampleIndex(physicalUid, { revision }))

const anyMark: fc.Arbitrary<BehindMark> = fc.record({
  physicalUid: fc.constantFrom("films__1", "books__2"),
  shard: fc.integer({ min: -1, max: 1 }),
  nodeId: fc.constantFrom("a", "b"),
  sinceVersion: fc.integer({ min: 0, max: 4 }),
  reason: fc.constantFrom("was away", "refused"),
})

const anyNode: fc.Arbitrary<NodeRecord> = fc.record({
  nodeId: fc.constantFrom("a", "b"),
  incarnation: fc.constantFrom(null, "first", "second"),
  highestTaskUid: fc.integer({ min: -1, max: 4 }),
})

const anyRecord: fc.Arbitrary<ClusterRecord> = fc
  .record({
    kind: fc.constantFrom("api-key", "webhook"),
    key: fc.constantFrom("one", "two"),
    revision: fc.integer({ min: 0, max: 2 }),
  })
  .map(({ key, ...change }) => exampleRecord(key, change))

const few = <A>(value: fc.Arbitrary<A>) => fc.array(value, { maxLength: 3 })

export const anyChange: fc.Arbitrary<StoreChange> = fc.record(
  {
    tasks: few(anyTask),
    removedTasks: few(uid),
    retiredTasks: few(uid),
    swappedNames: few(
      fc.record({ names: fc.constant(["films", "books"] as const), isOneWay: fc.boolean(), beforeUid: uid }),
    ),
    indexes: few(anyIndex),
    removedIndexes: few(anyIndex),
    behind: few(anyMark),
    cleared: few(anyMark),
    nodes: few(anyNode),
    records: few(anyRecord),
    removedRecords: few(anyRecord),
  },
  { requiredKeys: [] },
)
