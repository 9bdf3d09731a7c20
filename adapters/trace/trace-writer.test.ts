import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect } from "effect"
import { afterEach, beforeEach, expect, test } from "vitest"
import type { TraceHeader, TraceLine } from "#core/tracing/trace-line.ts"
import { openTraceWriter, type TraceWriter, type TraceWriterOptions } from "./trace-writer.ts"

let folder = ""
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "trace-writer-"))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const header: TraceHeader = {
  trace: 1,
  miroir: "0.0.0",
  startedAt: "2026-01-01T00:00:00.000Z",
  bodies: "all",
  isSecured: false,
}
const taskEnd = (task: number): TraceLine => ({ task, status: "succeeded", ended: task, atMs: task })
const lineBytes = 100
const limits = { bufferBytesMax: 1_000_000, fileBytesMax: 1_000_000, onProblem: () => {} }

/** Opens a trace, lets `use` write, closes it, and reads what stands in the file. */
const written = async (
  use: (writer: TraceWriter) => void,
  more: Partial<TraceWriterOptions> = {},
): Promise<{ readonly lines: ReadonlyArray<unknown>; readonly problems: ReadonlyArray<string> }> => {
  const problems: Array<string> = []
  const options: TraceWriterOptions = {
    path: join(folder, "trace.ndjson"),
    bufferBytesMax: 1_000_000,
    fileBytesMax: 1_000_000,
    onProblem: (problem) => void problems.push(problem),
    ...more,
  }
  await Effect.runPromise(Effect.scoped(Effect.map(openTraceWriter(options, header), use)))
  const text = readFileSync(options.path, "utf8")
  return {
    lines: text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown),
    problems,
  }
}

const writeMany = (writer: TraceWriter, count: number): void => {
  for (let task = 1; task <= count; task++) writer.write(lineBytes, () => taskEnd(task))
}

test("a trace is its header, every line in order, and its end", async () => {
  const { lines, problems } = await written((writer) => writeMany(writer, 5_000))
  expect(lines).toEqual([header, ...Array.from({ length: 5_000 }, (_, at) => taskEnd(at + 1)), { end: "stopped" }])
  expect(problems).toEqual([])
})

test("what does not fit into the buffer is dropped and counted, and nothing else is", async () => {
  const { lines } = await written((writer) => writeMany(writer, 25), { bufferBytesMax: 10 * lineBytes })
  const kept = Array.from({ length: 10 }, (_, at) => taskEnd(at + 1))
  expect(lines).toEqual([header, ...kept, { dropped: 15 }, { end: "stopped" }])
})

test("under a disk that is now and then too slow, each line is in its place or counted in a gap that stands there", async () => {
  const path = join(folder, "trace.ndjson")
  const options = { path, bufferBytesMax: 2 * lineBytes, fileBytesMax: 1_000_000, onProblem: () => {} }
  const count = 500
  await Effect.runPromise(
    Effect.scoped(
      Effect.gen(function* () {
        const writer = yield* openTraceWriter(options, header)
        for (let task = 1; task <= count; task++) {
          writer.write(lineBytes, () => taskEnd(task))
          // In bursts of ten, so that there are both gaps and lines behind them.
          if (task % 10 === 0) yield* Effect.promise(() => new Promise((done) => setImmediate(done)))
        }
      }),
    ),
  )
  const lines = readFileSync(path, "utf8").trimEnd().split("\n").slice(1, -1)
  let next = 1
  let gaps = 0
  for (const line of lines.map((text) => JSON.parse(text) as TraceLine)) {
    if ("dropped" in line) gaps++
    else expect(line).toEqual(taskEnd(next))
    next += "dropped" in line ? line.dropped : 1
  }
  expect(next).toBe(count + 1)
  // How many gaps depends on the disk; the burst of ten is five times what fits, so there is one at least.
  expect(gaps).toBeGreaterThan(0)
})

test("a line that cannot be made is counted, and the others are written", async () => {
  const { lines, problems } = await written((writer) => {
    writeMany(writer, 1)
    writer.write(lineBytes, () => {
      throw new Error("no line")
    })
    writeMany(writer, 1)
  })
  expect(lines).toEqual([header, taskEnd(1), { dropped: 1 }, taskEnd(1), { end: "stopped" }])
  expect(problems).toEqual([])
})

test("a file that is as large as it may be ends with a line that says so, and somebody is told once", async () => {
  const { lines, problems } = await written((writer) => writeMany(writer, 50), { fileBytesMax: 400 })
  expect(lines.at(-1)).toEqual({ end: "file-limit" })
  expect(lines.length).toBeLessThan(10)
  expect(problems).toHaveLength(1)
  expect(statSync(join(folder, "trace.ndjson")).size).toBeLessThan(400 + 30)
})

test("a second run is appended behind the first, and only the owner may read either", async () => {
  await written((writer) => writeMany(writer, 1))
  const { lines } = await written((writer) => writeMany(writer, 1))
  expect(lines).toEqual([header, taskEnd(1), { end: "stopped" }, header, taskEnd(1), { end: "stopped" }])
  expect(statSync(join(folder, "trace.ndjson")).mode & 0o777).toBe(0o600)
})

test("a file that cannot be opened is an error that names it", async () => {
  const path = join(folder, "missing", "trace.ndjson")
  const options = { path, bufferBytesMax: 1, fileBytesMax: 1, onProblem: () => {} }
  const failure = await Effect.runPromise(Effect.flip(Effect.scoped(openTraceWriter(options, header))))
  expect(failure.message).toContain(`cannot be written to ${path}`)
})

test("a run behind half a line, which a killed one has left, begins on a line of its own", async () => {
  const path = join(folder, "trace.ndjson")
  appendFileSync(path, '{"request":1,"beg')
  await Effect.runPromise(Effect.scoped(openTraceWriter({ ...limits, path }, header)))
  expect(readFileSync(path, "utf8").split("\n").slice(0, 2)).toEqual(['{"request":1,"beg', JSON.stringify(header)])
})
