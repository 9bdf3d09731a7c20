import fc from "fast-check"
import { describe, it } from "vitest"
import { walkMachine } from "#core/prelude/walk-machine.ts"
import { type FoldedTask, foldTask } from "./fold-task.ts"
import { type NodeTask, type TaskRecord, type TaskStatus, isFinished } from "./task-record.ts"

const failure = { message: "m", code: "invalid_document_geo_field", type: "invalid_request", link: "" }
const nodeIds = ["a", "b", "c"] as const
const shards = [0, 1, 2] as const

/** Each of three shards on two of three nodes. */
const parts: ReadonlyArray<NodeTask> = nodeIds.map((nodeId, at) => ({
  nodeId,
  taskUid: at,
  role: "main",
  counts: true,
  shards: [at, (at + 1) % 3],
  state: "enqueued",
  details: null,
  error: null,
  startedAtMs: null,
  finishedAtMs: null,
}))

const task: TaskRecord = {
  uid: 7,
  kind: "documentDeletion",
  indexUid: "movies",
  physicalUid: "movies__1",
  state: "enqueued",
  shards,
  touched: { tag: "bulk" },
  epoch: 1,
  owner: "p",
  verdict: null,
  nodeTasks: parts,
  details: { deletedDocuments: null },
  detailsWhenDone: null,
  change: null,
  error: null,
  canceledBy: null,
  enqueuedAtMs: 10,
  startedAtMs: null,
  finishedAtMs: null,
}

type Input =
  | { readonly tag: "node-says"; readonly nodeId: string; readonly state: TaskStatus }
  | { readonly tag: "falls-behind"; readonly nodeId: string; readonly shard: number }

interface Walked {
  readonly nodeTasks: ReadonlyArray<NodeTask>
  readonly behind: ReadonlySet<string>
  readonly folded: FoldedTask
}

const replica = (nodeId: string, shard: number): string => `${nodeId} ${shard}`

const foldOf = (nodeTasks: ReadonlyArray<NodeTask>, behind: ReadonlySet<string>): FoldedTask =>
  foldTask({ ...task, nodeTasks }, (nodeId, shard) => behind.has(replica(nodeId, shard)), 50)

const step = ({ nodeTasks, behind }: Walked, input: Input): Walked => {
  const nextParts = input.tag === "node-says" ? nodeTasks.map((part) => moved(part, input)) : nodeTasks
  const nextBehind = input.tag === "falls-behind" ? new Set(behind).add(replica(input.nodeId, input.shard)) : behind
  return { nodeTasks: nextParts, behind: nextBehind, folded: foldOf(nextParts, nextBehind) }
}

/** Nodes never go back: what has ended stays as it is. */
const moved = (part: NodeTask, { nodeId, state }: { readonly nodeId: string; readonly state: TaskStatus }): NodeTask =>
  part.nodeId !== nodeId || isFinished(part.state) || (part.state === "processing" && state === "enqueued")
    ? part
    : {
        ...part,
        state,
        error: state === "failed" ? failure : null,
        details: state === "succeeded" ? { deletedDocuments: 2 } : null,
        startedAtMs: 20,
        finishedAtMs: isFinished(state) ? 30 : null,
      }

const check = (after: Walked, input: Input, before: Walked): string | null => {
  const { nodeTasks, behind, folded } = after
  const isRead = (nodeId: string, shard: number): boolean => !behind.has(replica(nodeId, shard))
  const awaited = nodeTasks.filter((part) => part.shards.some((shard) => isRead(part.nodeId, shard)))
  if ((folded.tag === "finished") !== awaited.every((part) => isFinished(part.state)))
    return "it ends exactly when no replica in sync is waited for"
  if (folded.tag === "unfinished")
    return before.folded.tag === "finished" ? "a task that had ended is open again" : null
  for (const shard of shards) {
    const holders = nodeTasks.filter((part) => part.shards.includes(shard))
    const isApplied = holders.some((part) => part.state === "succeeded" && isRead(part.nodeId, shard))
    for (const { nodeId, state } of holders) {
      const isMarked = folded.failed.some((one) => one.nodeId === nodeId && one.shard === shard)
      if (isMarked !== (isApplied && (state === "failed" || state === "canceled")))
        return `${nodeId} and shard ${shard}: a replica falls behind exactly when it lacks what another one has`
    }
    const isLost = !isApplied && holders.some((part) => isFinished(part.state) && isRead(part.nodeId, shard))
    if (isLost && folded.task.state === "succeeded") return `it succeeded, and nobody has applied shard ${shard}`
  }
  return before.folded.tag === "finished" && input.tag === "node-says"
    ? checkRest(folded.task, before.folded.task)
    : null
}

/** What nodes that nobody waits for still say changes nothing of what a client was told. */
const checkRest = (now: TaskRecord, told: TaskRecord): string | null =>
  now.state === told.state && now.error?.code === told.error?.code
    ? null
    : `it was ${told.state} and is ${now.state} now`

describe("a task of several nodes, report by report", () => {
  it("ends once, and never while a replica in sync may still fail", ({ task: test }) => {
    const nodeId = fc.constantFrom(...nodeIds)
    const state = fc.constantFrom<TaskStatus>("enqueued", "processing", "succeeded", "failed", "canceled")
    const input: fc.Arbitrary<Input> = fc.oneof(
      { weight: 4, arbitrary: fc.record({ tag: fc.constant("node-says" as const), nodeId, state }) },
      {
        weight: 1,
        arbitrary: fc.record({ tag: fc.constant("falls-behind" as const), nodeId, shard: fc.constantFrom(...shards) }),
      },
    )
    fc.assert(
      fc.property(fc.array(input, { minLength: 10, maxLength: 40 }), (inputs) => {
        const start: Walked = { nodeTasks: parts, behind: new Set(), folded: foldOf(parts, new Set()) }
        walkMachine(test.meta, { start, inputs, step, check })
      }),
      { numRuns: 6_000 },
    )
  })
})
