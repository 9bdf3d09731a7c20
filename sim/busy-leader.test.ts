import { expect, it } from "vitest"
import { parsePlan } from "./plan/print-plan.ts"
import type { Attempt } from "./world/history.ts"
import { run } from "./world/run-plan.ts"

/** Half a second longer than the proxy that leads may act without having renewed its lease, and half a second before anybody may take it. */
const busyMs = 3_500

const plan = parsePlan(
  [
    { seed: 1, proxies: 1, nodes: 3, replicationFactor: 2, yieldPermille: 0, latencyMs: [30, 60] },
    { atMs: 1_000, client: "c0", do: "create-index", index: "movies" },
    { fault: "proxy-pause", proxy: "p1", atMs: 5_050, untilMs: 5_050 + busyMs },
    ...Array.from({ length: 20 }, (_, n) => ({
      atMs: 5_000 + 3 * n,
      client: "c1",
      do: "add",
      index: "movies",
      documents: [{ id: `d${n}`, n }],
    })),
  ]
    .map((line) => JSON.stringify(line))
    .join("\n"),
)

it("a proxy that was busy for longer than its lease goes on with its writes when nobody has taken it", () => {
  let attempts: ReadonlyArray<Attempt> = []
  expect(run(plan, { watch: ({ history }) => (attempts = history.attempts) }).failure).toBeNull()
  const writes = attempts.filter(({ action }) => action.do === "add")
  expect(writes.length).toBeGreaterThanOrEqual(20)
  expect(writes.map(({ response }) => response?.status)).toEqual(writes.map(() => 202))
})
