import { spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

// `npm test`: everything that must hold, on Node and on Bun, and one line at the end that counts it.

interface Step {
  readonly name: string
  readonly command: ReadonlyArray<string>
  /** Writes vitest's JSON report there; other steps count as one check. */
  readonly report: boolean
}

const vitest = ["vitest", "run", "--config", ".config/vitest.ts", "--reporter=default", "--reporter=json"]

const steps: ReadonlyArray<Step> = [
  { name: "types", command: ["tsc", "-b"], report: false },
  { name: "lint", command: ["oxlint"], report: false },
  {
    name: "format",
    command: ["prettier", "--config", ".prettierrc.json", "--check", "--log-level=warn", "."],
    report: false,
  },
  { name: "dead code", command: ["knip", "--config", ".config/knip.json"], report: false },
  { name: "engine", command: ["node", "runtime/engine/main.ts"], report: false },
  { name: "tests on Node", command: vitest, report: true },
  {
    name: "tests on Bun",
    command: ["bun", "--bun", "node_modules/vitest/vitest.mjs", ...vitest.slice(1), "--pool=threads"],
    report: true,
  },
]

interface Count {
  passed: number
  failed: number
  skipped: number
}

const folder = mkdtempSync(join(tmpdir(), "miroir-test-"))
const total: Count = { passed: 0, failed: 0, skipped: 0 }

for (const step of steps) {
  const count = runStep(step)
  total.passed += count.passed
  total.failed += count.failed
  total.skipped += count.skipped
  console.log(`${step.name}: ${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`)
}
rmSync(folder, { recursive: true, force: true })
const skipped = total.skipped === 0 ? "" : `, ${total.skipped} skipped`
console.log(`${total.passed} passed, ${total.failed} failed${skipped}`)
process.exitCode = total.failed === 0 ? 0 : 1

function runStep(step: Step): Count {
  console.log(`\n── ${step.name} ──`)
  const reportFile = join(folder, `${step.name.replaceAll(" ", "-")}.json`)
  const [program, ...words] = step.command
  const { status, error } = spawnSync(program!, step.report ? [...words, `--outputFile.json=${reportFile}`] : words, {
    stdio: "inherit",
  })
  if (error !== undefined) console.error(`${program} could not be started: ${error.message}`)
  if (!step.report) return { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1, skipped: 0 }
  // A run that dies without a report has failed, whatever it printed before.
  if (!existsSync(reportFile)) return { passed: 0, failed: 1, skipped: 0 }
  const report = JSON.parse(readFileSync(reportFile, "utf8")) as {
    readonly numPassedTests: number
    readonly numFailedTests: number
    readonly numPendingTests: number
    readonly numFailedTestSuites: number
  }
  const failed =
    report.numFailedTests === 0 && status !== 0 ? Math.max(1, report.numFailedTestSuites) : report.numFailedTests
  return { passed: report.numPassedTests, failed, skipped: report.numPendingTests }
}
