import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Data, Effect, type Scope } from "effect"

export class DataInUse extends Data.TaggedError("DataInUse")<{ readonly message: string }> {}

/** Takes a data directory for this process until the scope closes. The lock of a process that is gone counts for nothing. */
export const lockData = (directory: string): Effect.Effect<void, DataInUse, Scope.Scope> => {
  const path = join(directory, "lock")
  return Effect.acquireRelease(
    Effect.suspend(() => {
      mkdirSync(directory, { recursive: true })
      for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
        if (createFile(path)) return Effect.void
        const holder = Number(readOrEmpty(path))
        if (isRunning(holder)) return inUse(directory, `process ${holder}`, path)
        rmSync(path, { force: true })
      }
      return inUse(directory, "others that start at this moment", path)
    }),
    () => Effect.sync(() => rmSync(path, { force: true })),
  )
}

const attemptsMax = 5

const inUse = (directory: string, holder: string, path: string): DataInUse =>
  new DataInUse({
    message: `${directory} is in use by ${holder}. End that one, or give another --data directory. If it is no \`npm start\`, delete ${path}.`,
  })

const createFile = (path: string): boolean => {
  try {
    writeFileSync(path, String(process.pid), { flag: "wx" })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false
    throw error
  }
}

const readOrEmpty = (path: string): string => {
  try {
    return readFileSync(path, "utf8")
  } catch {
    return ""
  }
}

const isRunning = (pid: number): boolean => {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"
  }
}
