import { existsSync, mkdirSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { type ChildProgram, startProgram } from "./child-program.ts"
import { freePort } from "./free-port.ts"
import { removeTemporaryFolder } from "./temporary-folder.ts"
import { waitUntil } from "./wait-until.ts"

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

const startDeadlineMs = 30_000

export const startNode = async (plan: NodePlan): Promise<NodeProcess> => {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const folder = join(plan.folder, plan.id)
  const data = join(folder, "data")
  mkdirSync(folder, { recursive: true })
  let program: ChildProgram | null = null

  const start = async (): Promise<void> => {
    const started = startProgram({ ...nodeCommand(plan, port, data), folder, logFile: join(folder, "log.txt") })
    program = started
    await waitUntilHealthy(`node ${plan.id} on ${url}`, url, started)
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

/** `GET /health` answers 200 within the deadline, or the error shows the last lines of the program's log. */
export const waitUntilHealthy = async (what: string, url: string, program: ChildProgram): Promise<void> => {
  const isHealthy = async (): Promise<boolean> => {
    if (!program.isRunning()) throw new Error(`${what} ended instead of starting\n${program.lastLines()}`)
    const answer = await fetch(`${url}/health`).catch(() => null)
    await answer?.arrayBuffer()
    return answer?.status === 200
  }
  await waitUntil(
    `${what} to be healthy`,
    isHealthy,
    { deadlineMs: startDeadlineMs, intervalMs: 30 },
    program.lastLines,
  )
}

const nodeCommand = (
  plan: NodePlan,
  port: number,
  data: string,
): { readonly command: string; readonly arguments: ReadonlyArray<string> } => {
  const masterKey = plan.masterKey === null ? [] : ["--master-key", plan.masterKey]
  if (plan.engine === "embedded") {
    const program = fileURLToPath(new URL("./embedded-node.ts", import.meta.url))
    return { command: process.execPath, arguments: [program, "--port", `${port}`, ...masterKey] }
  }
  // One indexing thread and 200 MB each: a fleet of four must fit beside the proxy on a small machine.
  const bounds = ["--no-analytics", "--max-indexing-memory", "200MB", "--max-indexing-threads", "1"]
  const place = ["--db-path", data, "--http-addr", `127.0.0.1:${port}`]
  return { command: engineBinary(), arguments: [...bounds, ...place, ...masterKey] }
}

export const engineBinary = (): string => {
  const cached = fileURLToPath(new URL("../.cache/engine/meilisearch", import.meta.url))
  const binary = process.env["MEILISEARCH_BIN"] ?? cached
  if (!existsSync(binary)) {
    throw new Error(`there is no engine at ${binary}: run \`npm run engine\`, or set MEILISEARCH_BIN`)
  }
  return binary
}
