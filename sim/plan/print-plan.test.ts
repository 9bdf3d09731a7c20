import { describe, expect, it } from "vitest"
import { generate } from "./generate.ts"
import { PlanMistake, parsePlan, printPlan } from "./print-plan.ts"

const fleet = '{"seed":1,"nodes":3,"proxies":2}'

describe("a plan as text", () => {
  it("is the same plan when it is read again", () => {
    for (let seed = 1; seed <= 100; seed++) {
      const { fleet: drawn, items } = generate(seed)
      const byTime = items.toSorted((one, other) => one.atMs - other.atMs)
      expect(parsePlan(printPlan({ fleet: drawn, items }))).toEqual({ fleet: drawn, items: byTime })
    }
  })

  it("may have comments and leave out what is usual", () => {
    const { items, fleet: read } = parsePlan(
      `# a node dies\n${fleet}\n\n// now\n{"fault":"crash","node":"n2","atMs":5,"untilMs":9}`,
    )
    expect(items).toHaveLength(1)
    expect(read).toMatchObject({ nodes: 3, replicationFactor: 2 })
  })

  it.each([
    ['{"seed":1', "line 1 of the plan is no JSON"],
    ['{"nodes":3}', "has a `seed`"],
    [`${fleet}\n\n[]`, "line 3 of the plan: it is no object"],
    [`${fleet}\n{"atMs":-1,"client":"c1","do":"tasks"}`, "`atMs` must be a whole number"],
    [`${fleet}\n{"atMs":1,"client":"c1","do":"fly"}`, "`do` must be one of add"],
    [`${fleet}\n{"atMs":1,"do":"tasks"}`, "`client` must be a name"],
    [`${fleet}\n{"atMs":1,"client":"c1","do":"clear"}`, "`index` must be"],
    [`${fleet}\n{"atMs":1,"untilMs":2,"fault":"flood"}`, "`fault` must be one of crash"],
    [`${fleet}\n{"atMs":2,"untilMs":1,"fault":"store-down"}`, "`untilMs` must not be before"],
    [`${fleet}\n{"atMs":1,"untilMs":2,"fault":"crash","node":"n4"}`, "one of n1 … n3"],
    [`${fleet}\n{"atMs":1,"untilMs":2,"fault":"proxy-crash","proxy":"p3"}`, "one of p1 … p2"],
  ])("is refused with the line and what is wrong: %s", (text, message) => {
    expect(() => parsePlan(text)).toThrow(PlanMistake)
    expect(() => parsePlan(text)).toThrow(message)
  })
})
