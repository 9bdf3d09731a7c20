import { generate } from "../plan/generate.ts"
import type { Plan } from "../plan/plan.ts"
import { parsePlan, printPlan } from "../plan/print-plan.ts"
import { shrink } from "../shrink/shrink.ts"
import { run } from "../world/run-plan.ts"
import type { Canary } from "./canary.ts"

/** What the search for one planted bug has shown. */
export interface CanaryResult {
  readonly name: string
  /** Seeds that each start needed, in ascending order; Infinity where the bug survived. */
  readonly seeds: ReadonlyArray<number>
  readonly medianSeeds: number
  readonly invariants: ReadonlyArray<string>
  /** The smallest plan that still shows it; null where nobody asked, or the bug was never found. */
  readonly shrunk: ShrunkPlan | null
}

export interface ShrunkPlan {
  readonly plan: Plan
  readonly invariant: string
  /** Whether the plan, written down and read again, breaks the same promise. */
  readonly isReplayed: boolean
}

/** The search begins this many times, in different places: one lucky seed proves nothing. */
const starts = 5
/** A bug that hides for longer than this has survived. The rarest ones need a crash between two steps and are found after about 60 seeds. */
const seedsMost = 500

/** Plants a bug until it is found, from every start. A seed that also fails without the bug proves nothing. */
export const searchCanary = (canary: Canary, firstSeed: number, isShrinking: boolean): CanaryResult => {
  const searches = Array.from({ length: starts }, (_, start) => searchFrom(canary, firstSeed + start * seedsMost))
  const found = searches.filter((one) => one !== null)
  const seeds = searches.map((one) => one?.seeds ?? Infinity).sort((one, other) => one - other)
  return {
    name: canary.name,
    seeds,
    medianSeeds: medianOf(seeds),
    invariants: [...new Set(found.map(({ invariant }) => invariant))],
    shrunk: isShrinking && found[0] !== undefined ? shrinkFound(canary, found[0]) : null,
  }
}

export const isFound = ({ seeds }: CanaryResult): boolean => seeds.every(Number.isFinite)

/** Found from every start; and what it was shrunk to, if it was, shows it as well. */
export const isProven = (result: CanaryResult): boolean => isFound(result) && result.shrunk?.isReplayed !== false

/** The upper one of the two in the middle. */
export const medianOf = (numbers: ReadonlyArray<number>): number =>
  [...numbers].sort((one, other) => one - other)[numbers.length >> 1] ?? Infinity

interface Found {
  readonly seeds: number
  readonly seed: number
  readonly invariant: string
}

const searchFrom = (canary: Canary, from: number): Found | null => {
  for (let seed = from; seed < from + seedsMost; seed++) {
    const { failure } = run(generate(seed), { plant: canary.plant })
    if (failure !== null && failure.kind !== "oracle" && isHealthySeed(seed))
      return { seeds: seed - from + 1, seed, invariant: failure.invariant }
  }
  return null
}

/** A plan that fails without the bug as well has wandered off to another one. */
const shrinkFound = ({ plant }: Canary, { seed, invariant }: Found): ShrunkPlan => {
  const isSame = (plan: Plan): boolean => run(plan, { plant }).failure?.invariant === invariant
  const plan = shrink(generate(seed), (candidate) => isSame(candidate) && isHealthy(candidate))
  return { plan, invariant, isReplayed: isSame(parsePlan(printPlan(plan))) }
}

const healthy = new Map<number, boolean>()
const isHealthySeed = (seed: number): boolean => {
  let known = healthy.get(seed)
  if (known === undefined) healthy.set(seed, (known = isHealthy(generate(seed))))
  return known
}

const isHealthy = (plan: Plan): boolean => run(plan).failure === null
