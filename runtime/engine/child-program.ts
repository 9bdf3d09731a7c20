import { type ChildProcess, spawn } from "node:child_process"
import { closeSync, openSync, readFileSync } from "node:fs"

/** One process that we have started: an engine, or a proxy. */
export interface ChildProgram {
  readonly pid: number
  /** How it ended; null while it runs. */
  readonly exit: () => ProgramExit | null
  /** Settles when the process has ended, wanted or not. */
  readonly exited: Promise<ProgramExit>
  /** Sends the signal and waits until the process is gone; one that does not go is killed. Nothing happens when it is gone already. */
  readonly end: (signal: "SIGTERM" | "SIGKILL") => Promise<void>
  /** The end of what it printed, for messages about failures. */
  readonly lastLines: () => string
}

export interface ProgramExit {
  readonly code: number | null
  readonly signal: string | null
}

export interface ProgramPlan {
  readonly command: string
  readonly arguments: ReadonlyArray<string>
  /** The whole of it; ours when it is missing. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** Working folder. */
  readonly folder: string
  /** What it prints is appended here, so that a program that is started again keeps the story of its first life. */
  readonly logFile: string
  /** A process group of its own, so that Ctrl-C in a terminal reaches only us. */
  readonly hasOwnGroup: boolean
}

/** Starts a program; it ends with this process at the latest, unless that is killed. Fails when it cannot be run. */
export const startProgram = async (plan: ProgramPlan): Promise<ChildProgram> => {
  const child = spawnLogged(plan)
  takeAlong(child)
  let exit: ProgramExit | null = null
  const exited = new Promise<ProgramExit>((resolve) => {
    child.once("exit", (code, signal) => {
      exit = { code, signal }
      resolve(exit)
    })
  })
  await spawned(child, plan.command)
  return {
    pid: child.pid ?? 0,
    exit: () => exit,
    exited,
    end: async (signal) => {
      if (exit !== null) return
      child.kill(signal)
      const killer = setTimeout(() => child.kill("SIGKILL"), gracefulEndMs)
      await exited
      clearTimeout(killer)
    },
    lastLines: () => lastLines(plan.logFile),
  }
}

/** A graceful end of a proxy may take as long as a request. An engine finishes what it writes, and survives being killed, too. */
const gracefulEndMs = 10_000

const spawnLogged = (plan: ProgramPlan): ChildProcess => {
  const log = openSync(plan.logFile, "a")
  try {
    return spawn(plan.command, plan.arguments, {
      cwd: plan.folder,
      env: plan.environment ?? process.env,
      stdio: ["ignore", log, log],
      detached: plan.hasOwnGroup,
    })
  } finally {
    closeSync(log)
  }
}

const running = new Set<ChildProcess>()

/** Whatever ends this process, it takes the program along: `exit` handlers run synchronously. */
const takeAlong = (child: ChildProcess): void => {
  // Before all others: they may remove the folders into which the programs write.
  if (running.size === 0) process.prependListener("exit", killRunning)
  running.add(child)
  const leave = (): void => {
    running.delete(child)
    if (running.size === 0) process.off("exit", killRunning)
  }
  child.once("exit", leave)
  child.once("error", leave)
}

const killRunning = (): void => {
  for (const child of running) child.kill("SIGKILL")
}

const spawned = (child: ChildProcess, command: string): Promise<void> =>
  new Promise((resolve, reject) => {
    child.once("spawn", resolve)
    child.once("error", (error) => reject(new Error(`${command} cannot be run: ${error.message}`)))
  })

const lastLines = (logFile: string): string => {
  const lines = readFileSync(logFile, "utf8").trimEnd().split("\n").slice(-lastLinesCount)
  return `last lines of ${logFile}:\n${lines.map((line) => `  ${line}`).join("\n")}`
}

const lastLinesCount = 25
