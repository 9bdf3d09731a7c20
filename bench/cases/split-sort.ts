import { strict as assert } from "node:assert"
import { splitSort } from "#core/routing/split-sort.ts"
import type { BenchCase } from "../bench-case.ts"

const commas = 4000

/** Every client may send it, and a longer text must not take more than its length longer. */
export const splitCommas: BenchCase = {
  name: "split-sort",
  operation: `the criteria of a sort parameter of ${commas.toLocaleString("en")} commas`,
  ratioMin: 20,
  prepare: async (share) => {
    const text = ",".repeat(commas * share)
    const ours = () => splitSort(text)
    const baseline = () => text.split(/,(?![^(]*\))/).map((criterion) => criterion.trim())
    assert.deepEqual(ours(), baseline())
    return { ours, baseline: { name: "an expression that looks ahead", run: baseline } }
  },
}
