import { Clock, Context, Effect, Fiber, Layer } from "effect"
import type { IndexRecord } from "#core/catalogue/index-record.ts"
import type { NodeClient } from "#core/ports/node-client.ts"
import { type NodeRecord, type StoreConflict, StoreUnavailable } from "#core/ports/store.ts"
import type { ApiResponse } from "#core/protocol/http-message.ts"
import { type ErrorBody, errorBody, errorResponse } from "#core/protocol/meilisearch-error.ts"
import type { TaskRecord } from "#core/tasks/task-record.ts"
import { summarizeTask } from "#core/tasks/view-task.ts"
import { unreachable } from "#core/prelude/unreachable.ts"
import { nodesOfPlacement } from "#core/topology/topology.ts"
import { startWrite, stepWrite } from "#core/writing/step.ts"
import type { NodeSend, WriteDraft } from "#core/writing/write-draft.ts"
import type { MissedReplica, Write, WriteReplica } from "#core/writing/write.ts"
import { Cluster } from "./cluster.ts"
import { type ClusterState, earlierMarks, isBehind, writtenUidOf } from "./cluster-state.ts"
import { CurrentCaller } from "./current-caller.ts"
import { forbidCreation } from "./forbid-creation.ts"
import { Follower } from "./follow-tasks.ts"
import { withGates } from "./index-gates.ts"
import { type Lanes, laneOf, makeLanes } from "./lanes.ts"
import { lostChange } from "./lost-change.ts"
import { refusedChange } from "./refused-change.ts"
import { reviewPrimaryKey } from "./review-primary-key.ts"
import { type SentPart, sendToNode } from "./send-to-node.ts"
import type { Decision } from "./stored-view.ts"

/*
 * The path of every write: intend → dispatch → count → settle → answer. See core/writing/write.ts for what is decided
 * and docs/architecture.md for the whole story. Everything after the intent runs to its end, whoever has gone meanwhile.
 */

/** The lanes of this proxy, shared by writes and by repair. */
export class WriteLanes extends Context.Service<WriteLanes, Lanes>()("miroir/WriteLanes") {
  static readonly layer = Layer.sync(WriteLanes, makeLanes)
}

/** What a client's write means, given the index as the gate finds it: nothing can change it before the intent is stored. */
export type Understood =
  | { readonly tag: "answer"; readonly response: ApiResponse }
  | {
      readonly tag: "write"
      readonly draft: (version: number) => WriteDraft
      readonly sends: (draft: WriteDraft, version: number) => ReadonlyArray<NodeSend>
    }

type WriteServices = Cluster | NodeClient | WriteLanes | Follower

/** Runs a write of index `uid`; `understand` is called inside its gate. */
export const runWrite = (uid: string, understand: (state: ClusterState) => Understood) =>
  runWriteAfter([uid], Effect.succeed(understand))

/** The same for several names, of which something must be looked at while no write of them can be accepted. */
export const runWriteAfter = Effect.fnUntraced(function* <R>(
  uids: ReadonlyArray<string>,
  look: Effect.Effect<(state: ClusterState) => Understood, StoreUnavailable, R>,
): Effect.fn.Return<ApiResponse, StoreUnavailable | StoreConflict, WriteServices | R> {
  // The client may go away; from the intent on the write may not.
  const work = Effect.flatMap(look, (understand) => Effect.uninterruptible(begin(understand)))
  const running = yield* withGates(uids, work)
  return "status" in running ? running : yield* Fiber.join(running)
})

/** Stores the intent, puts the parts into their lanes and leaves the rest to a fiber of its own. */
const begin = Effect.fnUntraced(function* (understand: (state: ClusterState) => Understood) {
  const dispatched = yield* dispatch(understand)
  if ("status" in dispatched) return dispatched
  const finish = Effect.gen(function* () {
    const { marking } = yield* Cluster
    const parts = yield* Effect.forEach(dispatched.fibers, (fiber) => Fiber.join(fiber))
    const settling = yield* Effect.forkDetach(untilStored(marking(settle(dispatched, parts))))
    const settled = yield* Effect.timeoutOption(Fiber.join(settling), settleWaitMs)
    if (settled._tag === "Some") return settled.value
    return yield* new StoreUnavailable({ reason: "the outcome of the write could not be stored in time" })
  })
  return yield* Effect.forkDetach(finish)
})

/** Pauses between attempts to settle a write. A store that is away must not leave one unsettled, however long it takes: nodes may have taken it. */
const settleFirstMs = 50
const settleMostMs = 2_000

