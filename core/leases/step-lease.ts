import { invariant } from "#core/prelude/invariant.ts"
import { unreachable } from "#core/prelude/unreachable.ts"
import type { LeaseInput, LeaseState, LeaseTimes, SeenLease } from "./lease-state.ts"

/** Next state of a proxy's view of the lease. Total: each input in each state has an answer. */
export const stepLease = (state: LeaseState, input: LeaseInput, times: LeaseTimes): LeaseState => {
  const next = nextLease(state, input, times)
  invariant(
    tokenOf(next) >= tokenOf(state) || input.tag !== "stored",
    "lease-token-grows",
    "a lease was taken with a token that somebody else had before",
  )
  return next
}

const nextLease = (state: LeaseState, input: LeaseInput, { leaseMs, safetyMs }: LeaseTimes): LeaseState => {
  switch (input.tag) {
    case "stored":
      return {
        tag: "holding",
        token: input.token,
        beat: input.beat,
        untilMs: input.askedAtMs + leaseMs - safetyMs,
      }
    case "read": {
      const { lease, atMs } = input
      if (state.tag === "holding" && lease?.token === state.token) return state
      const isSame = state.tag === "watching" && isSameBeat(state.seen, lease)
      return { tag: "watching", seen: lease, sinceMs: isSame ? Math.min(state.sinceMs, atMs) : atMs }
    }
    default:
      return unreachable(input)
  }
}

/** What a proxy that watches may do now. `restarted`: the stored lease is its own, of a life before this one. */
export const takeReason = (
  state: LeaseState,
  proxyId: string,
  nowMs: number,
  { leaseMs }: LeaseTimes,
): "free" | "restarted" | "expired" | null => {
  if (state.tag === "holding" || state.sinceMs === Number.POSITIVE_INFINITY) return null
  if (state.seen === null || state.seen.holder === null) return "free"
  if (state.seen.holder === proxyId) return "restarted"
  return nowMs - state.sinceMs >= leaseMs ? "expired" : null
}

/** Whether what begins now ends before anybody else may begin. */
export const mayAct = (state: LeaseState, token: number, nowMs: number): boolean =>
  state.tag === "holding" && state.token === token && nowMs < state.untilMs

const isSameBeat = (one: SeenLease | null, other: SeenLease | null): boolean =>
  one?.token === other?.token && one?.beat === other?.beat && one?.holder === other?.holder

const tokenOf = (state: LeaseState): number => (state.tag === "holding" ? state.token : (state.seen?.token ?? 0))
