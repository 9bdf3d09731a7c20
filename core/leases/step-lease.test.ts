import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type LeaseState, type SeenLease, initialLease } from "./lease-state.ts"
import { mayAct, stepLease, takeReason } from "./step-lease.ts"

// Three proxies, one store, one real time. Each proxy has one question under way at most; the store answers at some later moment, and the answer
// arrives later still, or never.

const times = { leaseMs: 40, safetyMs: 10 }
const proxyIds = ["a", "b", "c"] as const

interface Question {
  readonly kind: "read" | "write"
  readonly askedAtMs: number
  /** What is written, and on top of what. */
  readonly lease: SeenLease
  readonly expected: SeenLease | null
  outcome: { readonly isStored: boolean; readonly found: SeenLease | null } | null
}

interface World {
  nowMs: number
  stored: SeenLease | null
  readonly states: Map<string, LeaseState>
  readonly questions: Map<string, Question>
}

type Step =
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "round" | "ask" | "store" | "answer" | "lose" | "crash"; readonly proxy: string }

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.constantFrom(1, 3, 9, 27) }) },
  {
    weight: 9,
    arbitrary: fc.record({
      do: fc.constantFrom(
        "round",
        "round",
        "round",
        "ask",
        "store",
        "answer",
        "ask",
        "store",
        "answer",
        "lose",
        "crash",
      ),
      proxy: fc.constantFrom(...proxyIds),
    }),
  },
) as fc.Arbitrary<Step>

const apply = (world: World, one: Step): void => {
  if (one.do === "wait") return void (world.nowMs += one.ms)
  const { proxy } = one
  const state = world.states.get(proxy) ?? initialLease
  const question = world.questions.get(proxy)
  switch (one.do) {
    case "round":
      for (const does of ["ask", "store", "answer"] as const) apply(world, { do: does, proxy })
      return
    case "ask":
      if (question === undefined) world.questions.set(proxy, nextQuestion(world, proxy, state))
      return
    case "store":
      if (question !== undefined && question.outcome === null) question.outcome = answerOf(world, question)
      return
    case "answer": {
      if (question === undefined || question.outcome === null) return
      const { isStored, found } = question.outcome
      const { token, beat } = question.lease
      const next =
        question.kind === "read"
          ? stepLease(state, { tag: "read", lease: found, atMs: world.nowMs }, times)
          : isStored
            ? stepLease(state, { tag: "stored", token, beat, askedAtMs: question.askedAtMs }, times)
            : stepLease(state, { tag: "read", lease: found, atMs: world.nowMs }, times)
      world.states.set(proxy, next)
      world.questions.delete(proxy)
      return
    }
    case "lose":
      return void world.questions.delete(proxy)
    case "crash":
      world.states.set(proxy, initialLease)
      return void world.questions.delete(proxy)
  }
}

const nextQuestion = (world: World, proxy: string, state: LeaseState): Question => {
  const asked = { askedAtMs: world.nowMs, outcome: null }
  if (state.tag === "holding") {
    const expected = { holder: proxy, token: state.token, beat: state.beat }
    return { kind: "write", lease: { ...expected, beat: state.beat + 1 }, expected, ...asked }
  }
  const nothing = { holder: null, token: 0, beat: 0 }
  if (takeReason(state, proxy, world.nowMs, times) === null)
    return { kind: "read", lease: nothing, expected: null, ...asked }
  const lease = { holder: proxy, token: (state.seen?.token ?? 0) + 1, beat: 0 }
  return { kind: "write", lease, expected: state.seen, ...asked }
}

const answerOf = (world: World, { kind, lease, expected }: Question): NonNullable<Question["outcome"]> => {
  const { stored } = world
  const isStored = kind === "write" && stored?.token === expected?.token && stored?.beat === expected?.beat
  if (isStored) {
    expect(lease.token).toBeGreaterThanOrEqual(stored?.token ?? 0)
    if (lease.holder !== stored?.holder) expect(lease.token).toBeGreaterThan(stored?.token ?? 0)
    world.stored = lease
  }
  return { isStored, found: world.stored }
}

const newWorld = (): World => ({ nowMs: 0, stored: null, states: new Map(), questions: new Map() })

const holders = (world: World): ReadonlyArray<string> =>
  [...world.states]
    .filter(([, state]) => state.tag === "holding" && mayAct(state, state.token, world.nowMs))
    .map(([proxy]) => proxy)

describe("the lease of writers", () => {
  it("is never in two hands, whatever is slow, lost or restarted", () => {
    let together = 0
    fc.assert(
      fc.property(fc.array(step, { minLength: 60, maxLength: 200, size: "max" }), (steps) => {
        const world = newWorld()
        for (const one of steps) {
          apply(world, one)
          const now = holders(world)
          expect(now.length).toBeLessThanOrEqual(1)
          if (now.length === 1) together++
        }
      }),
      { numRuns: 1_000 },
    )
    // A test in which nobody ever holds it would prove nothing.
    expect(together).toBeGreaterThan(10_000)
  })

  it("comes to whoever goes on asking, when the holder is gone", () => {
    const world = newWorld()
    const rounds = (proxy: string, count: number): void => {
      for (let round = 0; round < count; round++) apply(world, { do: "round", proxy })
    }
    rounds("a", 3)
    expect(holders(world)).toEqual(["a"])
    rounds("b", 2)
    expect(holders(world)).toEqual(["a"])
    world.nowMs += times.leaseMs
    expect(holders(world)).toEqual([])
    rounds("b", 2)
    expect(holders(world)).toEqual(["b"])
    expect(world.stored?.token).toBe(2)
  })

  it("is taken at once where it was given back, and by a proxy that starts again", () => {
    const seen = (holder: string | null): LeaseState => ({
      tag: "watching",
      seen: { holder, token: 3, beat: 9 },
      sinceMs: 5,
    })
    expect(takeReason(seen(null), "a", 5, times)).toBe("free")
    expect(takeReason(seen("a"), "a", 5, times)).toBe("restarted")
    expect(takeReason(seen("b"), "a", 5, times)).toBeNull()
    expect(takeReason(seen("b"), "a", 5 + times.leaseMs, times)).toBe("expired")
    expect(takeReason(initialLease, "a", 1_000, times)).toBeNull()
  })

  it("lets act under its own token alone, and only before its time is over", () => {
    fc.assert(
      fc.property(
        fc.nat(3),
        fc.nat(3),
        fc.nat(60),
        fc.integer({ min: -3, max: 3 }),
        (held, token, askedAtMs, pastMs) => {
          const state = stepLease(initialLease, { tag: "stored", token: held, beat: 0, askedAtMs }, times)
          const endMs = askedAtMs + times.leaseMs - times.safetyMs
          expect(mayAct(state, token, endMs + pastMs)).toBe(token === held && pastMs < 0)
        },
      ),
      { numRuns: 1_000 },
    )
  })
})
