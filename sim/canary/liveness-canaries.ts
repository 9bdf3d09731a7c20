import { Effect } from "effect"
import { NodeUnreachable } from "#core/ports/node-client.ts"
import type { Lease } from "#core/ports/store.ts"
import { type Canary, isSearch } from "./canary.ts"

/** What does no harm as long as everything that goes away comes back. */
export const livenessCanaries: ReadonlyArray<Canary> = [
  {
    name: "no search while a node is gone",
    plant: {
      nodes: (nodes, { kernel }) => {
        let failedMs = Number.NEGATIVE_INFINITY
        return {
          send: (member, request) =>
            isSearch(request) && kernel.nowMs() - failedMs < goneMs
              ? Effect.fail(new NodeUnreachable({ nodeId: member.id, wasSent: "no", reason: "another one is gone" }))
              : Effect.tapError(nodes.send(member, request), () => Effect.sync(() => void (failedMs = kernel.nowMs()))),
        }
      },
    },
  },
  {
    // Each look at it shows another beat, as if its holder had just renewed it; only a proxy that starts again under its name gets it back.
    name: "the lease of a stopped proxy never ends",
    plant: {
      store: (store) => {
        let looks = 0
        const isOf = (found: Lease | null, expected: Pick<Lease, "token"> | null) =>
          found !== null && found.holder !== null && found.token === expected?.token
        return {
          ...store,
          readLease: (scope) =>
            Effect.map(store.readLease(scope), (lease) =>
              lease === null || lease.holder === null ? lease : { ...lease, beat: lease.beat + ++looks },
            ),
          writeLease: (lease, expected) =>
            Effect.flatMap(store.readLease(lease.scope), (found) =>
              store.writeLease(lease, isOf(found, expected) ? found : expected),
            ),
        }
      },
    },
  },
]

/** Longer than the pause between two probes of a node that is gone. */
const goneMs = 4_000
