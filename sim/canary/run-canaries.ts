import { generate } from "../plan/generate.ts"
import { run } from "../world/run-plan.ts"
import { type Canary, canaries } from "./canaries.ts"

/** Searches for one bug: this many different beginnings, of which the median counts. */
const rounds = 3
const seedsMost = 500

/** Plants each bug until it is found; false when one survives. A seed that also fails without the bug proves nothing. */
export const runCanaries = (firstSeed: number, print: (line: string) => void): boolean => {
  let isSafe = true
  const healthy = new Map<number, boolean>()
  const isHealthy = (seed: number): boolean => {
    let known = healthy.get(seed)
    if (known === undefined) healthy.set(seed, (known = run(generate(seed)).failure === null))
    return known
  }
  for (const canary of canaries) {
    const found = Array.from({ length: rounds }, (_, round) => search(canary, firstSeed + round * seedsMost, isHealthy))
    const isFound = found.every((one) => one !== null)
    isSafe &&= isFound
    const seeds = found.map((one) => one?.seeds ?? Infinity).sort((one, other) => one - other)
    const invariants = [...new Set(found.flatMap((one) => one?.invariant ?? []))].join(", ")
    print(
      `${isFound ? "✓" : "✗"} ${canary.name.padEnd(34)} ${String(seeds[rounds >> 1]).padStart(8)} seeds  ${invariants}`,
    )
  }
  return isSafe
}

const search = (
  canary: Canary,
  from: number,
  isHealthy: (seed: number) => boolean,
): { readonly seeds: number; readonly invariant: string } | null => {
  for (let seeds = 1; seeds <= seedsMost; seeds++) {
    const seed = from + seeds - 1
    const { failure } = run(generate(seed), { plant: canary.plant })
    if (failure !== null && failure.kind !== "oracle" && isHealthy(seed)) return { seeds, invariant: failure.invariant }
  }
  return null
}
