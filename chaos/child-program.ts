import { type ChildProcess, spawn } from "node:child_process"
import { closeSync, openSync, readFileSync } from "node:fs"
import { removeTemporaryFolders } from "./temporary-folder.ts"

/** One real process of the fleet: an engine or the proxy. */
export interface ChildProgram {
  readonly pid: number
  readonly isRunning: () => boolean
  /** Sends the signal and waits until the process is gone. Nothing happens when it is gone already. */
  readonly end: (signal: "SIGTERM" | "SIGKILL") => Promise<void>
  /** The end of what it wrote, for messages about failures. */
  readonly lastLines: () => string
}

export interface ChildProgramPlan {
  readonly command: string
  readonly arguments: ReadonlyArray<string>
  readonly environment?: Readonly<Record<string, string>>
  /** Working folder; engines write their dumps folder there. */
  readonly folder: string
  /** Appended to, so that a restarted program keeps the story of its first life. */
  readonly logFile: string
}

const lastLinesCount = 25
/** A program that does not end after SIGTERM is killed after so long: a graceful shutdown may take as long as a request. */
const gracefulEndMs = 10_000

const running = new Set<ChildProcess>()

export const startProgram = (plan: ChildProgramPlan): ChildProgram => {
  cleanUpAtExit()
  const log = openSync(plan.logFile, "a")
  const child = spawn(plan.command, plan.arguments, {
    cwd: plan.folder,
    env: { ...process.env, ...plan.environment },
    stdio: ["ignore", log, log],
  })
  closeSync(log)
  running.add(child)
  const gone = new Promise<void>((resolve) => {
    const leave = (): void => {
      running.delete(child)
      resolve()
    }
    child.once("exit", leave)
    child.once("error", leave)
  })
  const isRunning = (): boolean => running.has(child)
  return {
    pid: child.pid ?? -1,
    isRunning,
    end: async (signal) => {
      if (!isRunning()) return
      child.kill(signal)
      const killer = setTimeout(() => child.kill("SIGKILL"), gracefulEndMs)
      await gone
      clearTimeout(killer)
    },
    lastLines: () => readFileSync(plan.logFile, "utf8").trimEnd().split("\n").slice(-lastLinesCount).join("\n"),
  }
}

let isRegistered = false

/** Whatever ends this process, it takes its children and their folders along: `exit` handlers run synchronously. */
const cleanUpAtExit = (): void => {
  if (isRegistered) return
  isRegistered = true
  process.on("exit", () => {
    for (const child of running) child.kill("SIGKILL")
    removeTemporaryFolders()
  })
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => process.exit(signal === "SIGINT" ? 130 : 143))
  }
}
