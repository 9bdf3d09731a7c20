import { Effect, Queue, Semaphore } from "effect"
import type { IndexRecord } from "#core/catalogue/index-record.ts"
import { Store, type StoreChange, type StoreConflict, type StoreUnavailable, leaseRecord } from "#core/ports/store.ts"
import { withOrderedDates } from "#core/tasks/ordered-dates.ts"
import { type TaskRecord, isFinished } from "#core/tasks/task-record.ts"
import { type ClusterState, applyToState, assertNamesDiffer, reloadState } from "./cluster-state.ts"
import type { Term } from "./cluster.ts"

/*
 * Keeps the state in memory equal to the store. Changes are made one at a time: memory follows the store in the same order.
 *
 * A change whose answer was lost may have been made. From then on the state is in doubt, and before anything else is decided or stored it is read
 * from the store again. Until then replicas that the change would have put behind are not read: either way that is safe. An intent whose answer was
 * lost has left a task that nobody works on: `lostIntents` tells of it.
 *
 * A proxy that follows changes nothing and reads what the one that leads has changed. One whose term is over has nothing left to store: the fiber
 * that tries it ends there, and whoever waits for it hears of an interruption.
 */

/** What a look at the state leads to. */
export type Decision<A> =
  | { readonly tag: "nothing"; readonly result: A }
  | {
      readonly tag: "intent"
      readonly prepare: (version: number) => StoreChange
      readonly follow: (version: number) => A
    }

type Stored<A> = Effect.Effect<A, StoreUnavailable | StoreConflict>

export interface StoredView {
  /** Stores an intent that depends on the state: nothing is stored between the look of `decide` and the end of `follow`. */
  readonly decide: <A>(decide: (state: ClusterState) => Decision<A>) => Stored<A>
  readonly commit: (change: StoreChange) => Stored<void>
  /** Stores a change that depends on what the store holds and memory does not: nothing is stored between the end of `look` and the change. */
  readonly commitAfter: (look: Effect.Effect<StoreChange, StoreUnavailable>) => Stored<void>
  /** Takes over what the proxy that leads has changed; one that leads knows it already. */
  readonly refresh: Effect.Effect<void, StoreUnavailable>
  /** The same for one that leads, but whose lease may have run out: another one may have changed what it knows. */
  readonly catchUp: Effect.Effect<void, StoreUnavailable>
  /** The same, also of what changes with every write and is told of to nobody: the highest task uids of nodes. */
  readonly reload: Effect.Effect<void, StoreUnavailable>
  /** Done when the state is not in doubt. */
  readonly certain: Effect.Effect<void, StoreUnavailable>
  /** Waits until a change may have been made unheard; then the unfinished tasks of this proxy that it has never heard of. */
  readonly lostIntents: Effect.Effect<ReadonlyArray<TaskRecord>>
  /** Calls `listener` with tasks whose end was stored. It must not throw. */
  readonly onTasksFinished: (listener: (tasks: ReadonlyArray<TaskRecord>) => void) => void
  /** Calls `listener` with indexes that the catalogue no longer has, and the tasks that were stored in the same change. It must not throw. */
  readonly onIndexesRemoved: (listener: RemovalListener) => void
}

export type RemovalListener = (records: ReadonlyArray<IndexRecord>, tasks: ReadonlyArray<TaskRecord>) => void

const mayNotChange = () => Effect.die("a proxy that follows was asked to change what the store holds")

/** Pause before the store is asked again what was made of a change. */
const doubtPauseMs = 100

