import { Clock, Data, Effect, Fiber } from "effect"
import type { TracedRequest } from "#core/tracing/trace-line.ts"
import type { WireAnswer, WireRequest } from "../conformance/sequence.ts"
import { authorizationOf, type Keyring } from "./authorization.ts"
import type { Trace } from "./read-trace.ts"
import { type ReplayMemory, startMemory } from "./replay-memory.ts"
import { type LeftOut, repeatRequest } from "./repeat-request.ts"

/*
 * Sends the requests of a trace again. Nothing is sent before everything that was over when it came is over in the replay too:
 * requests that had been answered, tasks whose end had been stored. What ran side by side runs side by side. So a client that
 * waited for its task finds it ended, at any speed; a client that did not wait may see another moment, as it might have before.
 */

export interface ReplayTarget {
  readonly masterKey: string | null
  readonly send: (request: WireRequest) => Effect.Effect<WireAnswer, NoAnswer>
}

export class NoAnswer extends Data.TaggedError("NoAnswer")<{ readonly reason: string }> {}

/** `max`: as fast as the order allows; a number: so many times as fast as recorded. */
export type Speed = "max" | number

export interface Repeated {
  readonly recorded: TracedRequest
  readonly request: WireRequest
  /** Its text is in the words of the recording. null: none came, `failure` says why. */
  readonly answer: WireAnswer | null
  readonly failure: string | null
}

export interface Replay {
  /** In the order of the recording. */
  readonly repeated: ReadonlyArray<Repeated>
  readonly leftOut: ReadonlyArray<{ readonly recorded: TracedRequest; readonly why: LeftOut }>
  /** Recorded uid and uid of the replay. */
  readonly tasks: ReadonlyMap<number, number>
  /** Tasks, as recorded, that did not end within the deadline. */
  readonly endless: ReadonlyArray<number>
  readonly elapsedMs: number
}

/** A generous one: a task of the replay may wait for the tasks of other clients of its target. */
const taskDeadlineMs = 120_000
const firstPollMs = 4
const slowestPollMs = 60

export const replayTrace = Effect.fnUntraced(function* (trace: Trace, target: ReplayTarget, speed: Speed) {
  const state = startState(trace, target)
  const startedMs = yield* Clock.currentTimeMillis
  yield* learnDefaultKeys(state)
  for (const event of trace.events) {
    if (event.kind === "begin") {
      if (speed !== "max") yield* sleepUntil(startedMs + event.atMs / speed)
      yield* begin(event.request, state)
    } else if (event.kind === "end") yield* end(event.request, state)
    else if (state.tasks.has(event.task)) yield* awaitEnd(event.task, state)
    // The end of a task can be stored before the client hears that there is one.
    else state.endedEarly.add(event.task)
  }
  const { repeated, leftOut, tasks, endless } = state
  return {
    repeated: trace.requests.flatMap((request) => repeated.get(request) ?? []),
    leftOut,
    tasks,
    endless,
    elapsedMs: (yield* Clock.currentTimeMillis) - startedMs,
  } satisfies Replay
})

interface State {
  readonly trace: Trace
  readonly target: ReplayTarget
  readonly memory: ReplayMemory
  readonly keyring: Keyring
  readonly running: Map<TracedRequest, Fiber.Fiber<Repeated>>
  readonly repeated: Map<TracedRequest, Repeated>
  readonly leftOut: Array<Replay["leftOut"][number]>
  readonly tasks: Map<number, number>
  readonly endedEarly: Set<number>
  readonly endless: Array<number>
}

const startState = (trace: Trace, target: ReplayTarget): State => {
  const memory = startMemory()
  return {
    trace,
    target,
    memory,
    keyring: { masterKey: target.masterKey, keyUid: memory.keyUid },
    running: new Map(),
    repeated: new Map(),
    leftOut: [],
    tasks: new Map(),
    endedEarly: new Set(),
    endless: [],
  }
}

