import { Effect } from "effect"
import { describe, expect, it } from "vitest"
import type { BehindMark, StoredState } from "#core/ports/store.ts"
import { documentsOf } from "../checkers/check-replicas.ts"
import { generate } from "../plan/generate.ts"
import { type FaultItem, type Plan, isClient } from "../plan/plan.ts"
import { type BudgetView, whyNot } from "./fault-budget.ts"
import type { Proxy } from "./proxy.ts"
import { run } from "./run-plan.ts"
import type { World } from "./world.ts"

const placement = { g1: [["n1", "n2"]] }
const movies = { physicalUid: "movies__1", placement, shardCount: 1 }
const storedWith = (behind: ReadonlyArray<BehindMark>): StoredState =>
  ({ behind, nodes: [], indexes: [movies], records: [] }) as unknown as StoredState
const remaining = (...nodes: ReadonlyArray<string>) => ({ nodes: new Set(nodes), proxies: [{ name: "p1" } as Proxy] })

const calm: BudgetView = {
  copies: 2,
  active: new Set(),
  stored: storedWith([]),
  unfinished: [],
  proxies: [],
  recovering: null,
  isGone: false,
  remaining: remaining("n1", "n2"),
}
const markOf = (nodeId: string): BehindMark => ({
  physicalUid: "movies__1",
  shard: 0,
  nodeId,
  sinceVersion: 1,
  reason: "",
})
const window = { atMs: 1, untilMs: 2 }
const loss: FaultItem = { fault: "crash-empty", node: "n1", ...window }
const absence: FaultItem = { fault: "crash", node: "n1", ...window, lasting: true }

describe("the fault budget", () => {
  it("lets a disk be lost when everything is well, and anything else at any time", () => {
    expect(whyNot(loss, calm)).toBeNull()
    const troubled: BudgetView = { ...calm, active: new Set([loss]), stored: storedWith([markOf("n2")]) }
    expect(whyNot({ fault: "crash", node: "n2", ...window }, troubled)).toBeNull()
  })

  it.each<readonly [string, Partial<BudgetView>, string]>([
    ["another node is not repaired", { recovering: "n2" }, "n2 is not repaired yet"],
    ["there is one copy", { copies: 1 }, "no second copy"],
    ["something else goes wrong", { active: new Set([absence]) }, "something else goes wrong"],
    ["a replica is behind", { stored: storedWith([markOf("n2")]) }, "some replica is behind"],
    ["a write is under way", { unfinished: [{ state: "enqueued" } as BudgetView["unfinished"][number]] }, "a write is"],
    ["it holds the last copy", { stored: { ...storedWith([]), indexes: [aloneOn("n1")] } }, "it alone holds a shard"],
  ])("spares a disk while %s", (_why, trouble, reason) => {
    expect(whyNot(loss, { ...calm, ...trouble })).toContain(reason)
  })

  it.each<readonly [string, Partial<BudgetView>, string | null]>([
    ["the other one has everything", { remaining: remaining("n2") }, null],
    [
      "the other one is behind",
      { remaining: remaining("n2"), stored: storedWith([markOf("n2")]) },
      "too little would be left",
    ],
    ["no holder would be left", { remaining: remaining("n3") }, "too little would be left"],
    ["no proxy would be left", { remaining: { ...remaining("n2"), proxies: [] } }, "no proxy would be left"],
    ["its proxy is gone already", { isGone: true }, "gone for good"],
  ])("decides whether a node may go for good where %s", (_where, trouble, reason) => {
    const why = whyNot(absence, { ...calm, ...trouble })
    if (reason === null) expect(why).toBeNull()
    else expect(why).toContain(reason)
  })

  it("lets no disk go that holds a document which no other disk has", () => {
    let lost = 0
    for (let seed = 1; seed <= 6; seed++) {
      const { failure } = run(planOfLosses(seed), {
        watch: (world) =>
          onDiskLoss(world, (nodeId) => {
            lost++
            expect(lastCopies(world, nodeId), `seed ${seed}`).toEqual([])
          }),
      })
      expect(failure, `seed ${seed}`).toBeNull()
    }
    expect(lost).toBeGreaterThan(6)
  })
})

function aloneOn(nodeId: string): StoredState["indexes"][number] {
  return { ...movies, placement: { g1: [[nodeId]] } } as unknown as StoredState["indexes"][number]
}

/** What clients do in the plan of a seed, and one disk after the other. */
const planOfLosses = (seed: number): Plan => {
  const { fleet, items } = generate(seed)
  const losses = Array.from({ length: 30 }, (_, at): FaultItem => {
    const atMs = 1_000 + at * 600
    return {
      fault: at % 3 === 0 ? "crash-older" : "crash-empty",
      node: `n${1 + (at % 5)}`,
      atMs,
      untilMs: atMs,
      snapshotMs: 900,
    }
  })
  return { fleet: { ...fleet, replicationFactor: 2 }, items: [...items.filter(isClient), ...losses] }
}

/** Calls `onLoss` in the moment before a node gets another disk. */
const onDiskLoss = (world: World, onLoss: (nodeId: string) => void): void => {
  for (const node of world.nodes.values()) {
    let { disk } = node
    Object.defineProperty(node, "disk", {
      get: () => disk,
      set: (next) => {
        onLoss(node.id)
        disk = next
      },
    })
  }
}

const lastCopies = (world: World, lostId: string): ReadonlyArray<string> =>
  Effect.runSync(world.store.truth.loadState).indexes.flatMap(({ physicalUid }) => {
    const others = [...world.nodes.keys()].filter((id) => id !== lostId)
    const elsewhere = new Set(others.flatMap((id) => documentsOf(world, id, physicalUid).map(([, text]) => text)))
    return documentsOf(world, lostId, physicalUid).flatMap(([id, text]) =>
      elsewhere.has(text) ? [] : [`${id} of ${physicalUid}`],
    )
  })
