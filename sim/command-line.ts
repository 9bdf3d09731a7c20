import { parseArgs } from "node:util"

export interface Command {
  /** First seed. */
  readonly seed: number
  /** How many seeds from there on. */
  readonly seeds: number
  readonly plan: string | null
  readonly isTwice: boolean
  readonly isCanaries: boolean
  /** Prints the trace's hash of each seed and nothing else. */
  readonly isHashes: boolean
  readonly isJson: boolean
  readonly isShrinking: boolean
  readonly isTracing: boolean
  readonly isPrinting: boolean
  /** A planted bug to run with. */
  readonly canary: string | null
  /** A story to play, or `list`. */
  readonly scenario: string | null
  /** Which protections are on: `all`, `none`, or a list. */
  readonly protections: string
}

export const usage = `npm run sim -- [options]
  --seed N       run the plan of one seed (0x… is fine)
  --seeds N      run N seeds, from --seed on (default 1); stops at none, reports all
  --plan FILE    run a plan: JSON lines
  --twice        run every plan twice; the traces must be equal, byte for byte
  --shrink       make the plan of a failure as small as possible
  --trace        print what happened
  --print        print the plan instead of running it
  --hashes       print each seed and the hash of its trace: the same on every runtime
  --canaries     plant each known bug until it is found; with --shrink: in how small a plan
  --canary NAME  run with that bug planted
  --json         print one JSON object at the end
  --scenario NAME     play a story; list: name them
  --protections LIST  what protects in it: all, none, NAME,NAME (only these) or no-NAME,no-NAME (all but these)
exit codes: 10 correctness, 11 liveness, 12 crash, 13 nondeterminism, 14 the simulator itself`

export const readCommand = (args: ReadonlyArray<string>): Command => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: "string", default: "1" },
      seeds: { type: "string", default: "1" },
      plan: { type: "string" },
      twice: { type: "boolean", default: false },
      canaries: { type: "boolean", default: false },
      hashes: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      shrink: { type: "boolean", default: false },
      trace: { type: "boolean", default: false },
      print: { type: "boolean", default: false },
      canary: { type: "string" },
      scenario: { type: "string" },
      protections: { type: "string", default: "all" },
    },
  })
  return {
    seed: numberOf("--seed", values.seed),
    seeds: numberOf("--seeds", values.seeds),
    plan: values.plan ?? null,
    isTwice: values.twice,
    isCanaries: values.canaries,
    isHashes: values.hashes,
    isJson: values.json,
    isShrinking: values.shrink,
    isTracing: values.trace,
    isPrinting: values.print,
    canary: values.canary ?? null,
    scenario: values.scenario ?? null,
    protections: values.protections,
  }
}

const numberOf = (option: string, text: string): number => {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${option} wants a whole number, not ${text}`)
  return value
}
