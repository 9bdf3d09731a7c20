import { setTimeout as pause } from "node:timers/promises"
import type { ChildProgram } from "./child-program.ts"

interface HealthWait {
  readonly deadlineMs?: number | undefined
  /** Aborted when nobody waits any more. */
  readonly abandoned?: AbortSignal
}

/** Waits until `GET /health` of a program answers 200. Fails when it ends instead, or at the deadline, with what it printed last. */
export const awaitHealth = async (
  what: string,
  url: string,
  program: ChildProgram,
  { deadlineMs = startDeadlineMs, abandoned }: HealthWait = {},
): Promise<void> => {
  const deadline = AbortSignal.timeout(deadlineMs)
  const over = abandoned === undefined ? deadline : AbortSignal.any([deadline, abandoned])
  const fail = (problem: string): never => {
    throw new Error(`${what}: ${problem}\n${program.lastLines()}`)
  }
  for (;;) {
    const exit = program.exit()
    if (exit !== null) fail(`it ended (${exit.signal ?? `code ${exit.code}`}) before it answered`)
    if (over.aborted) fail(`GET /health was not answered with 200 within ${deadlineMs} ms`)
    if (await isHealthy(url, over)) return
    await pause(healthIntervalMs)
  }
}

/** A first start on a busy machine maps and syncs several files; it usually takes well under a second. */
const startDeadlineMs = 60_000
const healthIntervalMs = 50

const isHealthy = async (url: string, signal: AbortSignal): Promise<boolean> => {
  try {
    const answer = await fetch(`${url}/health`, { signal })
    await answer.arrayBuffer()
    return answer.status === 200
  } catch {
    return false
  }
}