/** `commit` is made anew each time, so that it is based on the records as they are then. */
const untilStored = <A, E, R>(commit: Effect.Effect<A, E, R>, pauseMs = settleFirstMs): Effect.Effect<A, never, R> =>
  Effect.catch(commit, () =>
    Effect.andThen(
      Effect.sleep(pauseMs),
      Effect.suspend(() => untilStored(commit, Math.min(settleMostMs, 2 * pauseMs))),
    ),
  )

/** How long a client waits for a store that is away; the write is settled without it. */
const settleWaitMs = 6_000

interface Dispatched {
  readonly task: TaskRecord
  readonly draft: WriteDraft
  /** The index as it was; null: there was none. */
  readonly before: IndexRecord | null
  readonly fibers: ReadonlyArray<Fiber.Fiber<SentPart>>
}

const dispatch = Effect.fnUntraced(function* (
  understand: (state: ClusterState) => Understood,
): Effect.fn.Return<Dispatched | ApiResponse, StoreUnavailable | StoreConflict, WriteServices> {
  const cluster = yield* Cluster
  const lanes = yield* WriteLanes
  const follower = yield* Follower
  const caller = yield* CurrentCaller
  const nowMs = yield* Clock.currentTimeMillis
  const { epoch } = cluster.state.topology
  // The end of an earlier task may change the index at any time: what nodes are sent must follow from the same look at it as the intent.
  const intended = yield* cluster.decide((state): Decision<ApiResponse | Intended> => {
    const understood = forbidCreation(understand(state), caller, state)
    if (understood.tag === "answer") return { tag: "nothing", result: understood.response }
    const { physicalUid, placement } = understood.draft(0).record
    const before = state.indexes.get(physicalUid) ?? null
    if (nodesOfPlacement(placement).some((nodeId) => lanes.isFull(laneOf(physicalUid, nodeId))))
      return { tag: "nothing", result: overloaded }
    const taskAs = (draft: WriteDraft, version: number) => taskOf(draft, version, epoch, cluster.options.proxyId, nowMs)
    return {
      tag: "intent",
      prepare: (version) => {
        const draft = understood.draft(version)
        const tasks = [taskAs(draft, version)]
        return draft.catalogue === "untouched" ? { tasks } : { tasks, indexes: [draft.record] }
      },
      follow: (version) => {
        const draft = understood.draft(version)
        const sends = understood.sends(draft, version)
        const task = taskAs(draft, version)
        follower.expect(task)
        return { task, draft, before, sends }
      },
    }
  })
  if ("status" in intended) return intended
  const { task, draft, before, sends } = intended
  const fibers: Array<Fiber.Fiber<SentPart>> = []
  for (const nodeId of new Set(sends.map((send) => send.nodeId))) {
    if (!cluster.mustReceiveWrites(nodeId)) continue
    const part = sendToNode(
      nodeId,
      sends.filter((send) => send.nodeId === nodeId),
      draft,
    )
    fibers.push(yield* lanes.put(laneOf(draft.record.physicalUid, nodeId), part))
  }
  return { task, draft, before, fibers }
})

interface Intended {
  readonly task: TaskRecord
  readonly draft: WriteDraft
  readonly before: IndexRecord | null
  readonly sends: ReadonlyArray<NodeSend>
}

const overloaded = errorResponse(
  errorBody("miroir_overloaded", "Too many writes are waiting for the nodes of this index."),
)

/** Who was in sync is asked now and not when the write was sent: another write may have been settled meanwhile. */
const decide = (parts: ReadonlyArray<SentPart>, replicas: ReadonlyArray<WriteReplica>): Write => {
  const nodeIds = parts.map((part) => part.nodeId)
  return parts.reduce<Write>(
    (write, { nodeId, outcome }) => stepWrite(write, { tag: "node-answered", nodeId, outcome }),
    startWrite(replicas, nodeIds),
  )
}

