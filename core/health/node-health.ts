/*
 * Whether a node may be read and whether writes are sent to it.
 *
 *            verified                    request failed, probe failed
 *  suspect ───────────▶ up ────────────────────────────────────────▶ suspect
 *     │                 ▲                                               │
 *     │ failures ≥ unhealthyThreshold                                   │
 *     └──────────▶ down ┘ verified, recoveryThreshold times in a row ◀──┘
 *
 * An answer that is only late makes an up node slow: it is read where nobody else can be, because one heavy search must not take every node
 * from all others. Verified, it is up again; a failure makes it suspect, and probes that are late again and again make it down.
 *
 * Invariant: a node serves reads only after a probe has verified, since its last failure, that it is still the node
 * we knew (its marker and its task uids): one that came back empty or from an old snapshot is never read.
 */

export type NodeHealth =
  | { readonly tag: "up" }
  /** Late since the last verification. */
  | { readonly tag: "slow"; readonly lateProbes: number }
  /** Something failed since the last verification; writes are still tried. */
  | { readonly tag: "suspect"; readonly failures: number }
  /** Given up: nothing is sent but probes. */
  | { readonly tag: "down"; readonly successes: number }

export type HealthInput =
  /** A probe found the node that we know. */
  | { readonly tag: "verified" }
  | { readonly tag: "probe-failed" }
  /** No answer in time, on a connection that nobody closed. */
  | { readonly tag: "probe-late" }
  | { readonly tag: "request-late" }
  /** A search or a write got no answer, or one that was cut off. */
  | { readonly tag: "request-failed" }

export interface HealthThresholds {
  /** Failures in a row after which a suspect node is down. */
  readonly unhealthyThreshold: number
  /** Verified probes in a row after which a node that was down is up. */
  readonly recoveryThreshold: number
}

interface Answers {
  readonly mayServeReads: boolean
  /** Read only where no other replica can be. */
  readonly isLastChoice: boolean
  readonly mustReceiveWrites: boolean
  /** Probed at short intervals, because requests wait for the outcome. */
  readonly isUrgent: boolean
}

const answers = {
  up: { mayServeReads: true, isLastChoice: false, mustReceiveWrites: true, isUrgent: false },
  slow: { mayServeReads: true, isLastChoice: true, mustReceiveWrites: true, isUrgent: true },
  suspect: { mayServeReads: false, isLastChoice: false, mustReceiveWrites: true, isUrgent: true },
  down: { mayServeReads: false, isLastChoice: false, mustReceiveWrites: false, isUrgent: false },
} as const satisfies Record<NodeHealth["tag"], Answers>

export const answersOf = (health: NodeHealth): Answers => answers[health.tag]

/** Every node starts here: nothing is read from it before it was verified once. */
export const initialHealth: NodeHealth = { tag: "suspect", failures: 0 }
