import type { Plan } from "../plan/plan.ts"

/** What kind of promise was broken; each has an exit code of its own. */
export type FailureKind =
  /** Something wrong was said or stored. */
  | "correctness"
  /** Something that must happen in the end did not. */
  | "liveness"
  /** A program reached what it calls impossible. */
  | "crash"
  /** Two runs of one plan differ. */
  | "nondeterminism"
  /** The simulator itself cannot judge. */
  | "oracle"

export const exitCodes = {
  correctness: 10,
  liveness: 11,
  crash: 12,
  nondeterminism: 13,
  oracle: 14,
} as const satisfies Record<FailureKind, number>

export interface Failure {
  readonly kind: FailureKind
  readonly invariant: string
  readonly facts: ReadonlyArray<string>
}

export interface Verdict {
  readonly plan: Plan
  readonly failure: Failure | null
  readonly traceHash: string
  readonly trace: ReadonlyArray<string>
  /** Tasks of fibers, timers and messages. */
  readonly events: number
  readonly simulatedMs: number
  readonly reached: ReadonlyMap<string, number>
}

export const broken = (invariant: string, ...facts: ReadonlyArray<string>): Failure => ({
  kind: "correctness",
  invariant,
  facts,
})
