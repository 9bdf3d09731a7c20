import { Bench } from "tinybench"
import type { BenchCase, PreparedCase } from "./bench-case.ts"

export interface CaseResult {
  readonly name: string
  readonly operation: string
  readonly ours: Timing
  readonly baseline: (Timing & { readonly name: string }) | null
  /** How many times as fast as the baseline: the median of the ratios of the rounds. */
  readonly ratio: number | null
  readonly ratioMin: number | null
}

export interface Timing {
  /** Median of the medians of the rounds. */
  readonly msPerOperation: number
  readonly operationsPerSecond: number
}

/**
 * Both ways take turns: a busy moment of the machine then falls on both, and the ratio of a round compares neighbours in
 * time. Odd, so that there is a median.
 */
const rounds = 5
/** A round of a slow case is at least this many calls of each way. */
const callsPerRoundMin = 3

/** Measures for about `timeMs` for each way; prepares and checks the case first. */
export const runCase = async (benchCase: BenchCase, timeMs: number): Promise<CaseResult> => {
  const prepared = await benchCase.prepare(1)
  const ours: Array<number> = []
  const theirs: Array<number> = []
  for (let round = 0; round < rounds; round++) {
    const [oursMs, baselineMs] = runRound(prepared, timeMs / rounds, round === 0 ? timeMs : 0)
    ours.push(oursMs!)
    if (baselineMs !== undefined) theirs.push(baselineMs)
  }
  return {
    name: benchCase.name,
    operation: benchCase.operation,
    ours: timingOf(median(ours)),
    baseline: prepared.baseline && { name: prepared.baseline.name, ...timingOf(median(theirs)) },
    ratio: prepared.baseline && median(theirs.map((ms, round) => ms / ours[round]!)),
    ratioMin: benchCase.ratioMin,
  }
}

/** Median milliseconds of one call: of ours, then of the baseline. Warming up lets the compiler finish. */
const runRound = (prepared: PreparedCase, timeMs: number, warmupMs: number): ReadonlyArray<number> => {
  const bench = new Bench({
    time: timeMs,
    iterations: callsPerRoundMin,
    warmup: warmupMs > 0,
    warmupTime: warmupMs,
    warmupIterations: callsPerRoundMin,
    throws: true,
  })
  bench.add("ours", prepared.ours)
  if (prepared.baseline !== null) bench.add("baseline", prepared.baseline.run)
  return bench.runSync().map(({ name, result }) => {
    if (result.state !== "completed") throw new Error(`${name} ended as ${result.state}`)
    return result.latency.p50
  })
}

const timingOf = (msPerOperation: number): Timing => ({ msPerOperation, operationsPerSecond: 1000 / msPerOperation })

const median = (values: ReadonlyArray<number>): number =>
  values.toSorted((left, right) => left - right)[values.length >> 1]!
