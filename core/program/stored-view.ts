import { Effect, Queue, Semaphore } from "effect"
import { Store, type StoreChange, type StoreConflict, type StoreUnavailable } from "#core/ports/store.ts"
import { type TaskRecord, isFinished } from "#core/tasks/task-record.ts"
import { type ClusterState, applyToState, reloadState } from "./cluster-state.ts"

/*
 * Keeps the state in memory equal to the store. Changes are made one at a time: memory follows the store in the same order.
 *
 * A change whose answer was lost may have been made. From then on the state is in doubt, and before anything else is decided or stored it is read
 * from the store again. Until then replicas that the change would have put behind are not read: either way that is safe. An intent whose answer was
 * lost has left a task that nobody works on: `lostIntents` tells of it.
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
  /** Done when the state is not in doubt. */
  readonly certain: Effect.Effect<void, StoreUnavailable>
  /** Waits until a change may have been made unheard; then the unfinished tasks of this proxy that it has never heard of. */
  readonly lostIntents: Effect.Effect<ReadonlyArray<TaskRecord>>
  /** Calls `listener` with tasks whose end was stored. It must not throw. */
  readonly onTasksFinished: (listener: (tasks: ReadonlyArray<TaskRecord>) => void) => void
}

/** Pause before the store is asked again what was made of a change. */
const doubtPauseMs = 100

export const makeStoredView = Effect.fnUntraced(function* (state: ClusterState, proxyId: string) {
  const store = yield* Store
  const gate = Semaphore.makeUnsafe(1)
  const doubts = yield* Queue.sliding<void>(1)
  const listeners: Array<(tasks: ReadonlyArray<TaskRecord>) => void> = []
  /** Unfinished tasks that this proxy knows of. */
  const known = new Set((yield* store.unfinishedTasks).map((task) => task.uid))
  let isInDoubt = false

  const doubt = (change: StoreChange) =>
    Effect.suspend(() => {
      isInDoubt = true
      applyToState(state, { behind: change.behind ?? [] })
      return Queue.offer(doubts, undefined)
    })
  const settleDoubt = Effect.suspend(() =>
    isInDoubt
      ? Effect.map(store.loadState, (stored) => {
          reloadState(state, stored)
          isInDoubt = false
        })
      : Effect.void,
  )
  const inTurn = <A, E>(work: () => Effect.Effect<A, E>) =>
    Effect.uninterruptible(gate.withPermit(Effect.andThen(settleDoubt, Effect.suspend(work))))

  const take = (change: StoreChange): void => {
    applyToState(state, change)
    const finished = (change.tasks ?? []).filter((task) => isFinished(task.state))
    for (const { uid } of finished) known.delete(uid)
    for (const uid of change.removedTasks ?? []) known.delete(uid)
    if (finished.length > 0) for (const listener of listeners) listener(finished)
  }

  const decide = <A>(look: (state: ClusterState) => Decision<A>) =>
    inTurn(() => {
      const decision = look(state)
      if (decision.tag === "nothing") return Effect.succeed(decision.result)
      let prepared: StoreChange = {}
      const remember = (version: number): StoreChange => (prepared = decision.prepare(version))
      return store.intend(remember).pipe(
        Effect.tapError(() => doubt(prepared)),
        Effect.map((version) => {
          known.add(version)
          take(prepared)
          return decision.follow(version)
        }),
      )
    })

  const commit = (change: StoreChange) =>
    inTurn(() =>
      store.commit(change).pipe(
        Effect.tapError(() => doubt(change)),
        Effect.map(() => take(change)),
      ),
    )

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

  return {
    decide,
    commit,
    certain: inTurn(() => Effect.void),
    lostIntents,
    onTasksFinished: (listener) => void listeners.push(listener),
  } satisfies StoredView
})
