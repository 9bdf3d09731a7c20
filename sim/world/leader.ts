import type { Cluster } from "#core/program/cluster.ts"
import type { Proxy } from "./proxy.ts"

/** The view of the proxy that leads; null while none does. */
export const leaderOf = ({ proxies }: { readonly proxies: ReadonlyArray<Proxy> }): Cluster["Service"] | null =>
  proxies
    .map((proxy) => proxy.cluster())
    .find((cluster) => cluster?.term.role === "leading" && cluster.term.mayAct()) ?? null
