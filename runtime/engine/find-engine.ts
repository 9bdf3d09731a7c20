import { accessSync, constants, statSync } from "node:fs"
import { delimiter, join, resolve } from "node:path"
import { cachedEnginePath, projectDirectory } from "./engine-package.ts"

export interface FoundEngine {
  /** Absolute path of the program. */
  readonly path: string
  readonly source: "MEILISEARCH_BIN" | "PATH" | "cache"
}

interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly project: string
}

/**
 * The Meilisearch that this machine has: `MEILISEARCH_BIN`, else `meilisearch` on the PATH, else the one that `npm run engine` fetched;
 * null when there is none. A `MEILISEARCH_BIN` that cannot be run is an error: it was meant.
 */
export const findEngine = (
  { env, project }: Surroundings = { env: process.env, project: projectDirectory },
): FoundEngine | null => {
  const named = env["MEILISEARCH_BIN"]
  if (named !== undefined && named !== "") {
    const path = resolve(named)
    if (!isProgram(path)) throw new Error(`MEILISEARCH_BIN is ${named}, which is not a program that can be run`)
    return { path, source: "MEILISEARCH_BIN" }
  }
  const onPath = (env["PATH"] ?? "")
    .split(delimiter)
    .filter((directory) => directory !== "")
    .map((directory) => join(directory, "meilisearch"))
    .find(isProgram)
  if (onPath !== undefined) return { path: resolve(onPath), source: "PATH" }
  const cached = cachedEnginePath(project)
  return isProgram(cached) ? { path: cached, source: "cache" } : null
}

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
