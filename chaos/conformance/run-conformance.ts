import { type FleetTopology, fleetTopologies } from "../e2e/topology.ts"
import { type ProxyRuntime, startFleet } from "../fleet.ts"
import { type EngineKind, startNode } from "../node-process.ts"
import { createTemporaryFolder, removeTemporaryFolder } from "../temporary-folder.ts"
import { compareRecords } from "./compare-records.ts"
import { families } from "./families.ts"
import { makeSequences } from "./make-sequences.ts"
import type { ConformanceResult } from "./print-report.ts"
import type { SequenceRecord } from "./run-sequence.ts"
import { type ConformancePlan, runSequences } from "./run-sequences.ts"
import { allTolerances, toleranceOfLoss } from "./tolerances.ts"

export interface ConformanceOptions {
  /** Names of `fleetTopologies`; `bare` compares one engine with another, which shows what no two servers share. */
  readonly topologies: ReadonlyArray<string>
  /** Names of families; empty for all. */
  readonly families: ReadonlyArray<string>
  readonly seed: number
  /** Only this sequence of each family, or null for all. */
  readonly sequence: number | null
  /** Sequences drawn per family instead of the family's own number, or null. */
  readonly drawnPerFamily: number | null
  readonly engine: EngineKind
  readonly runtime: ProxyRuntime
  /** kill -9 one node in the middle of the run; it stays away. Needs a replication factor of 2. */
  readonly kill?: boolean
}

const masterKey = "a-master-key-for-tests"
/** Several shards per node and node counts that do not divide it evenly. */
const shardCount = 16
const healthIntervalMs = 1_000
/**
 * A busy machine lets every process wait for seconds, and the first search with `locales` makes each engine load its
 * models of languages; a node that is killed refuses connections at once.
 */
const nodeTimeoutMs = 120_000

/**
 * Sends the same sequences of requests to one bare engine and to a proxy in front of each topology, all of them fresh processes, and
 * compares the answers. `onResult` hears of each topology as it ends.
 */
export const runConformance = async (
  options: ConformanceOptions,
  onResult: (result: ConformanceResult) => void = () => undefined,
): Promise<ReadonlyArray<ConformanceResult>> => {
  const plan = planOf(options)
  const bare = await recordBare(plan, options)
  const tolerances = options.kill === true ? [...allTolerances, toleranceOfLoss] : allTolerances
  const results: ConformanceResult[] = []
  for (const topology of options.topologies) {
    const record = topology === "bare" ? await recordBare(plan, options) : await recordFleet(plan, topology, options)
    const comparison = compareRecords(plan.sequences, bare, record, tolerances)
    const result = { topology, seed: options.seed, sequences: plan.sequences.length, ...comparison }
    results.push(result)
    onResult(result)
  }
  return results
}

export const familyNames: ReadonlyArray<string> = families.map(({ name }) => name)

const planOf = ({ families: wanted, seed, sequence, drawnPerFamily }: ConformanceOptions): ConformancePlan => {
  const chosen = families.filter(({ name }) => wanted.length === 0 || wanted.includes(name))
  const sequences = chosen.flatMap((family) => makeSequences(family, { seed, only: sequence, drawnPerFamily }))
  return { families: chosen, sequences }
}

const recordBare = async (
  plan: ConformancePlan,
  { engine }: ConformanceOptions,
): Promise<ReadonlyArray<SequenceRecord>> => {
  const folder = createTemporaryFolder("bare")
  const node = await startNode({ id: "bare", engine, masterKey, folder })
  try {
    return await runSequences({ url: node.url, masterKey }, plan)
  } finally {
    await node.end()
    removeTemporaryFolder(folder)
  }
}

const recordFleet = async (
  plan: ConformancePlan,
  name: string,
  { engine, runtime, kill = false }: ConformanceOptions,
): Promise<ReadonlyArray<SequenceRecord>> => {
  const topology: FleetTopology | undefined = fleetTopologies.find((candidate) => candidate.name === name)
  if (topology === undefined) throw new Error(`there is no topology "${name}"`)
  const fleet = await startFleet({
    ...topology,
    engine,
    runtime,
    shardCount,
    masterKey,
    healthIntervalMs,
    nodeTimeoutMs,
  })
  try {
    const records = await runSequences(fleet, plan, () => void (kill && fleet.nodes[1]?.kill()))
    if (!fleet.isProxyRunning()) throw new Error(`the proxy died\n${fleet.proxyLastLines()}`)
    return records
  } finally {
    await fleet.stop()
  }
}
