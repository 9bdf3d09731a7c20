import { parseArgs } from "node:util"
import { oneOf, runCommand, say } from "../command.ts"
import type { ProxyRuntime } from "../fleet.ts"
import type { EngineKind } from "../node-process.ts"
import { compareSessions } from "./compare-sessions.ts"
import { runOnBareNode, runOnFleet } from "./run-on-servers.ts"
import { runSession } from "./run-session.ts"
import { printComparison } from "./print-comparison.ts"
import { session } from "./session.ts"
import { fleetTopologies } from "./topology.ts"

const help = `npm run e2e -- [options]

Runs one client session (${session.length} steps, the unmodified SDK) on one bare engine and through Miroir, and compares every
answer. Exit code 1 when any answer differs or a hidden field is seen.

  --topology NAME  ${fleetTopologies.map(({ name }) => name).join(", ")}, all (default), or bare: a bare engine against another
                   3x2 is three nodes with replication factor 2; 2x2 is two groups of two nodes
  --url URL        instead of topologies: a proxy that runs already, on a fleet without indexes and tasks of its own
  --master-key KEY of that proxy
  --engine KIND    real (default; MEILISEARCH_BIN, the PATH, or \`npm run engine\`) or embedded
  --runtime NAME   node (default) or bun: what runs the proxy
  --only TEXT      compare only the steps whose name contains TEXT (all steps run: later ones need what earlier ones made)
  --json           print {topology, calls, steps, equal, different, leaks} per topology, as one JSON array
  --help           this text`

const main = async (): Promise<number> => {
  const { values } = parseArgs({
    options: {
      topology: { type: "string", default: "all" },
      url: { type: "string" },
      "master-key": { type: "string", default: "a-master-key-for-tests" },
      engine: { type: "string", default: "real" },
      runtime: { type: "string", default: "node" },
      only: { type: "string", default: "" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  })
  if (values.help) return say(help)
  const engine = oneOf<EngineKind>("--engine", values.engine, ["real", "embedded"])
  const runtime = oneOf<ProxyRuntime>("--runtime", values.runtime, ["node", "bun"])
  const names = fleetTopologies.map(({ name }) => name)
  const wanted = oneOf("--topology", values.topology, [...names, "all", "bare"])
  if (!session.some(({ name }) => name.includes(values.only)))
    throw new Error(`no step has "${values.only}" in its name`)

  const { url, "master-key": masterKey } = values
  const bare = await runOnBareNode(session, engine)
  const results = []
  for (const name of url !== undefined ? [url] : wanted === "all" ? names : [wanted]) {
    const topology = fleetTopologies.find((candidate) => candidate.name === name)
    const record =
      name === url
        ? await runSession({ url, masterKey }, session)
        : topology === undefined
          ? await runOnBareNode(session, engine)
          : await runOnFleet(session, topology, { engine, runtime })
    const result = { topology: name, ...compareSessions(bare, record, values.only) }
    results.push(result)
    if (!values.json) say(printComparison(result))
  }
  if (values.json) say(JSON.stringify(results, null, 2))
  return results.every(({ different, leaks }) => different.length === 0 && leaks.length === 0) ? 0 : 1
}

await runCommand(main)
