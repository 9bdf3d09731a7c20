import { Effect } from "effect"
import type { BehindMark, Lease, Store, StoreChange } from "#core/ports/store.ts"
import { markName } from "../world/model-store.ts"
import type { Plant } from "../world/world.ts"
import type { Canary } from "./canary.ts"

type StoreShape = Store["Service"]
/** Wraps the store of each life of each proxy anew, so that what one remembers is its own. */
const onStore = (wrap: (store: StoreShape) => Partial<StoreShape>): Plant => ({
  store: (store) => ({ ...store, ...wrap(store) }),
})

/** What can only go wrong where several proxies share a store. */
export const proxyCanaries: ReadonlyArray<Canary> = [
  {
    // One that was stopped for longer than its lease goes on as if it had not been, and puts its old token back.
    name: "a renewal does not look at the holder",
    plant: onStore((store) => ({
      writeLease: (lease, expected) =>
        lease.beat === 0
          ? store.writeLease(lease, expected)
          : Effect.flatMap(store.readLease(lease.scope), (found) => store.writeLease(lease, found)),
    })),
  },
  {
    // One that was stopped in the middle of a write stores its outcome although another one leads by now, and has judged it.
    name: "the store does not look at the fence",
    plant: onStore((store) => ({
      intend: (prepare) => store.intend((version) => ({ ...prepare(version), fence: null })),
      commit: (change) => store.commit({ ...change, fence: null }),
    })),
  },
  {
    name: "a lease is taken without waiting",
    plant: onStore((store) => ({ readLease: (scope) => Effect.map(store.readLease(scope), givenBack) })),
  },
  {
    name: "a proxy that follows does not look again",
    plant: onStore((store) => {
      let loaded: number | null = null
      return {
        loadState: Effect.tap(store.loadState, ({ revision }) => Effect.sync(() => void (loaded = revision))),
        stateRevision: Effect.map(store.stateRevision, (revision) => loaded ?? revision),
      }
    }),
  },
  {
    name: "marks of other proxies are not seen",
    plant: onStore(seeOwnMarks),
  },
  {
    name: "a proxy that follows lacks an index",
    plant: onStore((store) => {
      let hasLed = false
      return {
        writeLease: (lease, expected) =>
          Effect.tap(store.writeLease(lease, expected), () => Effect.sync(() => void (hasLed = true))),
        loadState: Effect.map(store.loadState, (state) =>
          hasLed ? state : { ...state, indexes: state.indexes.slice(0, -1) },
        ),
      }
    }),
  },
]

const givenBack = (lease: Lease | null): Lease | null => (lease === null ? null : { ...lease, holder: null })

/** After its first look, only marks that it made itself are new to a proxy. */
function seeOwnMarks(store: StoreShape): Partial<StoreShape> {
  let known: Set<string> | null = null
  const learn = (marks: ReadonlyArray<BehindMark> = []): void => {
    known ??= new Set()
    for (const mark of marks) known.add(markName(mark))
  }
  const learnOwn = (change: StoreChange): StoreChange => {
    learn(change.behind)
    return change
  }
  return {
    intend: (prepare) => store.intend((version) => learnOwn(prepare(version))),
    commit: (change) => store.commit(learnOwn(change)),
    loadState: Effect.map(store.loadState, (state) => {
      if (known === null) learn(state.behind)
      return { ...state, behind: state.behind.filter((mark) => known?.has(markName(mark))) }
    }),
  }
}
