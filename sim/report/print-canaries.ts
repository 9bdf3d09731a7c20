import { type CanaryResult, type ShrunkPlan, isFound, isProven, medianOf } from "../canary/search-canary.ts"
import { keepPlan } from "./keep-plan.ts"

/** One line per planted bug: how long it hid, what found it, and how small the proof is. */
export const printCanary = (result: CanaryResult): string => {
  const { name, seeds, medianSeeds, invariants, shrunk } = result
  const size = shrunk === null ? "" : `${String(shrunk.plan.items.length).padStart(4)} items`
  const kept = shrunk === null ? "" : `\n${replayOf(name, shrunk)}`
  const spread = `${countOf(medianSeeds).padStart(8)} seeds (${seeds.map(countOf).join(" ")})`
  return `${isProven(result) ? "✓" : "✗"} ${name.padEnd(34)} ${spread.padEnd(38)}${size}  ${invariants.join(", ")}${kept}`
}

/** How to see it again. */
const replayOf = (name: string, { plan, invariant, isReplayed }: ShrunkPlan): string =>
  isReplayed
    ? `    npm run sim -- --plan ${keepPlan(name, plan)} --canary ${JSON.stringify(name)}`
    : `    the shrunk plan does not break ${invariant} when it is run again: ${keepPlan(name, plan)}`

export const printCanaryTotal = (results: ReadonlyArray<CanaryResult>, seconds: number): string => {
  const sizes = sizesOf(results)
  const shrunk = sizes.length === 0 ? "" : `, shrunk plans have ${medianOf(sizes)} items in the median`
  const found = results.filter(isFound).length
  return `${found} of ${results.length} planted bugs found${shrunk}, ${Math.round(seconds)} s`
}

/** null stands for a start that did not find the bug: JSON has no infinity. */
export const canariesAsJson = (results: ReadonlyArray<CanaryResult>, seconds: number): string =>
  JSON.stringify({
    canaries: results.map((result) => ({
      name: result.name,
      found: isFound(result),
      seeds: result.seeds.map(finite),
      medianSeeds: finite(result.medianSeeds),
      invariants: result.invariants,
      ...(result.shrunk === null
        ? {}
        : {
            shrunkInvariant: result.shrunk.invariant,
            shrunkItems: result.shrunk.plan.items.length,
            shrunkPlan: keepPlan(result.name, result.shrunk.plan),
            replayed: result.shrunk.isReplayed,
          }),
    })),
    found: results.filter(isFound).length,
    medianShrunkItems: finite(medianOf(sizesOf(results))),
    seconds,
  })

const sizesOf = (results: ReadonlyArray<CanaryResult>): ReadonlyArray<number> =>
  results.flatMap(({ shrunk }) => (shrunk === null ? [] : [shrunk.plan.items.length]))

const finite = (count: number): number | null => (Number.isFinite(count) ? count : null)
const countOf = (count: number): string => (Number.isFinite(count) ? String(count) : "—")
