/*
 * Whether a node may be read and whether writes are sent to it.
 *
 *            verified                    request failed, probe failed
 *  suspect ───────────▶ up ────────────────────────────────────────▶ suspect
 *     │                 ▲                                               │
 *     │ failures ≥ unhealthyThreshold                                   │
 *     └──────────▶ down ┘ verified, recoveryThreshold times in a row ◀──┘
 *
 * Invariant: a node serves reads only after a probe has verified, since its last failure, that it is still the node
 * we knew (its marker and its task uids): one that came back empty or from an old snapshot is never read.
 */

export type NodeHealth =
  | { readonly tag: "up" }
  /** Something failed since the last verification; writes are still tried. */
  | { readonly tag: "suspect"; readonly failures: number }
  /** Given up: nothing is sent but probes. */
  | { readonly tag: "down"; readonly successes: number }

export type HealthInput =
  /** A probe found the node that we know. */
  | { readonly tag: "verified" }
  | { readonly tag: "probe-failed" }
  /** A search or a write got no answer. */
  | { readonly tag: "request-failed" }

export interface HealthThresholds {
  /** Failures in a row after which a suspect node is down. */
  readonly unhealthyThreshold: number
  /** Verified probes in a row after which a node that was down is up. */
  readonly recoveryThreshold: number
}

interface Answers {
  readonly mayServeReads: boolean
  readonly mustReceiveWrites: boolean
  /** Probed at short intervals, because requests wait for the outcome. */
  readonly isUrgent: boolean
}

const answers = {
  up: { mayServeReads: true, mustReceiveWrites: true, isUrgent: false },
  suspect: { mayServeReads: false, mustReceiveWrites: true, isUrgent: true },
  down: { mayServeReads: false, mustReceiveWrites: false, isUrgent: false },
} as const satisfies Record<NodeHealth["tag"], Answers>

export const answersOf = (health: NodeHealth): Answers => answers[health.tag]

/** Every node starts here: nothing is read from it before it was verified once. */
export const initialHealth: NodeHealth = { tag: "suspect", failures: 0 }
