import { spawnSync } from "node:child_process"
import { describe, expect, it } from "vitest"

// The commands that people are told to run, run as they would run them: real engines, real processes, both runtimes.

const commandTimeoutMs = 240_000

const run = (
  program: string,
  ...words: ReadonlyArray<string>
): { readonly status: number | null; readonly answer: unknown } => {
  const { status, stdout, stderr } = spawnSync("node", [program, ...words, "--json"], {
    encoding: "utf8",
    timeout: commandTimeoutMs,
  })
  if (status !== 0) console.error(stderr.slice(-4_000), stdout.slice(-8_000))
  return { status, answer: JSON.parse(stdout) as unknown }
}

describe("an unmodified SDK", () => {
  it.each([
    ["3x2", "node"],
    ["2x2", "bun"],
  ])(
    "gets from %s nodes, with the proxy on %s, the answers of one node",
    (topology, runtime) => {
      const { status, answer } = run("chaos/e2e/main.ts", "--topology", topology, "--runtime", runtime)
      expect(answer).toMatchObject([{ topology, different: [], leaks: [] }])
      expect((answer as ReadonlyArray<{ readonly calls: number }>)[0]?.calls).toBeGreaterThanOrEqual(120)
      expect(status).toBe(0)
    },
    commandTimeoutMs,
  )
})

describe("a node that is killed under traffic", () => {
  it.each([
    ["with its data", "node", []],
    ["without its data", "bun", ["--wipe"]],
  ])(
    "and comes back %s changes nothing for clients of a proxy on %s, and ends equal to the others",
    (_data, runtime, flags) => {
      const { status, answer } = run("chaos/main.ts", "node-dies", "--runtime", runtime, ...flags)
      expect(answer).toMatchObject({ violations: [] })
      expect(status).toBe(0)
    },
    commandTimeoutMs,
  )
})
