import { readFileSync } from "node:fs"
import { type ConfigSources, type LoadedConfig, loadConfig } from "./load-config.ts"

/** Loads the configuration of this process; `path`: the configuration file, null for none. */
export const readConfig = (
  path: string | null,
  env: ConfigSources["env"],
  flags: ConfigSources["flags"],
): LoadedConfig => {
  try {
    return loadConfig({ file: path === null ? null : readText(path), env, flags, readText })
  } catch (error) {
    if (!isFileError(error)) throw error
    return { tag: "problems", problems: [`the configuration file ${path} cannot be read: ${error.message}`] }
  }
}

const readText = (path: string): string => readFileSync(path, "utf8")

const isFileError = (error: unknown): error is NodeJS.ErrnoException => error instanceof Error && "syscall" in error
