import { Context, Effect, Exit } from "effect"
import type { ProxyOptions } from "#core/program/proxy.ts"
import { encodeUtf8 } from "#core/prelude/utf8.ts"
import type { ApiRequest, ApiResponse, HttpMethod } from "#core/protocol/http-message.ts"
import { makeDraws } from "#sim/kernel/draws.ts"
import { type Kernel, makeKernel } from "#sim/kernel/kernel.ts"
import { startLife } from "#sim/kernel/process-life.ts"
import type { FleetPlan } from "#sim/plan/plan.ts"
import { makeFleetNode } from "#sim/world/fleet-node.ts"
import { type Attempt, makeHistory } from "#sim/world/history.ts"
import { makeModelStore } from "#sim/world/model-store.ts"
import { sendOver } from "#sim/world/network.ts"
import { makeProxy, type Proxy } from "#sim/world/proxy.ts"
import { unsupportedBeginning } from "#sim/model/refusal.ts"
import { readExactJson } from "../conformance/exact-json.ts"
import type { WireAnswer, WireRequest } from "../conformance/sequence.ts"
import type { FleetTopology } from "../e2e/topology.ts"
import type { Trace } from "./read-trace.ts"
import { countBy } from "./replay-report.ts"
import { routeOf } from "./route-of.ts"
import { NoAnswer, type Replay, type ReplayTarget, type Speed, replayTrace } from "./replay-trace.ts"

export interface SimulatedReplay {
  readonly replay: Replay
  /** What the programs of core call impossible: none is right. */
  readonly defects: ReadonlyArray<string>
  /** Route → answers in which the model node said that it cannot do this. */
  readonly unsupported: Readonly<Record<string, number>>
  readonly steps: number
}

export interface SimulationOptions {
  readonly topology: FleetTopology
  readonly seed: number
  readonly speed: Speed
}

/** Replays a trace on the programs of core over model nodes, in virtual time: the same seed gives the same run. */
export const replayInSimulator = (trace: Trace, { topology, seed, speed }: SimulationOptions): SimulatedReplay => {
  const defects: Array<string> = []
  const kernel = makeKernel({ draws: makeDraws(seed), yieldPermille: 0, stepsMax: stepsMaxOf(trace) })
  const proxy = startWorld(kernel, topology, seed, defects)
  const client = startLife(kernel, "client", {
    onDefect: (defect) => defects.push(String(defect)),
    onLog: () => {},
  })
  let replay: Replay | null = null
  const start = (): void => {
    if (!proxy.isServing()) return void kernel.after(startPauseMs, start)
    const target = targetOf(proxy, kernel)
    client.fork(replayTrace(trace, target, speed), Context.empty(), (exit) => {
      if (Exit.isSuccess(exit)) replay = exit.value
    })
  }
  start()
  const end = kernel.run(() => replay !== null || defects.length > 0)
  if (replay === null) throw new Error(`the replay did not end in the simulator (${end}): ${defects.join("\n")}`)
  return { replay, defects, unsupported: countUnsupported(replay), steps: kernel.steps() }
}

/** A large payload on a large fleet takes some thousand; the rest is for a fleet that looks after itself while nobody asks. */
const stepsPerRequestMax = 100_000
const stepsPerMsMax = 50
const startPauseMs = 10

const stepsMaxOf = ({ events, requests }: Trace): number => {
  const last = events.findLast((event) => event.kind === "begin")
  return stepsPerRequestMax * (requests.length + 10) + stepsPerMsMax * Math.ceil(last?.atMs ?? 0)
}

/** Long enough that an engine would take it, too. */
const masterKey = "a-master-key-of-the-simulator"

