import { parseArgs } from "node:util"
import { oneOf, runCommand, say, wholeNumber } from "../command.ts"
import { fleetTopologies } from "../e2e/topology.ts"
import type { ProxyRuntime } from "../fleet.ts"
import type { EngineKind } from "../node-process.ts"
import { printReport } from "./print-report.ts"
import { familyNames, runConformance } from "./run-conformance.ts"

const topologyNames = fleetTopologies.map(({ name }) => name)

const help = `npm run conformance -- [options]

Sends sequences of raw HTTP requests, written and drawn, to one bare engine and to Miroir, and compares status, headers and body of
every answer. Exit code 1 on any difference that is not a named tolerance.

  --topology NAME  ${topologyNames.join(", ")}, all (default), or bare: a bare engine against another
  --family NAME    only this family: ${familyNames.join(", ")}
  --sequence N     only this sequence of the family, as a difference names it
  --seed N         draws other sequences (default 1)
  --sequences N    draws N sequences in each family instead of the family's own number
  --engine KIND    real (default; MEILISEARCH_BIN, the PATH, or \`npm run engine\`) or embedded
  --kill           kill -9 one node in the middle of the run (topology 3x2); nothing may change but the time it takes
  --runtime NAME   node (default) or bun: what runs the proxy
  --json           print {topology, requests, equal, tolerated, different, byFamily, byTolerance, found} per topology
  --help           this text`

const main = async (): Promise<number> => {
  const { values } = parseArgs({
    options: {
      topology: { type: "string", default: "all" },
      family: { type: "string", default: "" },
      sequence: { type: "string" },
      seed: { type: "string", default: "1" },
      sequences: { type: "string" },
      engine: { type: "string", default: "real" },
      runtime: { type: "string", default: "node" },
      kill: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  })
  if (values.help) return say(help)
  const topology = oneOf("--topology", values.topology, [...topologyNames, "all", "bare"])
  const results = await runConformance(
    {
      topologies: topology === "all" ? topologyNames : [topology],
      families: values.family === "" ? [] : [oneOf("--family", values.family, familyNames)],
      seed: wholeNumber("--seed", values.seed),
      sequence: values.sequence === undefined ? null : wholeNumber("--sequence", values.sequence),
      drawnPerFamily: values.sequences === undefined ? null : wholeNumber("--sequences", values.sequences),
      engine: oneOf<EngineKind>("--engine", values.engine, ["real", "embedded"]),
      runtime: oneOf<ProxyRuntime>("--runtime", values.runtime, ["node", "bun"]),
      kill: values.kill,
    },
    (result) => (values.json ? 0 : say(printReport(result))),
  )
  if (values.json) say(JSON.stringify(results, null, 2))
  return results.every(({ different }) => different === 0) ? 0 : 1
}

await runCommand(main)
