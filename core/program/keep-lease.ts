import { Clock, Effect, Queue, type Scope } from "effect"
import { type LeaseState, initialLease, writerLease } from "#core/leases/lease-state.ts"
import { mayAct, stepLease, takeReason } from "#core/leases/step-lease.ts"
import { type Lease, Store, type StoreConflict, type StoreUnavailable } from "#core/ports/store.ts"

/*
 * Holds the lease of writers, or waits for it. See core/leases/lease-state.ts for what is decided.
 *
 * It goes on for as long as the proxy runs: a holder renews, everybody else looks. While the store is away nothing is lost: the holder stops to
 * send to nodes when its time is over, and goes on under the same token when the store is back and nobody took the lease meanwhile.
 */

/** Scope of the lease whose holder writes. */
export const writerScope = "writer"

export interface HeldLease {
  readonly token: number
  /** Whether the holder before this one was gone without giving the lease back: what it has sent may still arrive. */
  readonly isTakenOver: boolean
}

export interface LeaseKeeper {
  /** null: somebody else holds it, or nobody. */
  readonly held: () => HeldLease | null
  readonly mayAct: (token: number) => boolean
  /** How long the store has said nothing. */
  readonly silentMs: () => number
  /** Where the holder answers, if it is another proxy. */
  readonly leaderAddress: () => string | null
  /** Offered to whenever `held` may have changed. */
  readonly changes: Queue.Queue<void>
}

const watchPauseMs = 500

export const keepLease = Effect.fnUntraced(function* (
  proxyId: string,
  address: string | null,
): Effect.fn.Return<LeaseKeeper, never, Store | Scope.Scope> {
  const store = yield* Store
  const clock = yield* Clock.Clock
  const changes = yield* Queue.sliding<void>(1)
  const nowMs = () => Number(clock.monotonicTimeNanosUnsafe() / 1_000_000n)
  let state: LeaseState = initialLease
  let held: HeldLease | null = null
  let leader: Lease | null = null
  let heardMs = nowMs()
  /** Whether we have tried to take the lease of a holder that was gone: it may be ours by now without our having heard of it. */
  let hasTriedToTakeOver = false

  const saw = (lease: Lease | null): void => {
    state = stepLease(state, { tag: "read", lease, atMs: nowMs() }, writerLease)
    leader = lease
    if (state.tag === "watching") held = null
  }
  const write = Effect.fnUntraced(function* (lease: Omit<Lease, "scope">, expected: Lease | null) {
    const askedAtMs = nowMs()
    const whole: Lease = { scope: writerScope, ...lease }
    yield* store.writeLease(whole, expected)
    state = stepLease(state, { tag: "stored", token: lease.token, beat: lease.beat, askedAtMs }, writerLease)
    leader = whole
  })

  const renew = Effect.fnUntraced(function* ({ token, beat }: Lease) {
    const mine = { scope: writerScope, holder: proxyId, address, token, beat }
    yield* write({ ...mine, beat: beat + 1 }, mine)
  })
  const take = Effect.fnUntraced(function* () {
    saw(yield* store.readLease(writerScope))
    const reason = takeReason(state, proxyId, nowMs(), writerLease)
    if (reason === null) return
    if (reason !== "restarted") hasTriedToTakeOver = reason === "expired"
    yield* write({ holder: proxyId, address, token: (leader?.token ?? 0) + 1, beat: 0 }, leader)
    if (state.tag === "holding") held = { token: state.token, isTakenOver: hasTriedToTakeOver }
  })
  /** Our own renewal may have been stored without our hearing of it, so the store is asked before the lease is given up. */
  const round: Effect.Effect<void, StoreUnavailable | StoreConflict> = Effect.suspend(() =>
    state.tag === "holding" && leader !== null
      ? Effect.catchTag(renew(leader), "StoreConflict", () =>
          Effect.map(store.readLease(writerScope), (lease) => saw(lease)),
        )
      : take(),
  )
  const keep = Effect.gen(function* () {
    const before = held
    const outcome = yield* Effect.result(round)
    if (outcome._tag === "Success" || outcome.failure._tag === "StoreConflict") heardMs = nowMs()
    if (held !== before) yield* Queue.offer(changes, undefined)
    yield* Effect.sleep(state.tag === "holding" ? writerLease.renewMs : watchPauseMs)
  })
  const giveBack = Effect.suspend(() => {
    if (state.tag !== "holding" || leader === null) return Effect.void
    const mine = leader
    // Before it is free: what still waits in a lane must not be sent beside what the next holder sends.
    state = initialLease
    const free = { ...mine, holder: null, address: null }
    return Effect.ignore(Effect.timeout(store.writeLease(free, mine), watchPauseMs))
  })

  yield* Effect.ignore(round)
  yield* Effect.addFinalizer(() => giveBack)
  yield* Effect.forkScoped(Effect.forever(keep))
  return {
    held: () => held,
    mayAct: (token) => mayAct(state, token, nowMs()),
    silentMs: () => nowMs() - heardMs,
    leaderAddress: () => (leader === null || leader.holder === proxyId ? null : leader.address),
    changes,
  }
})