const startWorld = (kernel: Kernel, topology: FleetTopology, seed: number, defects: Array<string>): Proxy => {
  const fleet = fleetOf(topology, seed)
  const options = optionsOf(topology)
  const ids = options.seed.groups.flatMap((group) => group.nodes.map(({ id }) => id))
  const nodes = new Map(ids.map((id) => [id, makeFleetNode(id)]))
  const store = makeModelStore(kernel, fleet, makeHistory())
  const proxy = makeProxy({
    kernel,
    options,
    clock: [0, 0],
    connect: (life) => {
      const view = { proxy: options.proxyId, confirmedMarks: new Set<string>(), currentMs: 0, revision: -1 }
      return {
        store: store.connect(life, view),
        nodes: { send: sendOver({ kernel, fleet, nodes, onTask: () => {} }, life) },
        peers: { send: () => Effect.die("there is one proxy") },
        view,
      }
    },
    onDefect: (name, message) => defects.push(`${name}: ${message}`),
    onLog: () => {},
  })
  proxy.start()
  return proxy
}

/** A fleet in which everything takes a moment and nothing goes wrong. */
const fleetOf = ({ groupCount, nodesPerGroup, replicationFactor }: FleetTopology, seed: number): FleetPlan => ({
  seed,
  nodes: groupCount * nodesPerGroup,
  groups: groupCount,
  replicationFactor,
  shards: shardCount,
  yieldPermille: 0,
  latencyMs: [1, 3],
  taskMs: [1, 20],
  storeMs: [0, 1],
  unavailableShards: "partial",
})

const shardCount = 16

const optionsOf = ({ groupCount, nodesPerGroup, replicationFactor }: FleetTopology): ProxyOptions => ({
  proxyId: "proxy",
  address: null,
  masterKey,
  seed: {
    replicationFactor,
    defaultShardCount: shardCount,
    groups: Array.from({ length: groupCount }, (_, group) => ({
      id: `g${group + 1}`,
      nodes: Array.from({ length: nodesPerGroup }, (_node, node) => `n${group * nodesPerGroup + node + 1}`).map(
        (id) => ({ id, url: `http://${id}:7700` }),
      ),
    })),
  },
  thresholds: { unhealthyThreshold: 3, recoveryThreshold: 2 },
  healthIntervalMs: 1_000,
  healthTimeoutMs: 500,
  searchTimeoutMs: 30_000,
  writeTimeoutMs: 30_000,
  unavailableShards: "partial",
})

const targetOf = (proxy: Proxy, kernel: Kernel): ReplayTarget => {
  let attempts = 0
  return {
    masterKey,
    send: (request) =>
      Effect.callback<WireAnswer, NoAnswer>((resume) => {
        const fail = (reason: string): void => resume(Effect.fail(new NoAnswer({ reason })))
        const isListening = proxy.ask(attemptOf(request, ++attempts, kernel.nowMs()), (response) =>
          response === null ? fail("the proxy died") : resume(Effect.succeed(wireAnswer(response))),
        )
        if (!isListening) fail("the proxy does not serve")
      }),
  }
}

const attemptOf = (request: WireRequest, number: number, nowMs: number): Attempt => ({
  number,
  client: "trace",
  // Only checkers ask what it was meant to be, and none of them looks at this run.
  action: { do: "tasks" },
  request: apiRequest(request),
  sentMs: nowMs,
  knownMs: nowMs,
  isClosing: false,
  answeredMs: null,
  response: null,
  version: null,
})

const apiRequest = ({ method, path, headers = {}, body = "" }: WireRequest): ApiRequest => {
  const [bare = "", query = ""] = path.split(/\?(.*)/s)
  return {
    method: method as HttpMethod,
    path: bare,
    query,
    headers: Object.fromEntries(
      Object.entries(headers).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
    ),
    body: body instanceof Uint8Array ? body : encodeUtf8(typeof body === "string" ? body : JSON.stringify(body)),
  }
}

const wireAnswer = ({ status, headers, body }: ApiResponse): WireAnswer => ({
  status,
  headers: comparedOf(body === "" ? headers : { "content-type": "application/json", ...headers }),
  body: readExactJson(body),
  text: body,
})

const comparedOf = (headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith("x-miroir-")))

const countUnsupported = ({ repeated }: Replay): Readonly<Record<string, number>> => {
  const refused = repeated.filter(({ answer }) => answer?.text.includes(unsupportedBeginning) === true)
  return countBy(refused.map(({ recorded }) => routeOf(recorded)))
}
