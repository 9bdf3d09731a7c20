/*
 * Who may write: one proxy at a time, for as long as it holds the lease of writers.
 *
 *              stored, after it was free or showed the same beat for leaseMs
 *  watching ────────────────────────────────────────────────────────────────▶ holding
 *     ▲                    read: another token stands there                      │
 *     └──────────────────────────────────────────────────────────────────────────┘
 *
 * All times are of the clock of this proxy, which never goes back. Clocks of two proxies are never compared: a holder counts from *before* the
 * request that renewed its lease, a watcher from *after* the answer that showed it a beat, so a watcher takes over only when the holder has
 * stopped, as long as both clocks go at nearly the same speed.
 *
 * Invariant `lease-token-grows`: whoever takes the lease has a larger token than all before; the store refuses changes under older ones.
 */

/** A lease as it stands in the store; without its scope and address, which decide nothing. */
export interface SeenLease {
  /** null: given back. */
  readonly holder: string | null
  readonly token: number
  readonly beat: number
}

export type LeaseState =
  /** `sinceMs`: when this beat was seen first. */
  | { readonly tag: "watching"; readonly seen: SeenLease | null; readonly sinceMs: number }
  /** `untilMs`: what is done later may meet another writer. */
  | { readonly tag: "holding"; readonly token: number; readonly beat: number; readonly untilMs: number }

export type LeaseInput =
  /** What the store said, at a time after its answer. */
  | { readonly tag: "read"; readonly lease: SeenLease | null; readonly atMs: number }
  /** The store took our lease; `askedAtMs`: before it was asked. */
  | { readonly tag: "stored"; readonly token: number; readonly beat: number; readonly askedAtMs: number }

export interface LeaseTimes {
  /** A beat that stands so long is one of a holder that is gone. */
  readonly leaseMs: number
  /** So long before that the holder stops, for the difference of clocks and for what is under way. */
  readonly safetyMs: number
}

/** The lease is renewed three times before it could end. */
export const writerLease = { leaseMs: 4_000, safetyMs: 1_000, renewMs: 1_000 } as const satisfies LeaseTimes & {
  readonly renewMs: number
}

export const initialLease: LeaseState = { tag: "watching", seen: null, sinceMs: Number.POSITIVE_INFINITY }
