import { readdirSync, readFileSync } from "node:fs"

/**
 * Ends an engine on this data directory that outlived its `npm start` (which was killed and could not end it). Its arguments prove that
 * it is ours. True when there was one. Needs `/proc`; elsewhere nothing is found, and the taken port is reported instead.
 */
export const endLeftover = async (dataDirectory: string): Promise<boolean> => {
  const pid = findByArgument(`--db-path=${dataDirectory}`)
  if (pid === null) return false
  process.kill(pid, "SIGKILL")
  for (let waitedMs = 0; waitedMs < deathMaxMs && isRunning(pid); waitedMs += pauseMs) {
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
  return true
}

const deathMaxMs = 2_000
const pauseMs = 20

const findByArgument = (argument: string): number | null => {
  try {
    const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name))
    const found = pids.find((pid) => argumentsOf(pid).includes(argument))
    return found === undefined ? null : Number(found)
  } catch {
    return null
  }
}

const argumentsOf = (pid: string): ReadonlyArray<string> => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0")
  } catch {
    return []
  }
}

const isRunning = (pid: number): boolean => argumentsOf(String(pid)).length > 1
