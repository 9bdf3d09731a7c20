import { dirname } from "node:path"
import type { ProgramPlan } from "./child-program.ts"

export interface EngineCommandOptions {
  /** The program, see `findEngine`. */
  readonly binary: string
  /** Where the engine keeps its data. */
  readonly dataDirectory: string
  /** On loopback. */
  readonly port: number
  readonly masterKey: string | null
}

/** How an engine is started that shall be small enough for several of them to fit beside a proxy on one machine. */
export const engineCommand = ({
  binary,
  dataDirectory,
  port,
  masterKey,
}: EngineCommandOptions): Pick<ProgramPlan, "command" | "arguments" | "environment" | "folder"> => ({
  command: binary,
  arguments: [
    "--no-analytics",
    "--max-indexing-memory=200MB",
    "--max-indexing-threads=1",
    `--db-path=${dataDirectory}`,
    `--dump-dir=${dataDirectory}.dumps`,
    `--snapshot-dir=${dataDirectory}.snapshots`,
    `--http-addr=127.0.0.1:${port}`,
  ],
  environment: engineEnvironment(masterKey),
  folder: dirname(dataDirectory),
})

/** Only what is said here configures the engine. The key goes this way because everybody can read the arguments of a process. */
const engineEnvironment = (masterKey: string | null): Record<string, string | undefined> => {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("MEILI_"))
  const key = masterKey === null ? {} : { MEILI_MASTER_KEY: masterKey }
  return { ...Object.fromEntries(inherited), ...key, NO_COLOR: "1" }
}
