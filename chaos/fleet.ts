import { existsSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { stringify } from "yaml"
import { awaitHealth } from "#runtime/engine/await-health.ts"
import { type ChildProgram, startProgram } from "#runtime/engine/child-program.ts"
import { freePort } from "#runtime/engine/free-port.ts"
import { type EngineKind, type NodeProcess, startNode } from "./node-process.ts"
import { createTemporaryFolder, removeTemporaryFolder } from "./temporary-folder.ts"

export type ProxyRuntime = "node" | "bun"

export interface FleetPlan {
  readonly groupCount: number
  readonly nodesPerGroup: number
  readonly replicationFactor: number
  readonly shardCount: number
  readonly engine: EngineKind
  readonly runtime: ProxyRuntime
  readonly masterKey: string
  readonly healthIntervalMs: number
  /** On one store; one when it is missing. */
  readonly proxies?: number
  /** How long a node may take for a health check, a search or a write; by default as the proxy has it. */
  readonly nodeTimeoutMs?: number
}

/** A proxy and its nodes, all real processes on free loopback ports with fresh data. */
export interface Fleet {
  /** Of the proxy. */
  readonly url: string
  readonly masterKey: string
  readonly nodes: ReadonlyArray<NodeProcess>
  readonly replicasPerShard: number
  readonly shardCount: number
  readonly proxyPid: number
  /** All of them; the first one began to lead. */
  readonly proxies: ReadonlyArray<ProxyProcess>
  readonly isProxyRunning: () => boolean
  /** The end of the proxy's log, for messages about failures. */
  readonly proxyLastLines: () => string
  /** Ends every process and removes the data. The same happens at exit, also on Ctrl-C. */
  readonly stop: () => Promise<void>
}

export interface ProxyProcess {
  readonly url: string
  /** kill -9. */
  readonly kill: () => Promise<void>
  readonly start: () => Promise<void>
}

const root = fileURLToPath(new URL("..", import.meta.url))

export const startFleet = async (plan: FleetPlan): Promise<Fleet> => {
  const folder = createTemporaryFolder("fleet")
  const groups = await startGroups(plan, folder)
  const nodes = groups.flatMap((group) => group.nodes)
  const proxies: Array<StartedProxy> = []
  for (let number = 1; number <= (plan.proxies ?? 1); number++)
    proxies.push(await startProxy(plan, groups, folder, number))
  const [first] = proxies as [StartedProxy]
  return {
    url: first.url,
    masterKey: plan.masterKey,
    nodes,
    replicasPerShard: plan.groupCount * plan.replicationFactor,
    shardCount: plan.shardCount,
    proxyPid: first.program().pid,
    isProxyRunning: () => first.program().exit() === null,
    proxyLastLines: () => proxies.map(({ program }) => program().lastLines()).join("\n\n"),
    proxies,
    stop: async () => {
      // The proxy first: otherwise it would report the deaths of its nodes.
      for (const { program } of proxies) await program().end("SIGTERM")
      await Promise.all(nodes.map((node) => node.end()))
      removeTemporaryFolder(folder)
    },
  }
}

interface StartedProxy extends ProxyProcess {
  readonly program: () => ChildProgram
}

const startProxy = async (
  plan: FleetPlan,
  groups: ReadonlyArray<Group>,
  folder: string,
  number: number,
): Promise<StartedProxy> => {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const configFile = join(folder, `miroir-${number}.yaml`)
  writeFileSync(configFile, stringify(proxyConfig(plan, groups, port, join(folder, "miroir.db"))))
  const logFile = join(folder, `proxy-${number}.log`)
  const command = proxyCommand(plan.runtime, configFile)
  const launch = () => startProgram({ ...command, folder: root, logFile, hasOwnGroup: false })
  let program = await launch()
  await awaitHealth(`the proxy on ${url}`, url, program)
  return {
    url,
    program: () => program,
    kill: () => program.end("SIGKILL"),
    start: async () => {
      program = await launch()
      await awaitHealth(`the proxy on ${url}`, url, program)
    },
  }
}

interface Group {
  readonly id: string
  readonly nodes: ReadonlyArray<NodeProcess>
}

const startGroups = (plan: FleetPlan, folder: string): Promise<ReadonlyArray<Group>> =>
  Promise.all(
    Array.from({ length: plan.groupCount }, async (_, groupNumber) => {
      const id = `group-${groupNumber}`
      const nodes = await Promise.all(
        Array.from({ length: plan.nodesPerGroup }, (_, nodeNumber) =>
          startNode({ id: `node-${groupNumber}-${nodeNumber}`, engine: plan.engine, masterKey: null, folder }),
        ),
      )
      return { id, nodes }
    }),
  )

const proxyConfig = (plan: FleetPlan, groups: ReadonlyArray<Group>, port: number, storePath: string): object => ({
  server: { host: "127.0.0.1", port },
  master_key: plan.masterKey,
  store: { path: storePath },
  dumps: { path: `${storePath}.dumps` },
  fleet: {
    replication_factor: plan.replicationFactor,
    shards: plan.shardCount,
    groups: groups.map(({ id, nodes }) => ({ id, nodes: nodes.map((node) => ({ id: node.id, url: node.url })) })),
  },
  health: { interval_ms: plan.healthIntervalMs, ...timeoutOf(plan) },
  search: timeoutOf(plan),
  write: timeoutOf(plan),
})

const timeoutOf = ({ nodeTimeoutMs }: FleetPlan): object =>
  nodeTimeoutMs === undefined ? {} : { timeout_ms: nodeTimeoutMs }

const proxyCommand = (
  runtime: ProxyRuntime,
  configFile: string,
): { readonly command: string; readonly arguments: ReadonlyArray<string> } => {
  const program = join(root, "runtime", `main.${runtime}.ts`)
  if (!existsSync(program)) throw new Error(`there is no proxy at ${program}`)
  const command = runtime === "node" ? process.execPath : join(root, "node_modules", ".bin", "bun")
  return { command, arguments: [program, "--config", configFile] }
}
