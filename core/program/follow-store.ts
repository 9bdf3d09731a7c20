import { Effect, type Scope } from "effect"
import { Cluster } from "./cluster.ts"

/** How often a proxy that follows asks the store for changes: the time in which it may not know that a replica fell behind. */
const followPauseMs = 250

/** Reads what the proxy that leads has changed, until the scope closes. */
export const followStore: Effect.Effect<void, never, Cluster | Scope.Scope> = Effect.gen(function* () {
  const { refresh } = yield* Cluster
  const round = Effect.andThen(Effect.sleep(followPauseMs), Effect.ignore(refresh))
  yield* Effect.forkScoped(Effect.forever(round))
})
