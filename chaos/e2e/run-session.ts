import { type EnqueuedTask, Meilisearch, MeilisearchApiError, MeilisearchTaskTimeOutError } from "meilisearch"
import type { RawAnswer, RawRequest, Session, Step } from "./session/step.ts"
import { recordExchanges } from "./record-exchanges.ts"

export interface SessionTarget {
  readonly url: string
  readonly masterKey: string
}

/** What one step saw: the value or error that the SDK gave, and the HTTP answers behind it. */
export interface StepRecord {
  readonly name: string
  readonly outcome: unknown
  /** `POST /indexes 202`, without the questions after a task's end. */
  readonly answers: ReadonlyArray<string>
}

export interface SessionTask {
  /** As the server numbered it. */
  readonly uid: number
  /** The step that made it; a step may make several. */
  readonly step: string
}

export interface SessionRecord {
  readonly steps: ReadonlyArray<StepRecord>
  /** HTTP requests, without the questions after a task's end. */
  readonly calls: number
  /** Every task that a step waited for, in order. */
  readonly tasks: ReadonlyArray<SessionTask>
  /** Answers whose raw body has the name of a hidden field in it; must be empty. */
  readonly leaks: ReadonlyArray<string>
}

/** The longest that a task of this session may take; a busy machine needs a second for the large ones. */
const taskDeadlineMs = 30_000
/** After so many tasks that never ended the session breaks off: the rest would only wait. */
const endlessTasksMax = 3
const taskIntervalMs = 20

/** Runs the steps one after another against one server, which must be fresh. A step that fails is recorded like any other. */
export const runSession = async (target: SessionTarget, steps: ReadonlyArray<Step>): Promise<SessionRecord> => {
  const tasks: SessionTask[] = []
  const exchanges = recordExchanges()
  const records: StepRecord[] = []
  const leaks: string[] = []
  let calls = 0
  let endlessTasks = 0
  try {
    for (const { name, run } of steps) {
      const session = openSession(target, tasks, name, exchanges.withoutRecording)
      const outcome = await run(session).then(
        (value) => ({ value: asJson(value) }),
        (error) => {
          if (error instanceof MeilisearchTaskTimeOutError) endlessTasks += 1
          return { error: describeError(error) }
        },
      )
      const { recorded, leaked } = exchanges.take()
      calls += recorded.length
      leaks.push(...leaked.map((exchange) => `${name}: ${exchange}`))
      records.push({ name, outcome, answers: recorded })
      if (endlessTasks === endlessTasksMax) break
    }
  } finally {
    exchanges.stop()
  }
  return { steps: records, calls, tasks, leaks }
}

const openSession = (
  { url, masterKey }: SessionTarget,
  tasks: SessionTask[],
  step: string,
  withoutRecording: <Value>(work: () => Promise<Value>) => Promise<Value>,
): Session => {
  const client = new Meilisearch({ host: url, apiKey: masterKey })
  const waitFor = async (enqueued: EnqueuedTask) => {
    tasks.push({ uid: enqueued.taskUid, step })
    const options = { timeout: taskDeadlineMs, interval: taskIntervalMs }
    const task = await withoutRecording(() => client.tasks.waitForTask(enqueued.taskUid, options))
    return { enqueued, task }
  }
  const raw = async (request: RawRequest): Promise<RawAnswer> => {
    const { status, contentType, text } = await sendRaw(url, masterKey, request)
    return { status, contentType, body: parsedOrText(text) }
  }
  return {
    client,
    clientWithKey: (apiKey) => new Meilisearch(apiKey === null ? { host: url } : { host: url, apiKey }),
    raw,
    rawText: async (request) => (await sendRaw(url, masterKey, request)).text,
    write: async (enqueue) => waitFor(await enqueue()),
    writeRaw: async (request) => {
      const answer = await raw(request)
      return isEnqueuedTask(answer.body) ? waitFor(answer.body) : answer
    },
    taskUid: (position) => (tasks[0]?.uid ?? 0) + position,
  }
}

const sendRaw = async (url: string, masterKey: string, request: RawRequest) => {
  const headers: Record<string, string> = { authorization: `Bearer ${masterKey}` }
  if (request.body !== undefined) headers["content-type"] = "application/json"
  Object.assign(headers, request.headers)
  // An empty value stands for an absent header: fetch would send the name all the same.
  for (const [name, value] of Object.entries(headers)) if (value === "") delete headers[name]
  const body =
    request.body === undefined
      ? {}
      : // Bytes, because fetch gives a string the content type text/plain.
        {
          body: new TextEncoder().encode(
            typeof request.body === "string" ? request.body : JSON.stringify(request.body),
          ),
        }
  const response = await fetch(url + request.path, { method: request.method, headers, ...body })
  return { status: response.status, contentType: response.headers.get("content-type"), text: await response.text() }
}

const parsedOrText = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const isEnqueuedTask = (body: unknown): body is EnqueuedTask =>
  typeof body === "object" && body !== null && "taskUid" in body && typeof body.taskUid === "number"

/** Like JSON text would carry it: `undefined` members disappear, class instances become plain objects. */
const asJson = (value: unknown): unknown => (value === undefined ? null : JSON.parse(JSON.stringify(value)))

const describeError = (error: unknown): unknown => {
  if (error instanceof MeilisearchApiError) {
    return { name: error.name, status: error.response.status, ...asObject(error.cause ?? { message: error.message }) }
  }
  return error instanceof Error ? { name: error.name, message: error.message } : { message: String(error) }
}

const asObject = (value: object): object => JSON.parse(JSON.stringify(value)) as object
