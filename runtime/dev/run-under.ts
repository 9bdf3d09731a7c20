import { spawn } from "node:child_process"
import { join } from "node:path"
import { projectDirectory } from "../engine/engine-package.ts"

/** Runs a program of ours under the other runtime, with the same arguments, until it ends; returns its exit code. */
export const runUnder = (runtime: "node" | "bun", program: string, args: ReadonlyArray<string>): Promise<number> =>
  new Promise((resolve, reject) => {
    const child = spawn(join(projectDirectory, "node_modules", ".bin", runtime), [program, ...args], {
      stdio: "inherit",
      env: { ...process.env, BUN_CONFIG_MAX_HTTP_REQUESTS: bunRequestsMax },
      // In a group of its own a terminal's Ctrl-C does not reach it directly: it gets every signal once, from us.
      detached: true,
    })
    const forward = (signal: NodeJS.Signals): void => void child.kill(signal)
    for (const signal of forwarded) process.on(signal, forward)
    child.on("error", reject)
    child.on("close", (code) => {
      for (const signal of forwarded) process.off(signal, forward)
      resolve(code ?? 1)
    })
  })

const forwarded = ["SIGINT", "SIGTERM", "SIGHUP"] as const

/** Bun sends 256 requests at a time in a whole process unless told otherwise: four hanging nodes would take them all. */
const bunRequestsMax = "4096"
