import { parseArgs } from "node:util"
import { oneOf, runCommand, say, wholeNumber } from "./command.ts"
import { type Fleet, type ProxyRuntime, startFleet } from "./fleet.ts"
import type { EngineKind } from "./node-process.ts"
import { bigUpload, printFigures, type UploadFigures } from "./scenarios/big-upload.ts"
import { type ChangedMindsResult, changedMinds } from "./scenarios/changed-minds.ts"
import { type ProxyDiesResult, proxyDies, proxyPhases } from "./scenarios/proxy-dies.ts"
import { nodeDies, phases, type ScenarioResult } from "./scenarios/node-dies.ts"
import { outcomes } from "./scenarios/traffic.ts"
import type { Tally } from "./scenarios/tally.ts"
import { startTimeline, type Timeline } from "./timeline.ts"

const help = `npm run chaos -- <scenario> [options]

Starts a real fleet (engines and the proxy as processes on this machine), breaks something while clients search and
write, and compares what is left: replica with replica, and every acknowledged write with what can be read.
Exit code 1 on any violation.

scenarios
  big-upload       three nodes, replication factor 2; 100 MB of documents in one request: the proxy's memory must stay below 512 MB
  changed-minds    three nodes, replication factor 2; writes, renames, swaps, cancelations and deletions of tasks without waiting
  node-dies        three nodes, replication factor 2; kill -9 one node, restart it, wait until all replicas are in sync
  proxy-dies       two proxies on one store; kill -9 the one that leads while clients use the other, and start it again

options
  --wipe           the node comes back without its data
  --engine KIND    real (default; MEILISEARCH_BIN, the PATH, or \`npm run engine\`) or embedded
  --runtime NAME   node (default) or bun: what runs the proxy
  --seed N         repeats what the clients choose to do (timing differs from run to run)
  --json           print the result as JSON, and the timeline not before the end
  --help           this text`

const masterKey = "a-master-key-for-tests"
const shardCount = 12
/** Dead nodes are noticed within three checks: well inside the scenario's retry window. */
const healthIntervalMs = 500
/** Printed violations; thousands say nothing more. */
const violationsShown = 20

interface Options {
  readonly wipe: boolean
  readonly seed: number
  readonly engine: EngineKind
  readonly runtime: ProxyRuntime
  readonly json: boolean
}

type Result =
  | ScenarioResult
  | ProxyDiesResult
  | ChangedMindsResult
  | { readonly figures: UploadFigures; readonly violations: ReadonlyArray<string> }

const scenarios: Readonly<Record<string, (timeline: Timeline, options: Options) => Promise<Result>>> = {
  "big-upload": async (timeline, { seed, runtime }) => {
    const shape = { groupCount: 1, nodesPerGroup: 3, replicationFactor: 2, shardCount, masterKey, healthIntervalMs }
    const fleet = await startFleet({ ...shape, engine: "real", runtime })
    try {
      return await bigUpload(fleet, timeline, seed)
    } finally {
      await stopQuietly(fleet)
    }
  },
  "changed-minds": async (timeline, { seed, engine, runtime }) => {
    const shape = { groupCount: 1, nodesPerGroup: 3, replicationFactor: 2, shardCount, masterKey, healthIntervalMs }
    const fleet = await startFleet({ ...shape, engine, runtime })
    try {
      return await changedMinds(fleet, timeline, seed)
    } finally {
      await stopQuietly(fleet)
    }
  },
  "node-dies": async (timeline, { wipe, seed, engine, runtime }) => {
    if (engine === "embedded" && !wipe) throw new Error("embedded nodes keep nothing when they die: add --wipe")
    const shape = { groupCount: 1, nodesPerGroup: 3, replicationFactor: 2, shardCount, masterKey, healthIntervalMs }
    const fleet = await startFleet({ ...shape, engine, runtime })
    timeline.note("three nodes and the proxy are up")
    try {
      return await nodeDies(fleet, timeline, { data: wipe ? "wiped" : "kept", seed })
    } catch (error) {
      throw new Error(`${(error as Error).message}\n\n${fleet.proxyLastLines()}`, { cause: error })
    } finally {
      await stopQuietly(fleet)
    }
  },
  "proxy-dies": async (timeline, { seed, engine, runtime }) => {
    const shape = { groupCount: 1, nodesPerGroup: 3, replicationFactor: 2, shardCount, masterKey, healthIntervalMs }
    const fleet = await startFleet({ ...shape, engine, runtime, proxies: 2 })
    timeline.note("three nodes and two proxies are up")
    try {
      return await proxyDies(fleet, timeline, seed)
    } finally {
      await stopQuietly(fleet)
    }
  },
}

const main = async (): Promise<number> => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      wipe: { type: "boolean", default: false },
      engine: { type: "string", default: "real" },
      runtime: { type: "string", default: "node" },
      seed: { type: "string", default: "1" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  })
  const [name = ""] = positionals
  if (values.help || name === "") return say(help)
  const run = scenarios[name]
  if (run === undefined) throw new Error(`there is no scenario "${name}", only ${Object.keys(scenarios).join(", ")}`)
  const options: Options = {
    wipe: values.wipe,
    json: values.json,
    seed: wholeNumber("--seed", values.seed),
    engine: oneOf<EngineKind>("--engine", values.engine, ["real", "embedded"]),
    runtime: oneOf<ProxyRuntime>("--runtime", values.runtime, ["node", "bun"]),
  }
  const timeline = startTimeline((line) => (options.json ? 0 : say(line)))
  const outcome = await run(timeline, options)
  const { violations } = outcome
  if (options.json) {
    const found = "tally" in outcome ? { tally: outcome.tally.asJson() } : outcome
    say(JSON.stringify({ scenario: name, ...options, timeline: timeline.events(), ...found, violations }, null, 2))
  } else {
    if ("tally" in outcome) sayTally(outcome)
    else if ("counts" in outcome) say(`\n${JSON.stringify(outcome.counts)}`)
    else say(`\n${printFigures(outcome.figures)}`)
    for (const violation of violations.slice(0, violationsShown)) say(`VIOLATION ${violation}`)
    say(violations.length === 0 ? "\nno violation" : `\n${violations.length} violations`)
  }
  return violations.length === 0 ? 0 : 1
}

const sayTally = ({ tally }: ScenarioResult | ProxyDiesResult): void => {
  say(`\n${tally.table()}\n`)
  for (const phase of [...phases, ...proxyPhases]) {
    for (const outcome of outcomes) {
      const example = (tally as Tally<string, string>).example(phase, outcome)
      if (example !== null) say(`${outcome} in "${phase}", for example: ${example}`)
    }
  }
}

const stopQuietly = async (fleet: Fleet): Promise<void> => {
  await fleet.stop().catch((error) => process.stderr.write(`stopping the fleet: ${String(error)}\n`))
}

await runCommand(main)
