import { Effect, Semaphore } from "effect"

interface Gate {
  readonly semaphore: Semaphore.Semaphore
  /** Who is in it, or waits for it. */
  users: number
}

export type GateOf = (name: string) => {
  /** Runs `work` alone among all that asks for the gate of this name, in the order in which it asked. */
  readonly withPermit: <A, E, R>(work: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
}

/** A gate is kept as long as somebody uses it: names come and go. */
export const makeGates = (gates = new Map<string, Gate>()): GateOf => {
  const enter = (name: string) =>
    Effect.sync(() => {
      const gate = gates.get(name) ?? { semaphore: Semaphore.makeUnsafe(1), users: 0 }
      gate.users++
      gates.set(name, gate)
      return gate
    })
  const leave = (name: string, gate: Gate) =>
    Effect.sync(() => {
      if (--gate.users === 0) gates.delete(name)
    })
  return (name) => ({
    withPermit: (work) =>
      Effect.acquireUseRelease(
        enter(name),
        ({ semaphore }) => semaphore.withPermit(work),
        (gate) => leave(name, gate),
      ),
  })
}
