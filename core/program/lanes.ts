import { Deferred, Effect, type Fiber } from "effect"

/** Jobs that may wait in one lane: at 2 ms a job this is two seconds of work, after which clients are told to come back. */
const laneJobsMax = 1_000

/**
 * One lane per index and node: jobs of a lane run one after the other in the order in which they were put in, so the writes of
 * this proxy reach every node in sequence order. A job runs to its end even when the client who asked for it has gone.
 */
export interface Lanes {
  readonly isFull: (lane: string) => boolean
  readonly put: <A, E, R>(lane: string, job: Effect.Effect<A, E, R>) => Effect.Effect<Fiber.Fiber<A, E>, never, R>
  /** Done when everything that is in the lane now has left it. */
  readonly drained: (lane: string) => Effect.Effect<void>
}

export const makeLanes = (): Lanes => {
  const tails = new Map<string, Deferred.Deferred<void>>()
  const lengths = new Map<string, number>()
  const change = (lane: string, by: number): void => {
    const length = (lengths.get(lane) ?? 0) + by
    if (length === 0) lengths.delete(lane)
    else lengths.set(lane, length)
  }
  return {
    isFull: (lane) => (lengths.get(lane) ?? 0) >= laneJobsMax,
    put: (lane, job) =>
      Effect.suspend(() => {
        const before = tails.get(lane)
        const done = Deferred.makeUnsafe<void>()
        tails.set(lane, done)
        change(lane, 1)
        const leave = Effect.suspend(() => {
          change(lane, -1)
          if (tails.get(lane) === done) tails.delete(lane)
          return Deferred.succeed(done, undefined)
        })
        const turn = before === undefined ? Effect.void : Deferred.await(before)
        return Effect.forkDetach(Effect.ensuring(Effect.andThen(turn, job), leave))
      }),
    drained: (lane) =>
      Effect.suspend(() => {
        const tail = tails.get(lane)
        return tail === undefined ? Effect.void : Deferred.await(tail)
      }),
  }
}

export const laneOf = (physicalUid: string, nodeId: string): string => `${physicalUid} ${nodeId}`
