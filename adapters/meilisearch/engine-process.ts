import { spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { closedPort } from "../contract/loopback-server.ts"

export interface EngineProcess {
  readonly url: string
  /** Holds `data`, `dumps` and `snapshots`. */
  readonly folder: string
  /** Ends the process and removes its data. */
  readonly stop: () => Promise<void>
}

const startDeadlineMs = 20_000
const cachedEngine = new URL("../../.cache/engine/meilisearch", import.meta.url).pathname

/** Path of a Meilisearch: `MEILISEARCH_BIN`, else the engine that the tests keep in `.cache/engine`. */
export const findEngine = (): string => {
  const wanted = process.env["MEILISEARCH_BIN"] ?? cachedEngine
  if (existsSync(wanted)) return wanted
  throw new Error(
    `These tests need a real Meilisearch and there is none at ${wanted}: set MEILISEARCH_BIN to one, or run npm test, which fetches one.`,
  )
}

/** Starts a fresh engine on a free port of the loopback interface, small enough to run beside others. `more`: further flags. */
export const startEngine = async (more: ReadonlyArray<string> = []): Promise<EngineProcess> => {
  const folder = await mkdtemp(join(tmpdir(), "miroir-engine-"))
  const port = await closedPort()
  const url = `http://127.0.0.1:${port}`
  const limits = ["--no-analytics", "--max-indexing-memory", "200MB", "--max-indexing-threads", "1"]
  const places = [
    "--db-path",
    join(folder, "data"),
    "--dump-dir",
    join(folder, "dumps"),
    "--snapshot-dir",
    join(folder, "snapshots"),
  ]
  const engine = spawn(findEngine(), [...limits, ...places, ...more, "--http-addr", `127.0.0.1:${port}`], {
    stdio: "ignore",
    cwd: folder,
  })
  const ended = new Promise<void>((resolve) => void engine.once("exit", () => resolve()))
  const stop = async (): Promise<void> => {
    engine.kill("SIGKILL")
    await ended
    await rm(folder, { recursive: true, force: true })
  }
  const deadline = Date.now() + startDeadlineMs
  while (!(await isHealthy(url))) {
    if (engine.exitCode !== null || Date.now() > deadline) {
      await stop()
      throw new Error(`The engine did not become healthy on ${url} within ${startDeadlineMs} ms.`)
    }
    await pause(50)
  }
  return { url, folder, stop }
}

const isHealthy = async (url: string): Promise<boolean> => {
  try {
    return (await fetch(`${url}/health`)).ok
  } catch {
    return false
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms))

const taskDeadlineMs = 20_000

/** Waits until the engine has no unfinished task. */
export const settleEngine = async (url: string): Promise<void> => {
  const deadline = Date.now() + taskDeadlineMs
  for (;;) {
    const answer = await fetch(`${url}/tasks?statuses=enqueued,processing&limit=1`)
    const { total } = (await answer.json()) as { readonly total: number }
    if (total === 0) return
    if (Date.now() > deadline)
      throw new Error(`${total} tasks of the engine were still unfinished after ${taskDeadlineMs} ms.`)
    await pause(15)
  }
}
