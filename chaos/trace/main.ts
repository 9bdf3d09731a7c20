import { parseArgs } from "node:util"
import { resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { runUnder } from "#runtime/dev/run-under.ts"
import { oneOf, runCommand, say, wholeNumber } from "../command.ts"
import { type FleetTopology, fleetTopologies } from "../e2e/topology.ts"
import type { ProxyRuntime } from "../fleet.ts"
import type { EngineKind } from "../node-process.ts"
import { compareReplays, compareWithRecording } from "./compare-replay.ts"
import { readTrace, type Trace } from "./read-trace.ts"
import { replayInSimulator } from "./replay-in-simulator.ts"
import { replayOnFreshFleet, replayOnServer } from "./replay-on-servers.ts"
import { printReplay, reportOf, type ReplayReport } from "./replay-report.ts"
import { printSimulated, simulatedReport } from "./simulated-report.ts"
import type { Speed } from "./replay-trace.ts"

const topologyNames = fleetTopologies.map(({ name }) => name)

const help = `npm run trace -- record FILE [flags of npm start]
npm run trace -- replay FILE (--target URL [--target URL] | --fleet NAME | --simulator) [options]

record starts a local fleet whose proxy appends every request and its answer to FILE, secrets masked; any proxy does so with
--trace.path FILE --trace.bodies all. replay sends the requests of such a file again: docs/traces.md.

  --target URL      a server that runs already and is fresh; of two, the answers are compared with each other instead of the recording
  --master-key KEY  of the target; given twice, of the first and of the second. Default: the target has none
  --fleet NAME      a fresh fleet: ${topologyNames.join(", ")}; 3x2 is three nodes with replication factor 2, as npm start makes them
  --engine KIND     of that fleet: real (default) or embedded
  --runtime NAME    of that fleet's proxy: node (default) or bun
  --simulator       the programs of core over model nodes in virtual time; --fleet NAME says which (default 3x2)
  --seed N          of the simulator (default 1)
  --speed SPEED     recorded (default), max (as fast as the order of events allows), or a number: so many times as fast
  --json            print the report as JSON
Exit code: 0 no difference, 1 a difference, an unanswered request or a task without an end. In the simulator differences are
counted only: 0 means that the replay came to its end and no invariant broke.`

const main = async (): Promise<number> => {
  const [command, file, ...others] = process.argv.slice(2)
  if (command === undefined || command === "--help" || command === "-h") return say(help)
  oneOf("npm run trace --", command, ["record", "replay"])
  if (file === undefined || file.startsWith("-")) throw new Error(`${command} wants the path of a file\n\n${help}`)
  return command === "record" ? record(file, others) : replay(file, others)
}

const record = (file: string, flags: ReadonlyArray<string>): Promise<number> =>
  runUnder("node", fileURLToPath(new URL("../../runtime/dev.ts", import.meta.url)), [
    "--trace",
    resolve(file),
    ...flags,
  ])

const replay = async (file: string, words: ReadonlyArray<string>): Promise<number> => {
  const options = readOptions(words)
  const trace = readTrace(file)
  if (options.isSimulated) return simulate(trace, options)
  const report = options.targets.length > 0 ? await onServers(trace, options) : await onFleet(trace, options)
  const [one = "", other] = options.targets
  const sides = other === undefined ? (["recorded", "replayed"] as const) : ([one, other] as const)
  say(options.isJson ? JSON.stringify(report, null, 2) : printReplay(report, sides))
  const { different, unanswered, endless } = report
  return different.length === 0 && unanswered === 0 && endless.length === 0 ? 0 : 1
}

interface ReplayOptions {
  readonly targets: ReadonlyArray<string>
  readonly masterKeys: ReadonlyArray<string>
  readonly topology: FleetTopology
  readonly engine: EngineKind
  readonly runtime: ProxyRuntime
  readonly isSimulated: boolean
  readonly seed: number
  readonly speed: Speed
  readonly isJson: boolean
}

const readOptions = (words: ReadonlyArray<string>): ReplayOptions => {
  const { values } = parseArgs({
    args: [...words],
    options: {
      target: { type: "string", multiple: true, default: [] },
      "master-key": { type: "string", multiple: true, default: [] },
      fleet: { type: "string" },
      engine: { type: "string", default: "real" },
      runtime: { type: "string", default: "node" },
      simulator: { type: "boolean", default: false },
      seed: { type: "string", default: "1" },
      speed: { type: "string", default: "recorded" },
      json: { type: "boolean", default: false },
    },
  })
  const { target: targets, fleet, simulator } = values
  const isOneChoice = targets.length > 0 ? fleet === undefined && !simulator : fleet !== undefined || simulator
  if (!isOneChoice || targets.length > 2)
    throw new Error(`replay wants one or two --target, --fleet or --simulator\n\n${help}`)
  const name = oneOf("--fleet", fleet ?? "3x2", topologyNames)
  return {
    targets: targets.map((url) => url.replace(/\/+$/, "")),
    masterKeys: values["master-key"],
    topology: fleetTopologies.find((topology) => topology.name === name)!,
    engine: oneOf<EngineKind>("--engine", values.engine, ["real", "embedded"]),
    runtime: oneOf<ProxyRuntime>("--runtime", values.runtime, ["node", "bun"]),
    isSimulated: simulator,
    seed: wholeNumber("--seed", values.seed),
    speed: speedOf(values.speed),
    isJson: values.json,
  }
}

const speedOf = (text: string): Speed => {
  if (text === "max") return text
  const factor = text === "recorded" ? 1 : Number(text)
  if (!(factor > 0) || !Number.isFinite(factor))
    throw new Error(`--speed takes recorded, max or a number above 0, not "${text}"`)
  return factor
}

const onServers = async (trace: Trace, { targets, masterKeys, speed }: ReplayOptions): Promise<ReplayReport> => {
  const [url = "", otherUrl] = targets
  const [masterKey = null, otherKey = masterKey] = masterKeys
  const one = await replayOnServer(trace, { url, masterKey }, speed)
  if (otherUrl === undefined) return reportOf(url, trace, one, compareWithRecording(trace, one))
  const other = await replayOnServer(trace, { url: otherUrl, masterKey: otherKey }, speed)
  return reportOf(`${url} and ${otherUrl}`, trace, other, compareReplays(trace, one, other))
}

const onFleet = async (trace: Trace, options: ReplayOptions): Promise<ReplayReport> => {
  const replayed = await replayOnFreshFleet(trace, options)
  return reportOf(`a fresh fleet ${options.topology.name}`, trace, replayed, compareWithRecording(trace, replayed))
}

const simulate = (trace: Trace, options: ReplayOptions): number => {
  const report = simulatedReport(trace, replayInSimulator(trace, options), options.topology.name)
  say(options.isJson ? JSON.stringify(report, null, 2) : printSimulated(report))
  return report.defects.length === 0 && report.unanswered === 0 && report.endless.length === 0 ? 0 : 1
}

await runCommand(main)
