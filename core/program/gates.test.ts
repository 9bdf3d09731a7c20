import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import fc from "fast-check"
import { expect, it } from "vitest"
import { makeGates } from "./gates.ts"

const visit = fc.record({
  name: fc.constantFrom("films", "books"),
  atMs: fc.nat(20),
  staysMs: fc.nat(5),
  /** When it is interrupted, if it has not ended by then. */
  givesUpMs: fc.nat(25),
})

it("lets one in at a time, by name, and keeps no gate that nobody uses, whoever gives up when", () =>
  fc.assert(
    fc.asyncProperty(fc.array(visit, { maxLength: 12 }), async (visits) => {
      const kept: Parameters<typeof makeGates>[0] = new Map()
      const gateOf = makeGates(kept)
      const inside: Array<string> = []
      let most = 0
      let entered = 0
      const program = Effect.gen(function* () {
        const fibers = yield* Effect.forEach(visits, ({ name, atMs, staysMs, givesUpMs }) => {
          const stay = Effect.acquireUseRelease(
            Effect.sync(() => {
              entered++
              inside.push(name)
              most = Math.max(most, inside.filter((other) => other === name).length)
            }),
            () => Effect.sleep(staysMs),
            () => Effect.sync(() => void inside.splice(inside.indexOf(name), 1)),
          )
          const come = Effect.andThen(Effect.sleep(atMs), gateOf(name).withPermit(stay))
          return Effect.forkChild(Effect.timeoutOption(come, givesUpMs + 0.5))
        })
        yield* TestClock.adjust(1_000)
        yield* Effect.forEach(fibers, Fiber.join)
      })
      await Effect.runPromise(Effect.provide(program, TestClock.layer()))
      expect(most).toBeLessThanOrEqual(1)
      expect(most).toBe(Math.min(1, entered))
      expect(kept.size).toBe(0)
    }),
    { numRuns: 200 },
  ))
