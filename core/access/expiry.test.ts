import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { formatInstant } from "#core/prelude/iso-time.ts"
import { readExpiry } from "./expiry.ts"

const nowMs = Date.UTC(2026, 0, 1)
const laterMs = fc.integer({ min: nowMs + 1, max: Date.UTC(2090, 0, 1) })

describe("readExpiry", () => {
  test("an instant in the future comes back as the engine prints it", () => {
    fc.assert(
      fc.property(laterMs, (ms) => {
        expect(readExpiry(new Date(ms).toISOString(), nowMs)).toEqual({ ms, text: formatInstant(ms) })
      }),
    )
  })

  test("what is not in the future is refused", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: nowMs }), (ms) => {
        expect(readExpiry(new Date(ms).toISOString(), nowMs)).toBeNull()
      }),
    )
  })

  // Tried on v1.21.0.
  test.each([
    ["2050-01-01", "2050-01-01T00:00:00Z"],
    ["+2050-01-01", "2050-01-01T00:00:00Z"],
    ["2050-01-01 10:20:30", "2050-01-01T10:20:30Z"],
    ["2050-01-01T10:20:30", "2050-01-01T10:20:30Z"],
    ["2050-01-01 10:20:30Z", "2050-01-01T10:20:30Z"],
    ["2050-01-01T10:20:30.120Z", "2050-01-01T10:20:30.12Z"],
    ["2050-01-01T10:20:30.123456789Z", "2050-01-01T10:20:30.123456789Z"],
    ["2050-01-01T10:20:30+02:00", "2050-01-01T10:20:30+02:00"],
    ["9999-12-31T23:59:59-10:00", "9999-12-31T23:59:59-10:00"],
  ])("%s is %s", (given, text) => {
    expect(readExpiry(given, nowMs)).toEqual({ text, ms: Date.parse(text) })
  })

  test.each([
    "",
    "x",
    "2000-01-01",
    "2050-13-01",
    "2050-02-30",
    "2050-1-1",
    " 2050-01-01",
    "12050-01-01",
    "2050-01-01 10:20",
    "2050-01-01 24:00:00",
    "2050-01-01 10:20:60",
    "2050-01-01T10:20:30.5",
  ])("%j is no expiry", (given) => {
    expect(readExpiry(given, nowMs)).toBeNull()
  })
})
