import type { ProxyOptions } from "#core/program/proxy.ts"
import type { NodeClient } from "#core/ports/node-client.ts"
import type { Store } from "#core/ports/store.ts"
import { makeDraws } from "../kernel/draws.ts"
import { type Kernel, makeKernel } from "../kernel/kernel.ts"
import type { ProcessLife } from "../kernel/process-life.ts"
import type { FaultItem, FleetPlan } from "../plan/plan.ts"
import { type FleetNode, makeFleetNode } from "./fleet-node.ts"
import { type History, makeHistory, sometimes } from "./history.ts"
import { type ModelStore, type StoreView, makeModelStore } from "./model-store.ts"
import { sendToPeer } from "./peer-network.ts"
import { sendOver } from "./network.ts"
import { watchCalls } from "./watch-calls.ts"
import { type Proxy, makeProxy } from "./proxy.ts"
import { type Trace, makeTrace } from "./trace.ts"

/** A planted bug: wraps what a life of the proxy sees of the world. */
export interface Plant {
  readonly store?: (store: Store["Service"], world: PlantWorld) => Store["Service"]
  readonly nodes?: (nodes: NodeClient["Service"], world: PlantWorld) => NodeClient["Service"]
}

export interface PlantWorld {
  readonly kernel: Kernel
  readonly life: ProcessLife
}

/** Proxies, their store, and a fleet of model nodes. */
export interface World {
  readonly kernel: Kernel
  readonly fleet: FleetPlan
  readonly nodes: ReadonlyMap<string, FleetNode>
  readonly store: ModelStore
  readonly proxies: ReadonlyArray<Proxy>
  /** What has gone wrong for good. */
  readonly lasting: Set<FaultItem>
  readonly history: History
  readonly trace: Trace
  readonly onTask: (node: FleetNode) => void
}

const stepsMax = 3_000_000

export const makeWorld = (
  fleet: FleetPlan,
  plant: Plant,
  isTraceKept: boolean,
  onDefect: (name: string, message: string) => void,
): World => {
  const draws = makeDraws(fleet.seed)
  const kernel = makeKernel({ draws, yieldPermille: fleet.yieldPermille, stepsMax })
  const history = makeHistory()
  const trace = makeTrace(kernel.nowMs, isTraceKept)
  const nodes = new Map(nodeIds(fleet).map((id) => [id, makeFleetNode(id)]))
  const store = makeModelStore(kernel, fleet, history)
  const onTask = (node: FleetNode): void => trace.write("applied", `${node.id} task ${node.tasks}`)
  const proxies: Array<Proxy> = []
  for (let number = 1; number <= (fleet.proxies ?? 1); number++) {
    const proxyId = `p${number}`
    proxies.push(
      makeProxy({
        kernel,
        options: optionsOf(fleet, proxyId),
        clock: fleet.clocks?.[number - 1] ?? [0, 0],
        connect: (life) => {
          const view: StoreView = { proxy: proxyId, confirmedMarks: new Set(), currentMs: 0, revision: -1 }
          const connected = store.connect(life, view)
          const sending = { send: sendOver({ kernel, fleet, nodes, onTask }, life) }
          const planted = plant.nodes?.(sending, { kernel, life }) ?? sending
          return {
            store: plant.store?.(connected, { kernel, life }) ?? connected,
            nodes: { send: watchCalls(planted.send, { kernel, history, trace, view }) },
            peers: { send: sendToPeer({ kernel, fleet, proxies, faults: store.faults }, proxyId, life) },
            view,
          }
        },
        onDefect,
        onLog: (message, fields) => {
          sometimes(history, `log: ${message}`)
          trace.write("log", `${proxyId} ${message} ${JSON.stringify(fields)}`)
        },
      }),
    )
  }
  return { kernel, fleet, nodes, store, proxies, lasting: new Set(), history, trace, onTask }
}

const nodeIds = (fleet: FleetPlan): ReadonlyArray<string> =>
  Array.from({ length: fleet.nodes }, (_, at) => `n${at + 1}`)

const optionsOf = (fleet: FleetPlan, proxyId: string): ProxyOptions => ({
  proxyId,
  address: proxyId,
  masterKey: null,
  seed: {
    replicationFactor: fleet.replicationFactor,
    defaultShardCount: fleet.shards,
    groups: Array.from({ length: fleet.groups }, (_, group) => ({
      id: `g${group + 1}`,
      nodes: nodeIds(fleet)
        .filter((_id, position) => position % fleet.groups === group)
        .map((id) => ({ id, url: `http://${id}:7700` })),
    })),
  },
  thresholds: { unhealthyThreshold: 3, recoveryThreshold: 2 },
  healthIntervalMs: 1_000,
  healthTimeoutMs: fleet.healthTimeoutMs ?? 500,
  searchTimeoutMs: 2_000,
  writeTimeoutMs: 3_000,
  unavailableShards: fleet.unavailableShards,
})
