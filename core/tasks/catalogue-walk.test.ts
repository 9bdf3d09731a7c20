import fc from "fast-check"
import { describe, it } from "vitest"
import type { IndexRecord } from "#core/catalogue/index-record.ts"
import type { CatalogueChange } from "#core/protocol/catalogue-change.ts"
import { walkMachine } from "#core/prelude/walk-machine.ts"
import { catalogueAfter } from "./finish-task.ts"
import type { NodeTask, TaskKind, TaskRecord, TaskStatus } from "./task-record.ts"

/** One index, hidden until its first write has ended; undefined once it is gone. */
const start: IndexRecord | undefined = {
  physicalUid: "movies__1",
  uid: "movies",
  primaryKey: null,
  shardCount: 1,
  placement: { main: [["a"]] },
  settings: {},
  settingsVersion: 0,
  visible: false,
  deletedBy: null,
  createdAtMs: 0,
  updatedAtMs: 0,
  revision: 0,
}

interface Input {
  readonly task: TaskRecord
  readonly isAwaited: boolean
  readonly isNameTaken: boolean
  readonly isReady: boolean
}

const part = (state: TaskStatus): NodeTask => ({
  nodeId: "a",
  taskUid: 1,
  role: "main",
  counts: false,
  shards: [0],
  state,
  details: null,
  error: null,
  startedAtMs: null,
  finishedAtMs: null,
})

const change = fc.oneof(
  { weight: 3, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.constant<CatalogueChange>({ tag: "drop-index" }) },
  {
    weight: 6,
    arbitrary: fc.constantFrom<CatalogueChange>(
      { tag: "set-primary-key", primaryKey: "id" },
      { tag: "patch-settings", patch: { stopWords: ["a"] } },
      { tag: "patch-settings", patch: { stopWords: null } },
      { tag: "rename-index", uid: "films", primaryKey: null },
      { tag: "rename-index", uid: "movies", primaryKey: "id" },
    ),
  },
)
const kindOf: Readonly<Record<CatalogueChange["tag"], TaskKind>> = {
  "drop-index": "indexDeletion",
  "set-primary-key": "indexUpdate",
  "patch-settings": "settingsUpdate",
  "rename-index": "indexUpdate",
  "swap-names": "indexSwap",
  "cancel-tasks": "taskCancelation",
  "delete-tasks": "taskDeletion",
}
const ended = fc.constantFrom<TaskStatus>("succeeded", "failed", "canceled")
const kinds = fc.constantFrom<TaskKind>("documentAdditionOrUpdate", "documentDeletion", "indexCreation")

const input: fc.Arbitrary<Input> = fc
  .record({
    change,
    state: ended,
    part: ended,
    kind: kinds,
    isAwaited: fc.boolean(),
    isNameTaken: fc.boolean(),
    isReady: fc.boolean(),
  })
  .map(({ change, state, part: partState, kind, isAwaited, isNameTaken, isReady }) => ({
    isAwaited,
    isNameTaken,
    isReady,
    task: {
      // The creation is the write that the index is named after.
      uid: change === null && kind === "indexCreation" ? 1 : 9,
      kind: change === null ? kind : kindOf[change.tag],
      indexUid: "movies",
      physicalUid: "movies__1",
      state,
      shards: [0],
      touched: { tag: "nothing" },
      epoch: 1,
      owner: "p",
      verdict: null,
      nodeTasks: [part(partState)],
      details: null,
      detailsWhenDone: null,
      change,
      error: null,
      canceledBy: null,
      enqueuedAtMs: 10,
      startedAtMs: 20,
      finishedAtMs: 30,
    },
  }))

type State = IndexRecord | undefined

const step = (record: State, { task, ...surroundings }: Input): State => {
  const { indexes, removedIndexes } = catalogueAfter(record, task, surroundings)
  return removedIndexes === undefined ? (indexes?.[0] ?? record) : undefined
}

const check = (after: State, input: Input, before: State): string | null => {
  const { task, isNameTaken, isReady } = input
  if (before === undefined) return after === undefined ? null : "an index that is gone came back"
  if (after === undefined) return checkGone(before, input)
  if (task.change?.tag === "drop-index" && isNameTaken) return "two indexes have one name"
  if (after !== before && after.revision !== before.revision + 1) return "a change did not raise the revision by one"
  if (before.visible && !after.visible) return "readers lost an index that was not deleted"
  if (after.visible && !before.visible && !isReady) return "readers see an index that some node has no place for"
  if (after.visible !== before.visible && task.state === "canceled" && task.nodeTasks[0]?.state !== "succeeded")
    return "a canceled task of which nothing was applied has made the index visible"
  const isSettled = task.state === "succeeded" && task.change?.tag === "patch-settings"
  if (after.settingsVersion - before.settingsVersion !== (isSettled ? 1 : 0))
    return "settings have another version than changes that succeeded"
  if (!isSettled && after.settings !== before.settings) return "settings changed without a change that succeeded"
  if (task.state !== "succeeded" && after.primaryKey !== before.primaryKey)
    return "a change that did not succeed has set the primary key"
  return after.physicalUid === before.physicalUid ? null : "it is another index now"
}

const checkGone = (before: IndexRecord, { task, isAwaited, isNameTaken }: Input): string | null => {
  const { state, change, kind, nodeTasks } = task
  const isPartly = nodeTasks[0]?.state === "succeeded"
  if (change?.tag === "drop-index" && (state === "succeeded" || isPartly || isNameTaken)) return null
  const isUndone = (state === "canceled" && !isPartly) || (state === "failed" && kind === "indexCreation")
  if (!isUndone) return "it went, and nobody deleted it"
  if (before.visible) return "readers lost an index that was not deleted"
  if (before.updatedAtMs > 0) return "it went although a write to it has succeeded"
  return isAwaited ? "it went while writes count on it" : null
}

describe("an index in the catalogue, task by task", () => {
  it("changes only as tasks that ended say, one revision at a time", ({ task }) => {
    fc.assert(
      fc.property(fc.array(input, { minLength: 10, maxLength: 40 }), (inputs) => {
        walkMachine<State, Input>(task.meta, { start, inputs, step, check })
      }),
      { numRuns: 10_000 },
    )
  })
})
