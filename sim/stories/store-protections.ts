import { Effect } from "effect"
import { type BehindMark, type Lease, Store, type StoreChange } from "#core/ports/store.ts"
import { errorBody } from "#core/protocol/meilisearch-error.ts"
import { type Attempt, CurrentAttempt } from "../world/history.ts"
import type { Plant } from "../world/world.ts"
import type { Protection } from "./story.ts"

/* Protections that live in what Miroir writes down. Each is taken away by forgetting exactly that. */

type StoreShape = Store["Service"]
const onStore = (wrap: (store: StoreShape) => Partial<StoreShape>): (() => Plant) => {
  return () => ({ store: (store) => ({ ...store, ...wrap(store) }) })
}

export const behindMap: Protection = {
  name: "behind-map",
  does: "a replica that lacks a write is written down: it is not read, and repaired",
  off: onStore((store) => ({
    commit: (change) => {
      forgetMarks(change)
      return store.commit(change)
    },
  })),
}

/** The proxy takes over into its memory what it has asked the store to keep: only an emptied list is gone from both. */
const forgetMarks = ({ behind }: StoreChange): void => void (behind as Array<BehindMark> | undefined)?.splice(0)

export const storedMarks: Protection = {
  name: "stored-marks",
  does: "what a replica lacks stands in the store, so that a proxy which starts again still knows it",
  off: onStore((store) => ({ commit: ({ behind: _behind, ...change }) => store.commit(change) })),
}

export const deletionLog: Protection = {
  name: "deletion-log",
  does: "the log of writes names what was deleted, so that repair deletes it on a replica that has slept through it",
  off: onStore((store) => ({
    writesSince: (physicalUid, since) =>
      Effect.map(store.writesSince(physicalUid, since), (tasks) =>
        tasks.filter((task) => task.kind !== "documentDeletion"),
      ),
  })),
}

export const oneWriter: Protection = {
  name: "one-writer",
  does: "of several proxies the one that holds the lease writes, and the store takes changes under that lease only",
  off: onStore((store) => {
    let own: Lease | null = null
    return {
      readLease: () => Effect.sync(() => own),
      writeLease: (lease) => Effect.sync(() => void (own = lease)),
      intend: (prepare) => store.intend((version) => ({ ...prepare(version), fence: null })),
      commit: (change) => store.commit({ ...change, fence: null }),
    }
  }),
}

export const intentLog: Protection = {
  name: "intent-log",
  does: "a write is written down before it is sent: the next start knows which ones were cut off, and makes their replicas equal",
  off: onStore((store) => {
    let isStarted = false
    return {
      loadState: Effect.suspend(() => {
        if (isStarted) return store.loadState
        isStarted = true
        return Effect.andThen(endCutOff(store), store.loadState)
      }),
    }
  }),
}

/** Their tasks are ended, as failed, or the story would never come to rest; nothing else is done about them. */
const endCutOff = (store: StoreShape) =>
  Effect.ignore(
    Effect.flatMap(store.unfinishedTasks, (unfinished) => {
      const cutOff = unfinished.filter((task) => task.state === "dispatching")
      const error = errorBody("miroir_no_quorum", "The proxy stopped while it was sending this write.")
      const ended = cutOff.map((task) => ({
        ...task,
        state: "failed" as const,
        error,
        finishedAtMs: task.enqueuedAtMs,
      }))
      return store.commit({ tasks: ended })
    }),
  )

export const settleRetries: Protection = {
  name: "settle-retries",
  does: "the outcome of a write that was sent is offered to the store until it takes it, however long that is",
  off: onStore((store) => {
    const sent = new Set<Attempt>()
    const once = <A, E>(asked: Effect.Effect<A, E>): Effect.Effect<A, E> =>
      Effect.flatMap(Effect.service(CurrentAttempt), (attempt) =>
        Effect.catch(asked, (error) => (attempt !== null && sent.has(attempt) ? Effect.interrupt : Effect.fail(error))),
      )
    return {
      intend: (prepare) =>
        Effect.flatMap(Effect.service(CurrentAttempt), (attempt) =>
          Effect.tap(store.intend(prepare), () => Effect.sync(() => void (attempt !== null && sent.add(attempt)))),
        ),
      commit: (change) => once(store.commit(change)),
      loadState: once(store.loadState),
    }
  }),
}
