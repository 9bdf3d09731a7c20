import { join } from "node:path"
import { loadConfig, type LoadedConfig } from "../config/load-config.ts"
import type { LocalFleet } from "./fleet-file.ts"

interface DevProxy {
  readonly fleet: LocalFleet
  readonly port: number
  readonly masterKey: string | null
  readonly nodeKey: string | null
  readonly dataDirectory: string
  readonly isEphemeral: boolean
  readonly trace: string | null
}

/** The configuration of the proxy of a local fleet: what the fleet needs, and every default. Files and variables do not count here. */
export const devConfig = (proxy: DevProxy): LoadedConfig => {
  const { fleet, port, masterKey, nodeKey, dataDirectory, isEphemeral, trace } = proxy
  const groups = fleet.groups.map(({ id, nodes }) => ({
    id,
    nodes: nodes.map((node) => ({ id: node.id, url: `http://127.0.0.1:${node.port}` })),
  }))
  const file = {
    server: { port },
    ...(masterKey === null ? {} : { master_key: masterKey }),
    ...(nodeKey === null ? {} : { node_master_key: nodeKey }),
    store: { path: isEphemeral ? ":memory:" : join(dataDirectory, "miroir.db") },
    dumps: { path: join(dataDirectory, "dumps") },
    fleet: { replication_factor: fleet.replicationFactor, shards: fleet.shards, groups },
    // Who kills a node to see what happens wants to see it come back, too.
    health: { interval_ms: 1_000 },
    // Whoever records a fleet of his own wants to replay it.
    ...(trace === null ? {} : { trace: { path: trace, bodies: "all" } }),
  }
  return loadConfig({ file: JSON.stringify(file), env: {}, flags: {}, readText: () => "" })
}
