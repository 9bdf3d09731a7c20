import { type Fleet, type ProxyRuntime, startFleet } from "../fleet.ts"
import { type EngineKind, startNode } from "../node-process.ts"
import { createTemporaryFolder, removeTemporaryFolder } from "../temporary-folder.ts"
import { runSession, type SessionRecord } from "./run-session.ts"
import type { Step } from "./session/step.ts"
import type { FleetTopology } from "./topology.ts"

export interface ProofOptions {
  readonly engine: EngineKind
  readonly runtime: ProxyRuntime
}

const masterKey = "a-master-key-for-tests"
/** Several shards per node and node counts that do not divide it evenly. */
const shardCount = 16
const healthIntervalMs = 1_000

/** The session on one engine without a proxy: what every topology must equal. Runs on a fresh engine. */
export const runOnBareNode = async (steps: ReadonlyArray<Step>, engine: EngineKind): Promise<SessionRecord> => {
  const folder = createTemporaryFolder("bare")
  const node = await startNode({ id: "bare", engine, masterKey, folder })
  try {
    return await runSession({ url: node.url, masterKey }, steps)
  } finally {
    await node.end()
    removeTemporaryFolder(folder)
  }
}

/** The same session through a proxy in front of a fresh fleet. */
export const runOnFleet = async (
  steps: ReadonlyArray<Step>,
  topology: FleetTopology,
  options: ProofOptions,
): Promise<SessionRecord> => {
  const fleet: Fleet = await startFleet({ ...topology, ...options, shardCount, masterKey, healthIntervalMs })
  try {
    const record = await runSession(fleet, steps)
    if (!fleet.isProxyRunning()) throw new Error(`the proxy died in the session\n${fleet.proxyLastLines()}`)
    return record
  } finally {
    await fleet.stop()
  }
}
