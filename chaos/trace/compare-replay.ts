import { maskAnswer } from "#core/tracing/mask-secrets.ts"
import type { TracedRequest } from "#core/tracing/trace-line.ts"
import { compareRecords } from "../conformance/compare-records.ts"
import { readExactJson } from "../conformance/exact-json.ts"
import type { Exchange, SequenceRecord } from "../conformance/run-sequence.ts"
import type { WireAnswer } from "../conformance/sequence.ts"
import type { StepDifference } from "../e2e/compare-sessions.ts"
import type { Repeated, Replay } from "./replay-trace.ts"
import { racedRequests } from "./raced-requests.ts"
import type { Trace } from "./read-trace.ts"
import { routeOf } from "./route-of.ts"

export interface ReplayComparison {
  readonly requests: number
  readonly equal: number
  /** Equal but for what two servers may differ in: docs/gaps/0005-tolerances-of-the-conformance-run.md. */
  readonly tolerated: number
  readonly byTolerance: Readonly<Record<string, number>>
  readonly different: ReadonlyArray<ReplayDifference>
  /** Differences of reads that came while a task was under way: which moment they saw was chance when they were recorded, too. */
  readonly raced: ReadonlyArray<ReplayDifference>
}

export interface ReplayDifference extends StepDifference {
  readonly route: string
}

/** A replay with what was recorded. Requests whose client had left have no answer to compare. */
export const compareWithRecording = (trace: Trace, replay: Replay): ReplayComparison => {
  const compared = replay.repeated.filter(({ recorded }) => recorded.status !== null)
  return compare(trace, compared, recordedSide(compared, replay), replayedSide(compared, replay))
}

/** Two replays of one trace with each other. */
export const compareReplays = (trace: Trace, one: Replay, other: Replay): ReplayComparison => {
  const others = new Map(other.repeated.map((repeated) => [repeated.recorded, repeated]))
  const compared = one.repeated.filter(({ recorded }) => others.has(recorded))
  const counterparts = compared.flatMap(({ recorded }) => others.get(recorded) ?? [])
  return compare(trace, compared, replayedSide(compared, one), replayedSide(counterparts, other))
}

const compare = (
  trace: Trace,
  compared: ReadonlyArray<Repeated>,
  expected: SequenceRecord,
  actual: SequenceRecord,
): ReplayComparison => {
  const steps = compared.map(({ request }) => request)
  const sequence = { family: "trace", number: 0, steps }
  const { equal, tolerated, byTolerance, found } = compareRecords([sequence], [expected], [actual])
  const raced = racedRequests(trace)
  const isRaced = (step: number): boolean => raced.has(compared[step]!.recorded)
  const named = found.map(({ step, differences }) => ({
    isRaced: isRaced(step),
    difference: { step: nameOf(compared[step]!.recorded), route: routeOf(compared[step]!.recorded), differences },
  }))
  const those = (wanted: boolean) => named.filter((one) => one.isRaced === wanted).map(({ difference }) => difference)
  return { requests: steps.length, equal, tolerated, byTolerance, different: those(false), raced: those(true) }
}

const nameOf = ({ request, method, target }: TracedRequest): string => `request ${request}: ${method} ${target}`

const recordedSide = (compared: ReadonlyArray<Repeated>, { tasks }: Replay): SequenceRecord => ({
  exchanges: compared.map(({ recorded, request }): Exchange => {
    const text = typeof recorded.answer === "string" ? recorded.answer : ""
    const type: Readonly<Record<string, string>> = text === "" ? {} : { "content-type": "application/json" }
    const headers = { ...type, ...comparable(recorded.answerHeaders) }
    return exchangeOf(recorded, request, { status: recorded.status ?? 0, headers, body: null, text }, null)
  }),
  tasks: [...tasks.keys()].map((uid) => ({ uid, step: `task ${uid}` })),
})

const replayedSide = (compared: ReadonlyArray<Repeated>, { tasks }: Replay): SequenceRecord => ({
  exchanges: compared.map(({ recorded, request, answer, failure }) => exchangeOf(recorded, request, answer, failure)),
  tasks: [...tasks].map(([recorded, uid]) => ({ uid, step: `task ${recorded}` })),
})

/** Answers that were not recorded are compared by their status and headers alone. */
const exchangeOf = (
  recorded: TracedRequest,
  request: Repeated["request"],
  answer: WireAnswer | null,
  failure: string | null,
): Exchange => {
  if (answer === null) return { request, answer, failure, task: null }
  const isRecorded = typeof recorded.answer === "string" && recorded.method !== "HEAD"
  const body = isRecorded ? readExactJson(maskAnswer(answer.text, recorded.target)) : null
  const { "content-type": type, ...others } = answer.headers
  const headers = isRecorded && type !== undefined ? answer.headers : others
  return { request, answer: { ...answer, headers, body }, failure, task: null }
}

const comparable = (headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith("x-miroir-")))
