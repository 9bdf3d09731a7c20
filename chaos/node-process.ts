import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { awaitHealth } from "#runtime/engine/await-health.ts"
import { type ChildProgram, type ProgramPlan, startProgram } from "#runtime/engine/child-program.ts"
import { engineCommand } from "#runtime/engine/engine-command.ts"
import { findEngine } from "#runtime/engine/find-engine.ts"
import { freePort } from "#runtime/engine/free-port.ts"
import { removeTemporaryFolder } from "./temporary-folder.ts"

/** `real`: Meilisearch itself; `embedded`: the model node behind a socket, for machines that have no engine. */
export type EngineKind = "real" | "embedded"

/** One Meilisearch server as a process that can die and come back on the same port. */
export interface NodeProcess {
  readonly id: string
  readonly url: string
  /** `kill -9`: nothing is flushed, no connection is closed politely. */
  readonly kill: () => Promise<void>
  readonly end: () => Promise<void>
  /** Starts it again with the data that it had, or with none, and waits until it answers. */
  readonly restart: (data: "kept" | "wiped") => Promise<void>
  readonly lastLines: () => string
}

export interface NodePlan {
  readonly id: string
  readonly engine: EngineKind
  readonly masterKey: string | null
  /** Holds the data and the log of this node. */
  readonly folder: string
}

export const startNode = async (plan: NodePlan): Promise<NodeProcess> => {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const folder = join(plan.folder, plan.id)
  const data = join(folder, "data")
  mkdirSync(folder, { recursive: true })
  let program: ChildProgram | null = null

  const start = async (): Promise<void> => {
    const command = nodeCommand(plan, port, data)
    const started = await startProgram({ ...command, folder, logFile: join(folder, "log.txt"), hasOwnGroup: false })
    program = started
    await awaitHealth(`node ${plan.id} on ${url}`, url, started)
  }
  await start()
  return {
    id: plan.id,
    url,
    kill: async () => program?.end("SIGKILL"),
    end: async () => program?.end("SIGTERM"),
    restart: async (state) => {
      await program?.end("SIGKILL")
      if (state === "wiped") removeTemporaryFolder(data)
      await start()
    },
    lastLines: () => program?.lastLines() ?? "",
  }
}

const nodeCommand = (
  { engine, masterKey }: NodePlan,
  port: number,
  dataDirectory: string,
): Pick<ProgramPlan, "command" | "arguments" | "environment"> => {
  if (engine === "real") return engineCommand({ binary: engineBinary(), dataDirectory, port, masterKey })
  const program = fileURLToPath(new URL("./embedded-node.ts", import.meta.url))
  const key = masterKey === null ? [] : ["--master-key", masterKey]
  return { command: process.execPath, arguments: [program, "--port", `${port}`, ...key] }
}

const engineBinary = (): string => {
  const engine = findEngine()
  if (engine === null) throw new Error("there is no engine here: run `npm run engine`, or set MEILISEARCH_BIN")
  return engine.path
}
