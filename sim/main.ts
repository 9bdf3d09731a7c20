import { readFileSync } from "node:fs"
import { canaries } from "./canary/canaries.ts"
import { runCanaries } from "./canary/run-canaries.ts"
import { isProven } from "./canary/search-canary.ts"
import { type Command, readCommand, usage } from "./command-line.ts"
import { generate } from "./plan/generate.ts"
import type { Plan } from "./plan/plan.ts"
import { PlanMistake, parsePlan, printPlan } from "./plan/print-plan.ts"
import { keepPlan } from "./report/keep-plan.ts"
import { canariesAsJson, printCanary, printCanaryTotal } from "./report/print-canaries.ts"
import { printFailure, printReached } from "./report/print-verdict.ts"
import { shrink } from "./shrink/shrink.ts"
import { runStories } from "./stories/run-stories.ts"
import { run, type RunOptions } from "./world/run-plan.ts"
import { type Failure, type Verdict, exitCodes } from "./world/verdict.ts"

const main = async (command: Command): Promise<number> => {
  const { scenario } = command
  if (scenario !== null) return runStories({ ...command, scenario }, (line) => console.log(line))
  if (command.isCanaries) return searchCanaries(command)
  const plant = canaries.find(({ name }) => name === command.canary)?.plant
  if (command.canary !== null && plant === undefined) throw new RangeError(`no canary is called ${command.canary}`)
  const options: RunOptions = { keepTrace: command.isTracing, ...(plant === undefined ? {} : { plant }) }
  const total = { seeds: 0, failed: 0, events: 0, simulatedMs: 0, exitCode: 0 }
  const reached = new Map<string, number>()
  const startedMs = performance.now()
  for (const { name, plan } of plansOf(command)) {
    if (command.isPrinting) {
      process.stdout.write(printPlan(plan))
      continue
    }
    const verdict = command.isTwice ? runTwice(plan, options) : run(plan, options)
    total.seeds++
    total.events += verdict.events
    total.simulatedMs += verdict.simulatedMs
    for (const [what, count] of verdict.reached) reached.set(what, (reached.get(what) ?? 0) + count)
    if (command.isTracing) console.log(verdict.trace.join("\n"))
    if (command.isHashes) console.log(`${name} ${verdict.traceHash}`)
    if (verdict.failure !== null) {
      total.failed++
      if (total.exitCode === 0) total.exitCode = exitCodes[verdict.failure.kind]
      console.error(report(command, name, verdict, verdict.failure, options))
    } else if (command.seeds === 1 && !command.isJson && !command.isHashes)
      console.log(`✓ ${name}: trace ${verdict.traceHash}`)
  }
  if (!command.isPrinting && !command.isHashes)
    printTotal(command, total, reached, (performance.now() - startedMs) / 1000)
  return total.exitCode
}

const searchCanaries = async ({ seed, isShrinking, isJson }: Command): Promise<number> => {
  const startedMs = performance.now()
  const results = await runCanaries({
    firstSeed: seed,
    isShrinking,
    onResult: (result) => {
      if (!isJson) console.log(printCanary(result))
    },
  })
  const seconds = (performance.now() - startedMs) / 1000
  console.log(isJson ? canariesAsJson(results, seconds) : printCanaryTotal(results, seconds))
  return results.every(isProven) ? 0 : exitCodes.oracle
}

const plansOf = function* (command: Command): Generator<{ readonly name: string; readonly plan: Plan }> {
  if (command.plan !== null) {
    yield { name: `--plan ${command.plan}`, plan: parsePlan(readFileSync(command.plan, "utf8")) }
    return
  }
  for (let seed = command.seed; seed < command.seed + command.seeds; seed++)
    yield { name: `--seed 0x${seed.toString(16)}`, plan: generate(seed) }
}

const runTwice = (plan: Plan, options: RunOptions): Verdict => {
  const first = run(plan, { ...options, keepTrace: true })
  const second = run(plan, { ...options, keepTrace: true })
  if (first.traceHash === second.traceHash && first.trace.length === second.trace.length) return first
  const at = first.trace.findIndex((line, place) => line !== second.trace[place])
  const facts = [`line ${at} of the trace differs`, first.trace[at] ?? "(end)", second.trace[at] ?? "(end)"]
  return { ...first, failure: { kind: "nondeterminism", invariant: "same-plan-same-bytes", facts } }
}

const report = (command: Command, name: string, verdict: Verdict, failure: Failure, options: RunOptions): string => {
  const isSame = (plan: Plan): boolean => run(plan, options).failure?.invariant === failure.invariant
  const plan = command.isShrinking ? shrink(verdict.plan, isSame) : verdict.plan
  const shown = command.isShrinking ? run(plan, options) : verdict
  const path = keepPlan(`${failure.invariant}-${plan.fleet.seed.toString(16)}`, plan)
  const canary = command.canary === null ? "" : ` --canary ${JSON.stringify(command.canary)}`
  return printFailure(shown, `npm run sim -- ${command.isShrinking ? `--plan ${path}` : name}${canary}`, path)
}

const printTotal = (
  command: Command,
  total: { seeds: number; failed: number; events: number; simulatedMs: number },
  reached: ReadonlyMap<string, number>,
  seconds: number,
): void => {
  const eventsPerSecond = Math.round(total.events / seconds)
  const simulatedSeconds = Math.round(total.simulatedMs / 1000)
  const { seeds, failed } = total
  if (command.isJson)
    return console.log(
      JSON.stringify({
        seeds,
        failed,
        eventsPerSecond,
        simulatedSeconds,
        seconds,
        reached: Object.fromEntries(reached),
      }),
    )
  if (seeds > 1) console.log(printReached(reached))
  const speed = `${eventsPerSecond} events/s, ${Math.round(simulatedSeconds / seconds)} simulated seconds per second`
  console.log(`${seeds} runs, ${failed} failed, ${simulatedSeconds} simulated seconds, ${speed}`)
}

/** What a person can do something about is said without a stack: a wrong word, a plan that cannot be read. */
const explain = (error: unknown): unknown => {
  if (error instanceof PlanMistake) return error.message
  if (error instanceof RangeError || error instanceof TypeError) return `${error.message}\n\n${usage}`
  return error instanceof Error && "syscall" in error ? error.message : error
}

try {
  process.exitCode = await main(readCommand(process.argv.slice(2)))
} catch (error) {
  console.error(explain(error))
  process.exitCode = 2
}
