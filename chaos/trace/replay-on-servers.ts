import { Effect } from "effect"
import { sendWireRequest } from "../conformance/send-wire-request.ts"
import type { FleetTopology } from "../e2e/topology.ts"
import { type ProxyRuntime, startFleet } from "../fleet.ts"
import type { EngineKind } from "../node-process.ts"
import type { Trace } from "./read-trace.ts"
import { NoAnswer, type Replay, type ReplayTarget, type Speed, replayTrace } from "./replay-trace.ts"

export interface ServerTarget {
  readonly url: string
  readonly masterKey: string | null
}

/** Replays on a server that runs already. */
export const replayOnServer = (trace: Trace, target: ServerTarget, speed: Speed): Promise<Replay> =>
  Effect.runPromise(replayTrace(trace, replayTargetOf(target), speed))

const replayTargetOf = ({ url, masterKey }: ServerTarget): ReplayTarget => ({
  masterKey,
  send: (request) =>
    Effect.tryPromise({
      // Each request brings its own authorization, or says that it has none.
      try: () =>
        sendWireRequest({ url, masterKey: "" }, { ...request, headers: { authorization: null, ...request.headers } }),
      catch: (error) => new NoAnswer({ reason: error instanceof Error ? error.message : String(error) }),
    }),
})

export interface FreshFleetOptions {
  readonly topology: FleetTopology
  readonly engine: EngineKind
  readonly runtime: ProxyRuntime
  readonly speed: Speed
}

const masterKey = "a-master-key-for-replays"
/** As `npm start` makes indexes. */
const shardCount = 64
const healthIntervalMs = 1_000

/** Replays on a fleet of its own. */
export const replayOnFreshFleet = async (
  trace: Trace,
  { topology, engine, runtime, speed }: FreshFleetOptions,
): Promise<Replay> => {
  const fleet = await startFleet({ ...topology, engine, runtime, shardCount, masterKey, healthIntervalMs })
  try {
    const replay = await replayOnServer(trace, fleet, speed)
    if (!fleet.isProxyRunning()) throw new Error(`the proxy died\n${fleet.proxyLastLines()}`)
    return replay
  } finally {
    await fleet.stop()
  }
}
