import { Effect } from "effect"
import { Cluster } from "./cluster.ts"
import { writtenUidOf } from "./cluster-state.ts"

/** Runs `work` while no write of these names can be accepted. Gates are taken in the order of the names, so nobody waits in a circle. */
export const withGates = Effect.fnUntraced(function* <A, E, R>(
  uids: ReadonlyArray<string>,
  work: Effect.Effect<A, E, R>,
): Effect.fn.Return<A, E, R | Cluster> {
  const cluster = yield* Cluster
  const inOrder = [...new Set(uids)].sort()
  return yield* inOrder.reduceRight((inner, uid) => cluster.gateOf(uid).withPermit(inner), work)
})

/** The same for one life of an index, whatever its name is by the time the gate opens. */
export const withIndexGate = Effect.fnUntraced(function* <A, E, R>(
  physicalUid: string,
  work: Effect.Effect<A, E, R>,
): Effect.fn.Return<A, E, R | Cluster> {
  const { state } = yield* Cluster
  const nameNow = () => {
    const record = state.indexes.get(physicalUid)
    return record === undefined ? physicalUid : writtenUidOf(record)
  }
  while (true) {
    const name = nameNow()
    const guarded = Effect.suspend(() =>
      nameNow() === name ? Effect.map(work, (value) => ({ value })) : Effect.succeed(null),
    )
    const done = yield* withGates([name], guarded)
    if (done !== null) return done.value
  }
})
