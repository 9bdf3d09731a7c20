import { expect, it } from "vitest"
import type { NodeHealth } from "#core/health/node-health.ts"
import { parsePlan } from "./plan/print-plan.ts"
import type { Attempt } from "./world/history.ts"
import { run } from "./world/run-plan.ts"
import type { World } from "./world/world.ts"

const plan = parsePlan(`
{"seed":1,"nodes":3,"replicationFactor":1,"shards":6,"yieldPermille":0}
{"atMs":1000,"client":"c0","do":"create-index","index":"movies"}
{"fault":"slow-network","node":"n1","atMs":2000,"untilMs":8000,"extraMs":600}
`)
const request = { method: "GET", path: "/health", query: "", headers: {}, body: new Uint8Array(0) } as const

interface Look {
  readonly tag: NodeHealth["tag"] | undefined
  readonly status: number | undefined
}

/** Asks all the time, as something that balances load would, and notes what the proxy thought of the slow node just then. */
const askAllTheTime = (looks: Array<Look>) => (world: World) => {
  const ask = (): void => {
    const [proxy] = world.proxies
    const tag = proxy?.cluster()?.state.health.get("n1")?.tag
    proxy?.ask({ request, sentMs: 0 } as Attempt, (response) => looks.push({ tag, status: response?.status }))
    world.kernel.after(20, ask)
  }
  world.kernel.after(1_500, ask)
}

it("says that the fleet is available while a node is only slow, and that it is not when the last copy is down", () => {
  const looks: Array<Look> = []
  expect(run(plan, { watch: askAllTheTime(looks) }).failure).toBeNull()
  const statusesWhile = (tag: NodeHealth["tag"]) => [
    ...new Set(looks.filter((look) => look.tag === tag).map(({ status }) => status)),
  ]
  expect(statusesWhile("up")).toEqual([200])
  expect(statusesWhile("slow")).toEqual([200])
  expect(statusesWhile("down")).toEqual([503])
})