const settle = Effect.fnUntraced(function* ({ task, draft, before }: Dispatched, parts: ReadonlyArray<SentPart>) {
  const cluster = yield* Cluster
  const { physicalUid } = draft.record
  const replicas = replicasOf(draft, cluster)
  const write = decide(parts, replicas)
  const acknowledged = new Set(
    parts.filter(({ outcome }) => outcome.tag === "acknowledged").map(({ nodeId }) => nodeId),
  )
  const lacking = replicas.filter(({ nodeId }) => !acknowledged.has(nodeId))
  const follower = yield* Follower
  // A node that has become another one since then is behind for everything; what it acknowledged before is gone.
  const lasting = parts.filter((part) => part.incarnation === cluster.state.nodes.get(part.nodeId)?.incarnation)
  const nodes = highestTaskUids(lasting, cluster)
  const missed = (replicas: ReadonlyArray<MissedReplica>) =>
    replicas.map((one) => ({ ...one, physicalUid, sinceVersion: task.uid }))
  switch (write.tag) {
    case "accepted": {
      const enqueued: TaskRecord = { ...task, state: "enqueued", nodeTasks: lasting.flatMap((part) => part.nodeTasks) }
      const behind = [...missed(write.behind), ...earlierMarks(cluster.state, physicalUid, lacking, task.uid)]
      yield* untilStored(cluster.commit({ tasks: [enqueued], behind, nodes }))
      yield* follower.follow(enqueued)
      const headers: Record<string, string> =
        write.degraded.length === 0 ? {} : { "x-miroir-degraded": `shards=${write.degraded.join(",")}` }
      return { status: 202, body: JSON.stringify(summarizeTask(enqueued)), headers }
    }
    case "refused": {
      follower.drop(task.uid)
      const failed = failedTask(task, write.error, yield* Clock.currentTimeMillis)
      // What may have gone with the whole index is found by comparing everything.
      const unheard = missed(write.behind).map((mark) =>
        draft.change?.tag === "drop-index" ? { ...mark, sinceVersion: 0 } : mark,
      )
      const behind = () =>
        unheard.length === 0 ? [] : [...unheard, ...earlierMarks(cluster.state, physicalUid, lacking, task.uid)]
      const change = () => refusedChange(cluster.state, failed, before, behind(), follower.liveTasks())
      yield* untilStored(cluster.commitAfter(Effect.sync(() => ({ ...change(), nodes }))))
      const isSettled = cluster.state.indexes.get(physicalUid)?.primaryKey === (before?.primaryKey ?? null)
      if (draft.catalogue !== "untouched" && !isSettled) yield* Effect.forkDetach(reviewPrimaryKey(physicalUid))
      return errorResponse(write.error)
    }
    case "lost": {
      follower.drop(task.uid)
      const message = `No replica group took all of shards ${write.shards.join(", ")}: the outcome of the write is unknown.`
      const error = errorBody("miroir_no_quorum", message)
      const failed = failedTask(task, error, yield* Clock.currentTimeMillis)
      const change = () => lostChange(cluster.state, failed, missed(write.behind))
      yield* untilStored(cluster.commitAfter(Effect.sync(() => ({ ...change(), nodes }))))
      if (draft.catalogue !== "untouched") yield* Effect.forkDetach(reviewPrimaryKey(physicalUid))
      return errorResponse(error)
    }
    case "dispatching":
      return yield* Effect.die("a write was settled before every node had answered")
    default:
      return unreachable(write)
  }
})

const taskOf = (draft: WriteDraft, uid: number, epoch: number, owner: string, nowMs: number): TaskRecord => ({
  uid,
  kind: draft.kind,
  indexUid: draft.indexUid ?? writtenUidOf(draft.record),
  ...(draft.alsoIndexUid === undefined ? {} : { alsoIndexUid: draft.alsoIndexUid }),
  physicalUid: draft.record.physicalUid,
  state: "dispatching",
  shards: draft.shards,
  touched: draft.touched,
  epoch,
  owner,
  verdict: draft.verdict,
  nodeTasks: [],
  details: draft.details,
  detailsWhenDone: draft.detailsWhenDone,
  change: draft.change,
  error: null,
  canceledBy: null,
  enqueuedAtMs: nowMs,
  startedAtMs: null,
  finishedAtMs: null,
})

const failedTask = (task: TaskRecord, error: ErrorBody, nowMs: number): TaskRecord => ({
  ...task,
  state: "failed",
  error,
  startedAtMs: nowMs,
  finishedAtMs: nowMs,
})

const replicasOf = (draft: WriteDraft, cluster: Cluster["Service"]): ReadonlyArray<WriteReplica> =>
  Object.entries(draft.record.placement).flatMap(([groupId, shards]) =>
    draft.shards.flatMap((shard) =>
      (shards[shard] ?? []).map((nodeId) => ({
        groupId,
        shard,
        nodeId,
        wasInSync: !isBehind(cluster.state, draft.record.physicalUid, nodeId, shard),
      })),
    ),
  )

const highestTaskUids = (parts: ReadonlyArray<SentPart>, cluster: Cluster["Service"]): ReadonlyArray<NodeRecord> =>
  parts.flatMap(({ nodeId, nodeTasks }) => {
    const known = cluster.state.nodes.get(nodeId)
    const highest = Math.max(...nodeTasks.map((task) => task.taskUid))
    return known === undefined || nodeTasks.length === 0 ? [] : [{ ...known, highestTaskUid: highest }]
  })
