import { describe, expect, it } from "vitest"
import type { FleetPlan, PlanItem } from "./plan/plan.ts"
import { run } from "./world/run-plan.ts"

const fleet: FleetPlan = {
  seed: 5,
  nodes: 3,
  groups: 1,
  replicationFactor: 3,
  shards: 1,
  yieldPermille: 0,
  latencyMs: [1, 1],
  taskMs: [1, 1],
  storeMs: [0, 0],
  unavailableShards: "partial",
}

const add = (atMs: number, index: string, ids: ReadonlyArray<string>): PlanItem => ({
  atMs,
  client: `c${atMs}`,
  do: "add",
  index,
  documents: ids.map((id) => ({ id, n: atMs })),
})

const idsOf = (count: number, prefix: string): ReadonlyArray<string> =>
  Array.from({ length: count }, (_, at) => `${prefix}${at}`)

/** Lines of the trace that say `text`, with the simulated time of each. */
const linesOf = (plan: Partial<FleetPlan>, items: ReadonlyArray<PlanItem>, text: string) => {
  const { failure, trace } = run({ fleet: { ...fleet, ...plan }, items }, { keepTrace: true })
  expect(failure).toBeNull()
  return trace.filter((line) => line.includes(text)).map((line) => ({ atMs: Number.parseInt(line, 10), line }))
}

describe("the repair of a node", () => {
  it("ends while an index is written to without a pause, also when nodes lag further behind than writes may be held", () => {
    const slow = ["n1", "n2", "n3"].map((node): PlanItem => ({
      fault: "slow-queue",
      node,
      atMs: 7_000,
      untilMs: 150_000,
      extraMs: 1_000,
    }))
    const items = [
      add(500, "movies", ["z"]),
      { fault: "partition", node: "n1", atMs: 2_000, untilMs: 6_000 } as const,
      add(4_500, "movies", ["y"]),
      ...slow,
      ...idsOf(15, "burst").map((id, at) => add(7_010 + at, "movies", [id])),
      ...idsOf(120, "w").map((id, at) => add(8_500 + at * 1_000, "movies", [id])),
    ]
    const [repaired] = linesOf({}, items, "replicas repaired")
    expect(repaired?.atMs).toBeLessThan(100_000)
  })

  it("ends on a node that lags behind the others, as tasks wait for it then", () => {
    const items = [
      add(500, "movies", ["z"]),
      { fault: "partition", node: "n1", atMs: 2_000, untilMs: 6_000 } as const,
      add(4_500, "movies", ["y"]),
      { fault: "slow-queue", node: "n1", atMs: 7_000, untilMs: 100_000, extraMs: 1_000 } as const,
      ...idsOf(120, "w").map((id, at) => add(8_000 + at * 500, "movies", [id])),
    ]
    const [repaired] = linesOf({}, items, "replicas repaired")
    expect(repaired?.atMs).toBeLessThan(60_000)
  })

  it("goes on with other indexes when the source of one is gone", () => {
    const ids = idsOf(16, "d")
    const items = [
      add(500, "movies", ["d0"]),
      add(600, "books", ["d0"]),
      { fault: "partition", node: "n1", atMs: 2_000, untilMs: 6_000 } as const,
      { fault: "slow-queue", node: "n2", atMs: 4_540, untilMs: 9_000, extraMs: 20_000 } as const,
      add(4_560, "movies", ids),
      add(4_700, "books", ids),
      { fault: "crash", node: "n2", atMs: 8_800, untilMs: 68_800 } as const,
    ]
    const repaired = linesOf({ replicationFactor: 2, shards: 8 }, items, "replicas repaired")
    expect(repaired.find(({ line }) => line.includes("books"))?.atMs).toBeLessThan(20_000)
  })

  it("sends nothing while there is nothing to repair from", () => {
    const items = [
      add(500, "movies", ["d1"]),
      { fault: "crash", node: "n1", atMs: 2_000, untilMs: 7_000 } as const,
      add(5_000, "movies", ["d2"]),
      { fault: "crash", node: "n2", atMs: 6_500, untilMs: 66_500 } as const,
    ]
    const settings = linesOf({ nodes: 2, replicationFactor: 2 }, items, "p1 n1 PATCH")
    expect(settings.filter(({ atMs }) => atMs > 7_000 && atMs < 66_500)).toEqual([])
    expect(settings).toHaveLength(1)
  })
})
