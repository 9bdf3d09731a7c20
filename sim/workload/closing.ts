import { Effect } from "effect"
import type { Kernel } from "../kernel/kernel.ts"
import { type ClientAction, type Plan, isClient } from "../plan/plan.ts"
import { reachOf, remainingOf } from "../world/remaining.ts"
import type { World } from "../world/world.ts"
import type { Clients } from "./run-clients.ts"

/* What is asked when everything has come to rest, of the proxies that are left. */

/** Enough documents to reach several shards. */
const lastDocuments = Array.from({ length: 6 }, (_, n) => ({ id: `last${n}`, n: 1_000_000 + n }))

/** One write for each index of which enough nodes are left. */
export const closingWrites = (world: World): ReadonlyArray<ClientAction> => {
  const stored = Effect.runSync(world.store.truth.loadState)
  const reach = reachOf(stored, remainingOf(world).nodes)
  return stored.indexes
    .filter(
      ({ visible, deletedBy, physicalUid }) =>
        visible &&
        deletedBy === null &&
        reach.every((one) => one.physicalUid !== physicalUid || (one.isHeld && one.isWritable)),
    )
    .map(({ uid }) => ({ do: "add", index: uid, documents: lastDocuments }))
}

/** Everything that clients can see of what is left. */
export const closingReads = (plan: Plan): ReadonlyArray<ClientAction> => [
  ...indexesOf(plan).flatMap((index): ReadonlyArray<ClientAction> => [
    { do: "list", index },
    { do: "search", index, body: { q: "", limit: 1000 } },
    { do: "search", index, body: { q: "river", limit: 1000, facets: ["group"] } },
    { do: "search", index, body: { q: "castle", limit: 7, sort: ["n:asc"] } },
    { do: "search", index, body: { filter: "group = red", limit: 1000, sort: ["n:desc"] } },
  ]),
  { do: "tasks" },
]

const indexesOf = (plan: Plan): ReadonlyArray<string> => [
  ...new Set(plan.items.filter(isClient).flatMap((item) => ("index" in item ? [item.index] : []))),
]

const closingRetries = 20
const closingPauseMs = 500

/** One after the other. */
export const askClosing = (
  kernel: Kernel,
  clients: Clients,
  actions: ReadonlyArray<ClientAction>,
  onDone: () => void,
  retries = closingRetries,
): void => {
  const [first, ...rest] = actions
  if (first === undefined) return onDone()
  clients.ask(first, ({ response }) =>
    // What was still under way when all had come to rest may make a node suspect once more.
    response?.status === 503 && retries > 0
      ? kernel.after(closingPauseMs, () => askClosing(kernel, clients, actions, onDone, retries - 1))
      : askClosing(kernel, clients, rest, onDone),
  )
}
