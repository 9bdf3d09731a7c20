import {
  type TraceHeader,
  type TraceLine,
  type TracedRequest,
  type TracedTaskEnd,
  traceVersion,
} from "#core/tracing/trace-line.ts"
import { linesOfFile } from "./lines-of-file.ts"

/** What happened, in its order. */
export type TraceEvent =
  | { readonly kind: "begin"; readonly request: TracedRequest; readonly atMs: number }
  | { readonly kind: "end"; readonly request: TracedRequest }
  | { readonly kind: "task-end"; readonly task: number }

export interface Trace {
  readonly isSecured: boolean
  readonly events: ReadonlyArray<TraceEvent>
  readonly requests: ReadonlyArray<TracedRequest>
  /** Lines that the recording proxy could not keep: where there are any, later answers may differ for that reason alone. */
  readonly dropped: number
  /** Whether the file was as large as it might be. */
  readonly isCutOff: boolean
}

export const readTrace = (path: string): Trace => traceOf(linesOfFile(path), path)

export const parseTrace = (text: string, name: string): Trace => traceOf(text.split("\n"), name)

/** Several runs of a proxy make one trace: each begins when the one before has ended. */
const traceOf = (texts: Iterable<string>, name: string): Trace => {
  const runs = splitRuns(readLines(texts, name), name)
  const first = runs[0]
  if (first === undefined) throw new Error(`${name} is empty`)
  const startMs = Date.parse(first.header.startedAt)
  const events = runs.flatMap(({ header, lines }) => eventsOf(lines, Date.parse(header.startedAt) - startMs))
  const lines = runs.flatMap((run) => run.lines)
  return {
    isSecured: first.header.isSecured,
    events,
    requests: events.flatMap((event) => (event.kind === "begin" ? [event.request] : [])),
    dropped: lines.reduce((sum, line) => sum + ("dropped" in line ? line.dropped : 0), 0),
    isCutOff: lines.some((line) => "end" in line && line.end === "file-limit"),
  }
}

interface Run {
  readonly header: TraceHeader
  readonly lines: Array<Exclude<TraceLine, TraceHeader>>
}

const readLines = (texts: Iterable<string>, name: string): ReadonlyArray<TraceLine> => {
  const lines: Array<TraceLine> = []
  let position = 0
  /** Number of the line that is no JSON. */
  let broken: number | null = null
  for (const text of texts) {
    position++
    // A proxy that was killed leaves half a line behind, also before the header of its next run.
    if (broken !== null && !text.startsWith('{"trace":')) throw new Error(`${name}: line ${broken} is no JSON`)
    broken = null
    if (text === "") continue
    try {
      lines.push(JSON.parse(text) as TraceLine)
    } catch {
      broken = position
    }
  }
  return lines
}

const splitRuns = (lines: ReadonlyArray<TraceLine>, name: string): ReadonlyArray<Run> => {
  const runs: Array<Run> = []
  for (const line of lines) {
    if ("trace" in line) {
      if (line.trace !== traceVersion)
        throw new Error(`${name} is a trace of version ${String(line.trace)}; this program reads ${traceVersion}`)
      runs.push({ header: line, lines: [] })
      continue
    }
    const run = runs.at(-1)
    if (run === undefined) throw new Error(`${name} does not begin like a trace: {"trace":${traceVersion},…}`)
    run.lines.push(line)
  }
  return runs
}

const eventsOf = (lines: Run["lines"], shiftMs: number): ReadonlyArray<TraceEvent> =>
  lines
    .flatMap((line): ReadonlyArray<{ readonly place: number; readonly event: TraceEvent }> => {
      if ("task" in line) return [{ place: line.ended, event: taskEnd(line) }]
      if (!("request" in line)) return []
      return [
        { place: line.began, event: { kind: "begin", request: line, atMs: shiftMs + line.atMs } },
        { place: line.ended, event: { kind: "end", request: line } },
      ]
    })
    .sort((one, other) => one.place - other.place)
    .map(({ event }) => event)

const taskEnd = ({ task }: TracedTaskEnd): TraceEvent => ({ kind: "task-end", task })
