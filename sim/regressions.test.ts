import { readFileSync, readdirSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { generate } from "./plan/generate.ts"
import { parsePlan, printPlan } from "./plan/print-plan.ts"
import { run } from "./world/run-plan.ts"

const folder = new URL("regressions/", import.meta.url)
const plans = readdirSync(folder).filter((file) => file.endsWith(".jsonl"))

describe("the simulator", () => {
  it.each(plans)("has not broken again: %s", (file) => {
    expect(run(parsePlan(readFileSync(new URL(file, folder), "utf8"))).failure).toBeNull()
  })

  it("gives the same bytes for the same seed", () => {
    const traceOf = (seed: number) => run(generate(seed), { keepTrace: true }).trace
    for (const seed of [1, 2, 3]) expect(traceOf(seed)).toEqual(traceOf(seed))
  })

  it("runs a plan that was printed and read as the one that was generated", () => {
    const plan = generate(7)
    expect(run(parsePlan(printPlan(plan))).traceHash).toBe(run(plan).traceHash)
  })

  it("breaks no promise in the first seeds", () => {
    const failures = Array.from({ length: 25 }, (_, at) => run(generate(at + 1))).flatMap(({ failure, plan }) =>
      failure === null ? [] : [`seed ${plan.fleet.seed}: ${failure.invariant} ${failure.facts.join(" ")}`],
    )
    expect(failures).toEqual([])
  })
})
