import { pause } from "../wait-until.ts"
import type { Sequence, SequenceMemory, Step, WireAnswer, WireRequest } from "./sequence.ts"
import { sendWireRequest, type WireTarget } from "./send-wire-request.ts"

/** One request and what came of it. */
export interface Exchange {
  readonly request: WireRequest
  /** null when the server gave no answer; `failure` says why. */
  readonly answer: WireAnswer | null
  readonly failure: string | null
  /** How the task ended that the answer named, when it was awaited. */
  readonly task: unknown
}

export interface SequenceRecord {
  readonly exchanges: ReadonlyArray<Exchange>
  /** Uids in the order in which the sequence was told of them, with the step that made each. */
  readonly tasks: ReadonlyArray<{ readonly uid: number; readonly step: string }>
}

/** The longest that a task of a few small documents may wait and work on a busy machine. */
const taskDeadlineMs = 60_000
const firstPollMs = 4
const slowestPollMs = 60

export const runSequence = async (target: WireTarget, { steps }: Pick<Sequence, "steps">): Promise<SequenceRecord> => {
  const exchanges: Exchange[] = []
  const tasks: { uid: number; step: string }[] = []
  const memory: SequenceMemory = {
    task: (position) => tasks[position]?.uid ?? -1,
    batch: (position) => batchOf(exchanges, tasks[position]?.uid),
    answer: (position) => exchanges[position]?.answer?.body ?? null,
  }
  for (const [position, step] of steps.entries()) {
    exchanges.push(await exchange(target, readStep(step, memory), `step ${position}`, tasks))
  }
  return { exchanges, tasks }
}

const readStep = (step: Step, memory: SequenceMemory): WireRequest => (typeof step === "function" ? step(memory) : step)

const exchange = async (
  target: WireTarget,
  request: WireRequest,
  step: string,
  tasks: { uid: number; step: string }[],
): Promise<Exchange> => {
  try {
    const answer = await sendWireRequest(target, request)
    const uid = memberNumber(answer.body, "taskUid")
    if (uid === null || answer.status >= 300) return { request, answer, failure: null, task: null }
    tasks.push({ uid, step })
    const task = request.isTaskAwaited === false ? null : await awaitTask(target, uid)
    return { request, answer, failure: null, task }
  } catch (error) {
    return { request, answer: null, failure: error instanceof Error ? error.message : String(error), task: null }
  }
}

/** Asks as clients do: quickly at first, then more slowly. */
const awaitTask = async (target: WireTarget, uid: number): Promise<unknown> => {
  const startedAt = performance.now()
  for (let intervalMs = firstPollMs; ; intervalMs = Math.min(slowestPollMs, intervalMs * 1.5)) {
    const { status, body } = await sendWireRequest(target, { method: "GET", path: `/tasks/${uid}` })
    // A task may have deleted itself from sight; the answer says so on both sides.
    if (status !== 200 || !["enqueued", "processing"].includes(memberText(body, "status"))) return body
    if (performance.now() - startedAt > taskDeadlineMs) return { endless: memberText(body, "status") }
    await pause(intervalMs)
  }
}

const batchOf = (exchanges: ReadonlyArray<Exchange>, uid: number | undefined): number => {
  const task = exchanges.find((candidate) => memberNumber(candidate.task, "uid") === uid)?.task
  return memberNumber(task, "batchUid") ?? -1
}

const member = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined

const memberNumber = (value: unknown, name: string): number | null => {
  const found = member(value, name)
  return typeof found === "number" ? found : null
}

const memberText = (value: unknown, name: string): string => {
  const found = member(value, name)
  return typeof found === "string" ? found : ""
}
