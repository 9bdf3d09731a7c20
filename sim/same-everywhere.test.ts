import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { describe, expect, it } from "vitest"
import { generate } from "./plan/generate.ts"
import { run } from "./world/run-plan.ts"

const seeds = Array.from({ length: 20 }, (_, at) => at + 1)
const patienceMs = 300_000

const traceOf = (seed: number) => run(generate(seed), { keepTrace: true })

describe("the same seed", () => {
  it(
    "gives the same trace, byte for byte, twice on Node and twice on Bun",
    async () => {
      const words = ["sim/main.ts", "--seed", "1", "--seeds", String(seeds.length), "--twice", "--hashes"]
      // Both at the same time; a trace that differs from the first of the same seed ends the command with an exit code, which is an error here.
      const onBun = promisify(execFile)("node_modules/.bin/bun", words, { timeout: patienceMs })
      const onNode = seeds.map((seed) => {
        const { trace, traceHash } = traceOf(seed)
        expect(traceOf(seed).trace, `seed ${seed}`).toEqual(trace)
        return `--seed 0x${seed.toString(16)} ${traceHash}`
      })
      expect((await onBun).stdout.trim().split("\n")).toEqual(onNode)
    },
    patienceMs,
  )
})