export const makeStoredView = Effect.fnUntraced(function* (
  state: ClusterState,
  loadedRevision: number,
  proxyId: string,
  { fence, role }: Term,
) {
  const store = yield* Store
  let revision = loadedRevision
  const gate = Semaphore.makeUnsafe(1)
  const doubts = yield* Queue.sliding<void>(1)
  const listeners: Array<(tasks: ReadonlyArray<TaskRecord>) => void> = []
  const removalListeners: Array<RemovalListener> = []
  /** Unfinished tasks that this proxy knows of. */
  const known = new Set((yield* store.unfinishedTasks).map((task) => task.uid))
  let isInDoubt = false

  const doubt = (change: StoreChange) =>
    Effect.suspend(() => {
      isInDoubt = true
      applyToState(state, { behind: change.behind ?? [] })
      return Queue.offer(doubts, undefined)
    })
  const load = Effect.map(store.loadState, (stored) => {
    const before = [...state.indexes.values()]
    reloadState(state, stored)
    revision = stored.revision
    isInDoubt = false
    tellRemoved(
      before.filter(({ physicalUid }) => !state.indexes.has(physicalUid)),
      [],
    )
  })
  const settleDoubt = Effect.suspend(() => (isInDoubt ? load : Effect.void))
  const whileInOffice = <A>(change: Stored<A>): Stored<A> =>
    Effect.catchTag(change, "StoreConflict", (error) =>
      fence !== null && error.record === leaseRecord(fence.scope) ? Effect.interrupt : Effect.fail(error),
    )
  const inTurn = <A, E>(work: () => Effect.Effect<A, E>) =>
    Effect.uninterruptible(gate.withPermit(Effect.andThen(settleDoubt, Effect.suspend(work))))

  const tellRemoved: RemovalListener = (records, tasks) => {
    if (records.length > 0) for (const listener of removalListeners) listener(records, tasks)
  }
  const take = (change: StoreChange): void => {
    applyToState(state, change)
    const { tasks = [], retiredTasks = [] } = change
    // Of one that is retired at once nobody is told.
    const finished = tasks.filter(({ uid, state }) => isFinished(state) && !retiredTasks.includes(uid))
    for (const { uid } of finished) known.delete(uid)
    for (const uid of [...retiredTasks, ...(change.removedTasks ?? [])]) known.delete(uid)
    tellRemoved(change.removedIndexes ?? [], tasks)
    if (finished.length > 0) for (const listener of listeners) listener(finished)
  }

  const decide = <A>(look: (state: ClusterState) => Decision<A>) =>
    inTurn(() => {
      const decision = look(state)
      if (decision.tag === "nothing") return Effect.succeed(decision.result)
      let prepared: StoreChange = {}
      const remember = (version: number): StoreChange => {
        prepared = { ...decision.prepare(version), fence }
        assertNamesDiffer(state, prepared)
        return prepared
      }
      return whileInOffice(store.intend(remember)).pipe(
        Effect.tapError(() => doubt(prepared)),
        Effect.map((version) => {
          known.add(version)
          take(prepared)
          return decision.follow(version)
        }),
      )
    })

  const put = ({ tasks, ...others }: StoreChange) => {
    const change: StoreChange = {
      ...others,
      fence,
      ...(tasks === undefined ? {} : { tasks: tasks.map(withOrderedDates) }),
    }
    assertNamesDiffer(state, change)
    return whileInOffice(store.commit(change)).pipe(
      Effect.tapError(() => doubt(change)),
      Effect.map(() => take(change)),
    )
  }
  const commit = (change: StoreChange) => inTurn(() => put(change))
  const commitAfter: StoredView["commitAfter"] = (look) => inTurn(() => Effect.flatMap(look, put))

  const unheard = inTurn(() =>
    Effect.map(store.unfinishedTasks, (tasks) =>
      tasks.filter((task) => task.owner === proxyId && !known.has(task.uid)),
    ),
  )
  const untilAnswered: typeof lostIntents = Effect.catch(unheard, () =>
    Effect.andThen(
      Effect.sleep(doubtPauseMs),
      Effect.suspend(() => untilAnswered),
    ),
  )
  const lostIntents: Effect.Effect<ReadonlyArray<TaskRecord>> = Effect.andThen(Queue.take(doubts), untilAnswered)

  const reload = inTurn(() => load)
  const refresh = Effect.flatMap(store.stateRevision, (now) => (now === revision ? Effect.void : reload))

  return {
    decide: role === "leading" ? decide : mayNotChange,
    commit: role === "leading" ? commit : mayNotChange,
    commitAfter: role === "leading" ? commitAfter : mayNotChange,
    refresh: role === "leading" ? Effect.void : refresh,
    catchUp: refresh,
    reload: role === "leading" ? Effect.void : reload,
    certain: inTurn(() => Effect.void),
    lostIntents,
    onTasksFinished: (listener) => void listeners.push(listener),
    onIndexesRemoved: (listener) => void removalListeners.push(listener),
  } satisfies StoredView
})
