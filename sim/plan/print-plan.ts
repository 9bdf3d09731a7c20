import { isPlanItem, mistakeOf } from "./check-item.ts"
import type { FleetPlan, Plan, PlanItem } from "./plan.ts"

/** The fleet in the first line, then one item per line in the order of time. */
export const printPlan = (plan: Plan): string =>
  [plan.fleet, ...[...plan.items].sort((one, other) => one.atMs - other.atMs)]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join("")

export class PlanMistake extends Error {
  override readonly name = "PlanMistake"
}

/** Lines that are empty or begin with `#` or `//` are comments. */
export const parsePlan = (text: string): Plan => {
  const lines = text
    .split("\n")
    .map((line, position) => ({ line: line.trim(), position: position + 1 }))
    .filter(({ line }) => line !== "" && !line.startsWith("#") && !line.startsWith("//"))
  const values = lines.map(({ line, position }): unknown => {
    try {
      return JSON.parse(line)
    } catch (error) {
      throw new PlanMistake(`line ${position} of the plan is no JSON: ${String(error)}`, { cause: error })
    }
  })
  const [first, ...rest] = values
  if (typeof first !== "object" || first === null || !("seed" in first))
    throw new PlanMistake("the first line of a plan describes the fleet and has a `seed`")
  const fleet = { ...defaultFleet, ...first } as FleetPlan
  const items = rest.map((item, at): PlanItem => {
    if (isPlanItem(item, fleet)) return item
    throw new PlanMistake(`line ${lines[at + 1]?.position} of the plan: ${mistakeOf(item, fleet)}`)
  })
  return { fleet, items }
}

/** What a plan written by hand may leave out. */
export const defaultFleet: FleetPlan = {
  seed: 1,
  nodes: 5,
  groups: 1,
  replicationFactor: 2,
  shards: 8,
  yieldPermille: 100,
  latencyMs: [1, 4],
  taskMs: [2, 20],
  storeMs: [0, 2],
  unavailableShards: "partial",
}