const sleepUntil = (atMs: number): Effect.Effect<void> =>
  Effect.flatMap(Clock.currentTimeMillis, (nowMs) => (atMs > nowMs ? Effect.sleep(atMs - nowMs) : Effect.void))

const begin = (recorded: TracedRequest, state: State): Effect.Effect<void> => {
  const request = repeatRequest(recorded, state.trace.isSecured, state.memory, state.keyring)
  if (typeof request === "string") {
    state.leftOut.push({ recorded, why: request })
    return Effect.void
  }
  return Effect.map(Effect.forkChild(repeat(recorded, request, state), { startImmediately: true }), (fiber) => {
    state.running.set(recorded, fiber)
  })
}

const repeat = (recorded: TracedRequest, request: WireRequest, { target, memory }: State): Effect.Effect<Repeated> =>
  target.send(request).pipe(
    Effect.map((answer): Repeated => {
      if (typeof recorded.answer === "string") memory.learnFrom(recorded.answer, answer.text)
      return { recorded, request, answer: { ...answer, text: memory.translateBack(answer.text) }, failure: null }
    }),
    Effect.catch(({ reason }) => Effect.succeed<Repeated>({ recorded, request, answer: null, failure: reason })),
  )

const end = (recorded: TracedRequest, state: State): Effect.Effect<void> => {
  const fiber = state.running.get(recorded)
  if (fiber === undefined) return Effect.void
  return Effect.flatMap(Fiber.join(fiber), (done) => {
    state.running.delete(recorded)
    state.repeated.set(recorded, done)
    const made = recorded.said.taskUid
    const uid = memberOf(done.answer?.body, "taskUid")
    if (made === undefined || typeof uid !== "number") return Effect.void
    state.tasks.set(made, uid)
    state.memory.learnTask(made, uid)
    return state.endedEarly.has(made) ? awaitEnd(made, state) : Effect.void
  })
}

/** Asks as clients do, quickly at first, then more slowly, until the task of the replay has ended or was deleted. */
const awaitEnd = Effect.fnUntraced(function* (recordedUid: number, { target, keyring, tasks, endless }: State) {
  const authorization = authorizationOf({ kind: "master" }, true, keyring)
  const request = { method: "GET", path: `/tasks/${tasks.get(recordedUid) ?? ""}`, headers: { authorization } }
  const deadlineMs = (yield* Clock.currentTimeMillis) + taskDeadlineMs
  for (let pauseMs = firstPollMs; ; pauseMs = Math.min(slowestPollMs, pauseMs * 1.5)) {
    const answer = yield* Effect.catch(target.send(request), () => Effect.succeed(null))
    const status = memberOf(answer?.body, "status")
    if (answer !== null && status !== "enqueued" && status !== "processing") return
    if ((yield* Clock.currentTimeMillis) > deadlineMs) return void endless.push(recordedUid)
    yield* Effect.sleep(pauseMs)
  }
})

/** The keys that every server has from its start have other uids on each: they are known by their names. */
const learnDefaultKeys = Effect.fnUntraced(function* ({ trace, target, memory, keyring }: State) {
  const callers = trace.requests.flatMap(({ caller }) => (caller.kind === "key" ? [caller] : []))
  const defaults = callers.filter(({ name }) => name?.startsWith("Default ") === true)
  if (defaults.length === 0) return
  const headers = { authorization: authorizationOf({ kind: "master" }, true, keyring) }
  const answer = yield* Effect.catch(target.send({ method: "GET", path: "/keys?limit=1000", headers }), () =>
    Effect.succeed(null),
  )
  const keys = memberOf(answer?.body, "results")
  for (const key of Array.isArray(keys) ? (keys as ReadonlyArray<unknown>) : []) {
    const same = defaults.find(({ name }) => name === memberOf(key, "name"))
    const uid = memberOf(key, "uid")
    if (same !== undefined && typeof uid === "string") memory.learnUuid(same.uid, uid)
  }
})

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined
