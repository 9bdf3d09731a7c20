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

/** What is looked at for its format: a CI may put files of its own beside ours. */
const ours = [".ci", ".config", "adapters", "bench", "chaos", "core", "docs", "runtime", "sim", "*.json", "*.md"]

const steps: ReadonlyArray<Step> = [
  { name: "types", command: ["tsc", "-b"], report: false },
  { name: "lint", command: ["oxlint"], report: false },
  {
    name: "format",
    command: ["prettier", "--config", ".prettierrc.json", "--check", "--log-level=warn", ...ours],
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

/** What is read of vitest's report. */
interface Report {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly numFailedTestSuites: number
  readonly testResults: ReadonlyArray<{
    readonly name: string
    readonly status: string
    readonly message: string
    readonly assertionResults: ReadonlyArray<{
      readonly fullName: string
      readonly status: string
      readonly failureMessages: ReadonlyArray<string>
      readonly duration?: number
      readonly meta?: { readonly machineSteps?: number }
    }>
  }>
}

interface Count {
  passed: number
  failed: number
  skipped: number
  /** Steps of machines that tests have walked, and the time of these tests: see core/prelude/walk-machine.ts. */
  machineSteps: number
  machineMs: number
}

const folder = mkdtempSync(join(tmpdir(), "miroir-test-"))
const total: Count = { passed: 0, failed: 0, skipped: 0, machineSteps: 0, machineMs: 0 }
/** Told again at the end: a log of which only the end is kept must say what failed. */
const failures: Array<string> = []
const linesOfAFailure = 12

for (const step of steps) {
  const count = runStep(step)
  total.passed += count.passed
  total.failed += count.failed
  total.skipped += count.skipped
  total.machineSteps += count.machineSteps
  total.machineMs += count.machineMs
  console.log(`${step.name}: ${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`)
}
rmSync(folder, { recursive: true, force: true })
if (failures.length > 0) console.log(`\n── what failed ──\n${failures.join("\n")}`)
const stepsPerMinute = Math.round((60_000 * total.machineSteps) / Math.max(1, total.machineMs))
console.log(`${total.machineSteps} steps of machines, each checked, ${stepsPerMinute} steps/min`)
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
  // A run that dies without a report has failed, whatever it printed before.
  if (!step.report || !existsSync(reportFile)) {
    const isPassed = status === 0 && !step.report
    if (!isPassed) failures.push(`${step.name}: ended with ${status ?? "a signal"}`)
    return { passed: isPassed ? 1 : 0, failed: isPassed ? 0 : 1, skipped: 0, machineSteps: 0, machineMs: 0 }
  }
  const report = JSON.parse(readFileSync(reportFile, "utf8")) as Report
  failures.push(...failuresOf(step.name, report))
  const failed =
    report.numFailedTests === 0 && status !== 0 ? Math.max(1, report.numFailedTestSuites) : report.numFailedTests
  const walks = report.testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ meta }) => meta?.machineSteps !== undefined)
  return {
    passed: report.numPassedTests,
    failed,
    skipped: report.numPendingTests,
    machineSteps: walks.reduce((sum, { meta }) => sum + (meta?.machineSteps ?? 0), 0),
    machineMs: walks.reduce((sum, { duration }) => sum + (duration ?? 0), 0),
  }
}

function failuresOf(step: string, { testResults }: Report): ReadonlyArray<string> {
  const told = (name: string, message: string): string =>
    `${step}: ${name}\n${message.split("\n").slice(0, linesOfAFailure).join("\n")}\n`
  return testResults.flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === "failed")
    if (failed.length === 0) return status === "failed" ? [told(name, message)] : []
    return failed.map((test) => told(`${name}: ${test.fullName}`, test.failureMessages.join("\n")))
  })
}
