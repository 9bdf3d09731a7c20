import { Cause, Effect } from "effect"
import * as fc from "fast-check"
import { expect, test } from "vitest"
import { jsonLoggerLayer, type LogLevelName } from "./json-logger.ts"

const linesOf = (program: Effect.Effect<unknown>, level: LogLevelName = "trace"): ReadonlyArray<string> => {
  const lines: Array<string> = []
  Effect.runSync(program.pipe(Effect.provide(jsonLoggerLayer(level, (line) => lines.push(line)))))
  return lines
}

test("a record is one line of JSON, whatever is logged", () => {
  fc.assert(
    fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true }), fc.string(), (value, text) => {
      const [line, ...more] = linesOf(Effect.logInfo(value, text).pipe(Effect.annotateLogs("note", value)))
      expect(more).toEqual([])
      expect(line).toMatch(/^[^\n]+\n$/)
      expect(JSON.parse(line!)).toMatchObject({ level: "info" })
    }),
  )
})

test("time, level, message and annotations stand in the record, and an annotation replaces none of them", () => {
  const [line] = linesOf(
    Effect.logWarning("node lost", { id: "n1" }).pipe(Effect.annotateLogs({ index: "movies", level: "mine" })),
  )
  expect(JSON.parse(line!)).toEqual({
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    level: "warn",
    message: 'node lost {"id":"n1"}',
    index: "movies",
  })
})

test("the cause of a failure is printed", () => {
  const [line] = linesOf(Effect.logError("it failed", Cause.die(new Error("boom"))))
  expect(JSON.parse(line!)).toMatchObject({ message: "it failed", cause: expect.stringContaining("Error: boom") })
})

test("records below the level are not written", () => {
  const program = Effect.andThen(Effect.logDebug("no"), Effect.andThen(Effect.logInfo("yes"), Effect.logFatal("also")))
  expect(linesOf(program, "info").map((line) => JSON.parse(line).message)).toEqual(["yes", "also"])
  expect(linesOf(program, "none")).toEqual([])
})

test("an object that contains itself does not break the log", () => {
  const loop: Record<string, unknown> = {}
  loop["self"] = loop
  expect(linesOf(Effect.logInfo(loop))).toHaveLength(1)
})
