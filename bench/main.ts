import { parseArgs } from "node:util"
import { allCases } from "./all-cases.ts"
import type { BenchCase } from "./bench-case.ts"
import { printResults } from "./print-results.ts"
import { type CaseResult, runCase } from "./run-case.ts"

const help = `npm run bench -- [--only <text>] [--time <ms>] [--json]

Measures the parts that every request passes against the obvious way to do the same, in the same run on the same inputs.
Ratios compare between machines, times do not.

  --only <text>  only the cases whose name contains the text; may be given several times
  --time <ms>    how long each way of each case is measured; 1000 unless told
  --json         machine-readable results

Cases:
${allCases.map((benchCase) => `  ${benchCase.name.padEnd(16)} ${benchCase.operation}`).join("\n")}`

const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: {
      only: { type: "string", multiple: true },
      time: { type: "string", default: "1000" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  })
  if (values.help) return console.log(help)
  const timeMs = Number(values.time)
  if (!(timeMs > 0)) throw new Error(`--time takes milliseconds above 0, got ${values.time}`)
  const results: Array<CaseResult> = []
  for (const benchCase of casesNamed(values.only ?? [""])) {
    if (!values.json) console.error(`${benchCase.name} …`)
    results.push(await runCase(benchCase, timeMs))
  }
  const runtime = "Bun" in globalThis ? `bun ${process.versions["bun"]}` : `node ${process.versions.node}`
  console.log(values.json ? JSON.stringify({ runtime, results }, null, 2) : `${runtime}\n\n${printResults(results)}`)
}

const casesNamed = (texts: ReadonlyArray<string>): ReadonlyArray<BenchCase> => {
  const chosen = allCases.filter((benchCase) => texts.some((text) => benchCase.name.includes(text)))
  if (chosen.length > 0) return chosen
  throw new Error(`--only ${texts.join(" ")} names no case; there are ${allCases.map(({ name }) => name).join(", ")}`)
}

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
