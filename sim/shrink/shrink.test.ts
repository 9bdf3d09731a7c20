import { describe, expect, it } from "vitest"
import { canaries } from "../canary/canaries.ts"
import { generate } from "../plan/generate.ts"
import { type Plan, isClient } from "../plan/plan.ts"
import { run } from "../world/run-plan.ts"
import { shrink } from "./shrink.ts"

const added = ({ items }: Plan): ReadonlyArray<string> =>
  items.flatMap((item) => (isClient(item) && item.do === "add" ? item.documents.map(({ id }) => id) : []))

describe("shrinking a plan", () => {
  it("leaves the one item, the one document and the fleet of one node that a failure needs", () => {
    const plan = generate(3)
    const [wanted = ""] = added(plan).slice(-1)
    const small = shrink(plan, (candidate) => added(candidate).includes(wanted))
    expect(small.items).toMatchObject([{ atMs: 1_000, do: "add", documents: [{ id: wanted }] }])
    expect(small.fleet).toMatchObject({ nodes: 1, groups: 1, replicationFactor: 1, shards: 1, yieldPermille: 0 })
  })

  it("keeps two items that fail only together, and their distance", () => {
    const plan = generate(4)
    const isPair = ({ items }: Plan): boolean =>
      items.some((one) => items.some((other) => other.atMs - one.atMs > 15_000))
    const small = shrink(plan, isPair)
    expect(small.items.length).toBe(2)
    expect(isPair(small)).toBe(true)
  })

  it("never asks about one candidate twice, nor more often than it may", () => {
    const asked: Array<string> = []
    shrink(generate(5), (candidate) => asked.push(JSON.stringify(candidate)) % 3 === 0, 40)
    expect(asked.length).toBe(40)
    expect(new Set(asked).size).toBe(40)
  })

  it("ends with a plan that breaks the same promise", () => {
    const { plant } = canaries.find(({ name }) => name === "one hit too many is counted")!
    const invariantOf = (plan: Plan) => run(plan, { plant }).failure?.invariant
    const plan = generate(1)
    const invariant = invariantOf(plan)
    const small = shrink(plan, (candidate) => invariantOf(candidate) === invariant)
    expect(invariant).toBe("totals-fit-hits")
    expect(invariantOf(small)).toBe(invariant)
    expect(small.items.length).toBeLessThanOrEqual(5)
  })
})
