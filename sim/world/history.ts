import { Context } from "effect"
import type { StoreChange } from "#core/ports/store.ts"
import type { ApiRequest, ApiResponse, NodeRequest, NodeResponse } from "#core/protocol/http-message.ts"
import { type TaskRecord, isFinished } from "#core/tasks/task-record.ts"
import type { ClientAction } from "../plan/plan.ts"

/** One request of a client. A client that tries again makes another attempt. */
export interface Attempt {
  readonly number: number
  readonly client: string
  readonly action: ClientAction
  readonly request: ApiRequest
  readonly sentMs: number
  /** Asked after everything had come to rest. */
  readonly isClosing: boolean
  /** What had changed by then, the proxy that was asked knew: one that follows another learns of it a little later. */
  knownMs: number
  answeredMs: number | null
  /** null while nothing came, and for ever when the proxy died. */
  response: ApiResponse | null
  /** The sequence number that its intent was given; null where none was stored. */
  version: number | null
}

/** One request of the proxy to a node. */
export interface NodeCall {
  /** The attempt on whose behalf it was sent; null: the proxy's own. */
  readonly attempt: Attempt | null
  readonly nodeId: string
  readonly request: NodeRequest
  readonly sentMs: number
  /** Shards of which the proxy knew, when it asked, that the node is behind. */
  readonly behindShards: ReadonlySet<number>
  /** What the proxy received; null: nothing. */
  answer: NodeResponse | null
}

/** One change of the store that was really made. */
export interface StoredChange {
  readonly atMs: number
  readonly change: StoreChange
  readonly attempt: Attempt | null
}

export interface TaskState {
  readonly atMs: number
  readonly task: TaskRecord
}

/** Everything that an observer of the whole world has seen: what the checkers judge. */
export interface History {
  readonly attempts: Array<Attempt>
  readonly nodeCalls: Array<NodeCall>
  readonly changes: Array<StoredChange>
  /** By task uid, in order of time. */
  readonly tasks: Map<number, Array<TaskState>>
  readonly removedTasks: Set<number>
  /** Refused although some node may have taken them: they ended and were kept from clients in one change; the log of writes still has them. */
  readonly refusedTasks: Set<number>
  /** Sequence numbers in the order in which they were given out. */
  readonly versions: Array<number>
  /** How often something of that name has happened. */
  readonly reached: Map<string, number>
}

export const makeHistory = (): History => ({
  attempts: [],
  nodeCalls: [],
  changes: [],
  tasks: new Map(),
  removedTasks: new Set(),
  refusedTasks: new Set(),
  versions: [],
  reached: new Map(),
})

/** Something that must happen in some run: an ensemble that never gets there proves nothing about it. */
export const sometimes = (history: History, name: string): void =>
  void history.reached.set(name, (history.reached.get(name) ?? 0) + 1)

export const recordChange = (history: History, stored: StoredChange): void => {
  history.changes.push(stored)
  for (const uid of stored.change.removedTasks ?? []) history.removedTasks.add(uid)
  for (const uid of stored.change.retiredTasks ?? []) if (endsWith(uid, stored, history)) history.refusedTasks.add(uid)
  for (const task of stored.change.tasks ?? []) {
    const states = history.tasks.get(task.uid)
    if (states === undefined) history.tasks.set(task.uid, [{ atMs: stored.atMs, task }])
    else states.push({ atMs: stored.atMs, task })
  }
}

/** Whether the task ends for the first time in this change. */
const endsWith = (uid: number, { change }: StoredChange, { tasks }: History): boolean =>
  (change.tasks ?? []).some((task) => task.uid === uid && isFinished(task.state)) &&
  !(tasks.get(uid) ?? []).some(({ task }) => isFinished(task.state))

/** On whose behalf a fiber works: follows the fiber into the ports. */
export const CurrentAttempt = Context.Reference<Attempt | null>("sim/CurrentAttempt", { defaultValue: () => null })
