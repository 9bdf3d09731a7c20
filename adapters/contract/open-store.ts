import { Effect, type Scope } from "effect"
import type { Store, StoreUnavailable } from "#core/ports/store.ts"

/** Gives an empty store each time it is run. */
export type OpenStore = Effect.Effect<Store["Service"], StoreUnavailable, Scope.Scope>

/** Runs a test with an open store and closes it. */
export const withStore = <A, E>(
  open: OpenStore,
  use: (store: Store["Service"]) => Effect.Effect<A, E, Scope.Scope>,
): Promise<A> => Effect.runPromise(Effect.scoped(Effect.flatMap(open, use)))
